"""Addresses of changes of plan."""

from django.urls import path

from . import views
from .api import views as api

urlpatterns = [
    path("measures/<uuid:pk>/change-plan/", views.change_plan, name="change-plan"),
]
api_urlpatterns = [
    path("measures/<uuid:pk>/plan-versions/", api.PlanVersionList.as_view(), name="plan-versions"),
    path("measures/<uuid:pk>/plan-changes/", api.PlanChangeCreate.as_view(), name="plan-changes"),
]
