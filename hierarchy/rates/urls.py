"""Addresses of exchange rates."""

from django.urls import path

from . import views
from .api import views as api

urlpatterns = [
    path("settings/rates/", views.rates, name="rates"),
    path("settings/rates/set/", views.set_rate, name="rate-set"),
    path("settings/rates/versions/", views.versions, name="rate-versions"),
    path("settings/rates/versions/<uuid:pk>/", views.version, name="rate-version"),
    path("settings/rates/history/", views.history, name="rate-history"),
]
api_urlpatterns = [
    path("exchange-rates/", api.RateList.as_view(), name="exchange-rates"),
    path("rate-sets/", api.RateSetList.as_view(), name="rate-sets"),
    path("rate-sets/<uuid:pk>/", api.RateSetOne.as_view(), name="rate-set"),
]
