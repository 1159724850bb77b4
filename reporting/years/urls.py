"""Addresses of money by kind and year."""

from django.urls import path

from . import views

urlpatterns = [
    path("nodes/<uuid:pk>/years/", views.page, name="node-years"),
]
