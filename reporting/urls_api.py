"""The addresses of every capability, over REST."""

from .cockpit import urls as cockpit
from .comparison import urls as comparison
from .freshness import urls as freshness
from .rollups import urls as rollups
from .trail import urls as trail

app_name = "reporting_api"
urlpatterns = [
    *cockpit.api_urlpatterns,
    *freshness.api_urlpatterns,
    *comparison.api_urlpatterns,
    *rollups.api_urlpatterns,
    *trail.api_urlpatterns,
]
