"""The addresses of every capability, over REST."""

from .calendar import urls as calendar
from .committees import urls as committees
from .master import urls as master
from .nodes import urls as nodes
from .people import urls as people
from .rates import urls as rates
from .settings import urls as settings

app_name = "hierarchy_api"
urlpatterns = [
    *settings.api_urlpatterns,
    *nodes.api_urlpatterns,
    # Last: its addresses begin with the name of a kind.
    *master.api_urlpatterns,
    *committees.api_urlpatterns,
    *rates.api_urlpatterns,
    *calendar.api_urlpatterns,
    *people.api_urlpatterns,
]
