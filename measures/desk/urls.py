"""Addresses of my work and the overview of a measure."""

from django.urls import path

from . import views

urlpatterns = [
    path("my-work/", views.mine, name="mine"),
    path("measures/<uuid:pk>/", views.detail, name="detail"),
]
