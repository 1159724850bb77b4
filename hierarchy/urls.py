"""The addresses of every capability."""

from .calendar import urls as calendar
from .committees import urls as committees
from .master import urls as master
from .nodes import urls as nodes
from .people import urls as people
from .rates import urls as rates
from .settings import urls as settings

app_name = "hierarchy"
urlpatterns = [
    *settings.urlpatterns,
    *nodes.urlpatterns,
    *people.urlpatterns,
    *rates.urlpatterns,
    *calendar.urlpatterns,
    *committees.urlpatterns,
    # Last: its addresses begin with the name of a kind.
    *master.urlpatterns,
]
