"""Addresses of the tree and its targets."""

from django.urls import path

from .api import views as api
from .views import defaults, nodes, targets

urlpatterns = [
    path("nodes/", nodes.tree, name="tree"),
    path("nodes/<uuid:pk>/", nodes.node, name="node"),
    path("nodes/<uuid:pk>/new/", nodes.create, name="node-create"),
    path("nodes/<uuid:pk>/edit/", nodes.edit, name="node-edit"),
    path("nodes/<uuid:pk>/move/", nodes.move, name="node-move"),
    path("nodes/<uuid:pk>/retire/", nodes.retire, name="node-retire"),
    path("nodes/<uuid:pk>/restore/", nodes.restore, name="node-restore"),
    path("nodes/<uuid:pk>/defaults/", defaults.edit, name="defaults"),
    path("nodes/<uuid:pk>/targets/", targets.edit, name="targets"),
]
api_urlpatterns = [
    path("nodes/", api.NodeList.as_view(), name="nodes"),
    path("nodes/<uuid:pk>/", api.NodeDetail.as_view(), name="node"),
    path("nodes/<uuid:pk>/move-consequences/", api.NodeMoveConsequences.as_view(), name="move-consequences"),
    path("nodes/<uuid:pk>/move/", api.NodeMove.as_view(), name="move-node"),
    path("nodes/<uuid:pk>/retire/", api.NodeRetire.as_view(), name="retire-node"),
    path("nodes/<uuid:pk>/restore/", api.NodeRestore.as_view(), name="restore-node"),
    path("nodes/<uuid:pk>/defaults/", api.NodeDefaults.as_view(), name="node-defaults"),
    path("nodes/<uuid:pk>/targets/", api.NodeTargets.as_view(), name="node-targets"),
]
