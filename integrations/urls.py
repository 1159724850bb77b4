from django.urls import path

from .views import ecb_rates

app_name = "integrations"
urlpatterns = [
    path("settings/rates/ecb/", ecb_rates.upload, name="ecb-rates"),
    path("settings/rates/ecb/confirm/", ecb_rates.confirm, name="ecb-confirm"),
]
