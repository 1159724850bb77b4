"""Addresses of a measure and its risks."""

from django.urls import path

from .api import risks as risks_api
from .api import views as api
from .views import changes, risks, tabs

urlpatterns = [
    path("measures/new/", changes.create, name="create"),
    path("measures/<uuid:pk>/risks/", tabs.risks, name="risks"),
    path("measures/<uuid:pk>/history/", tabs.history, name="history"),
    path("measures/<uuid:pk>/edit/", changes.edit, name="edit"),
    path("measures/<uuid:pk>/edit/<slug:part>/", changes.edit, name="edit-part"),
    path("measures/<uuid:pk>/move/", changes.move, name="move"),
    path("measures/<uuid:pk>/risks/new/", risks.risk_new, name="add-risk"),
    path("risks/<uuid:pk>/edit/", risks.risk_edit, name="edit-risk"),
    path("risks/<uuid:pk>/remove/", risks.risk_remove, name="remove-risk"),
]
api_urlpatterns = [
    path("measures/", api.MeasureList.as_view(), name="measures"),
    path("measures/<uuid:pk>/", api.MeasureDetail.as_view(), name="measure"),
    path("measures/<uuid:pk>/move/", api.MeasureMove.as_view(), name="move-measure"),
    path("measures/<uuid:pk>/risks/", risks_api.RiskList.as_view(), name="risks"),
    path("risks/<uuid:pk>/", risks_api.RiskDetail.as_view(), name="risk"),
]
