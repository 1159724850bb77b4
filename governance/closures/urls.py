"""Addresses of closures."""

from django.urls import path

from . import views
from .api import views as api

urlpatterns = [
    path("closures/", views.inbox, name="closures"),
    path("closures/<uuid:pk>/", views.inbox, name="closure"),
    path("closures/<uuid:pk>/preview/", views.preview, name="closure-preview"),
    path("closures/<uuid:pk>/sign/", views.sign, name="sign"),
    path("closures/<uuid:pk>/return/", views.send_back, name="closure-return"),
]
api_urlpatterns = [
    path("gate-requests/<uuid:pk>/signature/", api.ClosureSign.as_view(), name="sign-closure"),
    path("closures/<uuid:pk>/", api.ClosureDetail.as_view(), name="closure"),
    path("measures/<uuid:pk>/sustain-checks/", api.SustainList.as_view(), name="sustain-checks"),
]
