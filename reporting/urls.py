from django.urls import path

from .views import cockpit, explorer, search

app_name = "reporting"
urlpatterns = [
    path("", cockpit.home, name="cockpit"),
    path("nodes/<uuid:pk>/cockpit/", cockpit.node_cockpit, name="node-cockpit"),
    path("explorer/", explorer.page, name="explorer"),
    path("explorer/<uuid:pk>/children/", explorer.children, name="explorer-children"),
    path("search/", search.page, name="search"),
]
