"""Addresses of the explorer and search."""

from django.urls import path

from .views import explorer, search

urlpatterns = [
    path("explorer/", explorer.page, name="explorer"),
    path("explorer/<uuid:pk>/children/", explorer.children, name="explorer-children"),
    path("search/", search.page, name="search"),
]
