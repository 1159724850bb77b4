"""Addresses of what changed between two moments."""

from django.urls import path

from . import api, views

urlpatterns = [
    path("comparison/", views.page, name="comparison"),
]
api_urlpatterns = [
    path("locks/", api.LockList.as_view(), name="locks"),
    path("comparison/", api.ComparisonView.as_view(), name="comparison"),
]
