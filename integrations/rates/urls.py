"""Addresses of the European Central Bank's rates."""

from django.urls import path

from . import views

urlpatterns = [
    path("settings/rates/ecb/", views.upload, name="ecb-rates"),
    path("settings/rates/ecb/confirm/", views.confirm, name="ecb-confirm"),
]
