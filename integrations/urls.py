"""The addresses of every capability."""

from .rates import urls as rates

app_name = "integrations"
urlpatterns = [
    *rates.urlpatterns,
]
