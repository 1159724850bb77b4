"""The addresses of every capability, over REST."""

from .core import urls as core
from .evidence import urls as evidence
from .findings import urls as findings
from .money import urls as money
from .overrides import urls as overrides
from .schedule import urls as schedule

app_name = "measures_api"
urlpatterns = [
    *core.api_urlpatterns,
    *findings.api_urlpatterns,
    *money.api_urlpatterns,
    *overrides.api_urlpatterns,
    *schedule.api_urlpatterns,
    *evidence.api_urlpatterns,
]
