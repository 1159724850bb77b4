"""Addresses of master data."""

from django.urls import path

from . import views
from .api import views as api

urlpatterns = [
    path("settings/<slug:kind>/", views.index, name="master"),
    path("settings/<slug:kind>/new/", views.create, name="master-create"),
    path("settings/<slug:kind>/several/", views.create_many, name="master-several"),
    path("settings/<slug:kind>/<uuid:pk>/edit/", views.edit, name="master-edit"),
    path("settings/<slug:kind>/<uuid:pk>/retire/", views.retire, name="master-retire"),
    path("settings/<slug:kind>/<uuid:pk>/restore/", views.restore, name="master-restore"),
]
api_urlpatterns = [
    path("legal-entities/", api.LegalEntityList.as_view(), name="legal-entities"),
    path("business-units/", api.BusinessUnitList.as_view(), name="business-units"),
    path("functions/", api.FunctionList.as_view(), name="functions"),
    path("accounts/", api.AccountList.as_view(), name="accounts"),
]
