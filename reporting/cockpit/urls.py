"""Addresses of the cockpit and its figures."""

from django.urls import path

from . import views
from .api import views as api

urlpatterns = [
    path("", views.home, name="cockpit"),
    path("nodes/<uuid:pk>/cockpit/", views.node_cockpit, name="node-cockpit"),
    path("nodes/<uuid:pk>/brief/", views.brief, name="node-brief"),
]
api_urlpatterns = [
    path("nodes/<uuid:pk>/figures/", api.NodeFigures.as_view(), name="node-figures"),
    path("nodes/<uuid:pk>/cover/", api.NodeCover.as_view(), name="node-cover"),
    path("nodes/<uuid:pk>/years/", api.NodeYears.as_view(), name="node-years"),
    path("nodes/<uuid:pk>/months/", api.NodeMonths.as_view(), name="node-months"),
    path("nodes/<uuid:pk>/matrix/", api.NodeMatrix.as_view(), name="node-matrix"),
]
