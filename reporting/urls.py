"""The addresses of every capability."""

from .cockpit import urls as cockpit
from .comparison import urls as comparison
from .explorer import urls as explorer
from .freshness import urls as freshness
from .rollups import urls as rollups
from .trail import urls as trail
from .years import urls as years

app_name = "reporting"
urlpatterns = [
    *cockpit.urlpatterns,
    *years.urlpatterns,
    *explorer.urlpatterns,
    *comparison.urlpatterns,
    *rollups.urlpatterns,
    *freshness.urlpatterns,
    *trail.urlpatterns,
]
