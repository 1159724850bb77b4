"""The addresses of every capability, over REST."""

from .changes import urls as changes
from .closures import urls as closures
from .committees import urls as committees
from .deviations import urls as deviations
from .drafting import urls as drafting
from .gates import urls as gates
from .months import urls as months
from .proofs import urls as proofs

app_name = "governance_api"
urlpatterns = [
    *gates.api_urlpatterns,
    *changes.api_urlpatterns,
    *closures.api_urlpatterns,
    *deviations.api_urlpatterns,
    *drafting.api_urlpatterns,
    *proofs.api_urlpatterns,
    *months.api_urlpatterns,
    *committees.api_urlpatterns,
]
