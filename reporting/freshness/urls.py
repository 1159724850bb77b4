"""Addresses of freshness."""

from django.urls import path

from . import views
from .api import views as api

urlpatterns = [
    path("freshness/", views.page, name="freshness"),
]
api_urlpatterns = [
    path("freshness/", api.Freshness.as_view(), name="freshness"),
]
