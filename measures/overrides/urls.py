"""Addresses of overrides and the history of statuses."""

from django.urls import path

from . import views
from .api import views as api

urlpatterns = [
    path("measures/<uuid:pk>/override/", views.override, name="override"),
]
api_urlpatterns = [
    path("measures/<uuid:pk>/status-history/", api.StatusHistory.as_view(), name="status-history"),
    path("measures/<uuid:pk>/status-overrides/", api.OverrideCreate.as_view(), name="status-overrides"),
    path("measures/<uuid:pk>/status-overrides/withdrawal/", api.OverrideWithdraw.as_view(), name="withdraw-override"),
]
