"""Addresses of the audit trail."""

from django.urls import path

from . import views
from .api import views as api

urlpatterns = [
    path("audit/", views.trail, name="trail"),
    path("audit/file/", views.trail_as_file, name="trail-file"),
]
api_urlpatterns = [path("audit/", api.TrailList.as_view(), name="trail")]
