from django.urls import path

from . import past, views

app_name = "reporting_api"
urlpatterns = [
    path("nodes/<uuid:pk>/figures/", views.NodeFigures.as_view(), name="node-figures"),
    path("nodes/<uuid:pk>/cover/", views.NodeCover.as_view(), name="node-cover"),
    path("nodes/<uuid:pk>/years/", views.NodeYears.as_view(), name="node-years"),
    path("nodes/<uuid:pk>/months/", views.NodeMonths.as_view(), name="node-months"),
    path("nodes/<uuid:pk>/matrix/", views.NodeMatrix.as_view(), name="node-matrix"),
    path("freshness/", views.Freshness.as_view(), name="freshness"),
    path("locks/", past.LockList.as_view(), name="locks"),
    path("comparison/", past.ComparisonView.as_view(), name="comparison"),
    path("report-rebuilds/", views.RebuildList.as_view(), name="rebuilds"),
]
