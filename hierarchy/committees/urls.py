"""Addresses of committees."""

from django.urls import path

from . import views
from .api import views as api

urlpatterns = [
    path("settings/committees/", views.index, name="committees"),
    path("settings/committees/new/", views.create, name="committee-create"),
    path("settings/committees/<uuid:pk>/", views.detail, name="committee"),
    path("settings/committees/<uuid:pk>/edit/", views.edit, name="committee-edit"),
    path("settings/committees/<uuid:pk>/procedure/", views.procedure, name="committee-procedure"),
    path("settings/committees/<uuid:pk>/retire/", views.retire, name="committee-retire"),
    path("settings/committees/<uuid:pk>/restore/", views.restore, name="committee-restore"),
    path("settings/committees/<uuid:pk>/seats/<uuid:seat_id>/remove/", views.unseat, name="unseat"),
]
api_urlpatterns = [
    path("committees/", api.CommitteeList.as_view(), name="committees"),
]
