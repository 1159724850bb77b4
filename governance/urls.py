"""The addresses of every capability."""

from .changes import urls as changes
from .closures import urls as closures
from .committees import urls as committees
from .desk import urls as desk
from .deviations import urls as deviations
from .drafting import urls as drafting
from .gates import urls as gates
from .months import urls as months
from .proofs import urls as proofs

app_name = "governance"
urlpatterns = [
    *gates.urlpatterns,
    *changes.urlpatterns,
    *closures.urlpatterns,
    *desk.urlpatterns,
    *deviations.urlpatterns,
    *months.urlpatterns,
    *committees.urlpatterns,
    *drafting.urlpatterns,
    *proofs.urlpatterns,
]
