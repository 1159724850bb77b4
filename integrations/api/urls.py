from django.urls import path

from . import views

app_name = "integrations_api"
urlpatterns = [
    path("exchange-rates/ecb/", views.ReferenceRates.as_view(), name="ecb-rates"),
]
