"""Addresses of imports of portfolios."""

from django.urls import path

from .api import views as api

api_urlpatterns = [
    path("exchange-rates/ecb/", api.ReferenceRates.as_view(), name="ecb-rates"),
]
