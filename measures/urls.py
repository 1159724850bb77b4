"""The addresses of every capability."""

from .core import urls as core
from .desk import urls as desk
from .evidence import urls as evidence
from .findings import urls as findings
from .money import urls as money
from .overrides import urls as overrides
from .schedule import urls as schedule

app_name = "measures"
urlpatterns = [
    *desk.urlpatterns,
    *schedule.urlpatterns,
    *core.urlpatterns,
    *money.urlpatterns,
    *evidence.urlpatterns,
    *findings.urlpatterns,
    *overrides.urlpatterns,
]
