from django.urls import path

from .views import cockpit, comparison, explorer, freshness, rebuilds, search, years

app_name = "reporting"
urlpatterns = [
    path("", cockpit.home, name="cockpit"),
    path("nodes/<uuid:pk>/cockpit/", cockpit.node_cockpit, name="node-cockpit"),
    path("nodes/<uuid:pk>/brief/", cockpit.brief, name="node-brief"),
    path("nodes/<uuid:pk>/years/", years.page, name="node-years"),
    path("explorer/", explorer.page, name="explorer"),
    path("explorer/<uuid:pk>/children/", explorer.children, name="explorer-children"),
    path("comparison/", comparison.page, name="comparison"),
    path("rebuild/", rebuilds.page, name="rebuild"),
    path("rebuild/start/", rebuilds.start, name="rebuild-start"),
    path("freshness/", freshness.page, name="freshness"),
    path("search/", search.page, name="search"),
]
