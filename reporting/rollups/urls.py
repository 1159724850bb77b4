"""Addresses of rebuilds."""

from django.urls import path

from . import views
from .api import views as api

urlpatterns = [
    path("rebuild/", views.page, name="rebuild"),
    path("rebuild/start/", views.start, name="rebuild-start"),
]
api_urlpatterns = [
    path("report-rebuilds/", api.RebuildList.as_view(), name="rebuilds"),
]
