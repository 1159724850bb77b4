"""Addresses of decisions that wait for a person."""

from django.urls import path

from . import views

urlpatterns = [
    path("decisions/", views.inbox, name="decisions"),
    path("decisions/<uuid:pk>/", views.inbox, name="decision-item"),
]
