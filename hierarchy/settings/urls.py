"""Addresses of settings and first steps."""

from django.urls import path

from . import views
from .api import views as api

urlpatterns = [
    path("first-run/", views.first_run, name="first-run"),
    path("settings/", views.index, name="settings"),
    path("settings/organization/", views.organization, name="organization"),
    path("settings/thresholds/", views.thresholds, name="thresholds"),
]
api_urlpatterns = [
    path("organization/", api.OrganizationView.as_view(), name="organization"),
    path("organization/preview/", api.OrganizationPreview.as_view(), name="organization-preview"),
]
