"""The addresses of every capability, over REST."""

from .portfolios import urls as portfolios

app_name = "integrations_api"
urlpatterns = [
    *portfolios.api_urlpatterns,
]
