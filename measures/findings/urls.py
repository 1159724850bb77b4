"""Addresses of findings."""

from django.urls import path

from . import views
from .api import views as api

urlpatterns = [
    path("measures/<uuid:pk>/checks/", views.checks, name="checks"),
    path("findings/", views.findings, name="findings"),
    path("findings/<uuid:pk>/", views.finding, name="finding"),
    path("measures/<uuid:pk>/overlap/", views.overlap, name="overlap"),
    path("measures/<uuid:pk>/override/withdraw/", views.withdraw, name="withdraw-override"),
]
api_urlpatterns = [
    path("measures/<uuid:pk>/overlap-check/", api.OverlapCheck.as_view(), name="overlap-check"),
    path("measures/<uuid:pk>/findings/", api.MeasureFindings.as_view(), name="measure-findings"),
    path("findings/", api.FindingList.as_view(), name="findings"),
    path("findings/<uuid:pk>/", api.FindingDetail.as_view(), name="finding"),
    path("findings/<uuid:pk>/resolution/", api.FindingResolve.as_view(), name="resolve-finding"),
]
