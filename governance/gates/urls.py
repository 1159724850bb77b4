"""Addresses of requests and decisions."""

from django.urls import path

from .api import views as api
from .views import panels, requests

urlpatterns = [
    path("gates/<uuid:pk>/stepper/", panels.stepper, name="stepper"),
    path("gates/<uuid:pk>/card/", panels.gate_card, name="gate-card"),
    path("gates/<uuid:pk>/<str:kind>/", requests.move, name="move"),
    path("requests/mine/", panels.my_requests, name="my-requests"),
    path("requests/<uuid:pk>/", requests.detail, name="request"),
    path("requests/<uuid:pk>/withdraw/", requests.withdraw, name="withdraw"),
    path("requests/<uuid:pk>/decide/", requests.decide, name="decide"),
    path("requests/<uuid:pk>/confirm/<str:kind>/", requests.approve, name="approve"),
]
api_urlpatterns = [
    path("measures/<uuid:pk>/gate/", api.GateView.as_view(), name="gate"),
    path("measures/<uuid:pk>/consequences/", api.ConsequencesView.as_view(), name="consequences"),
    path("measures/<uuid:pk>/reopen-causes/", api.CauseList.as_view(), name="reopen-causes"),
    path("gate-requests/", api.RequestList.as_view(), name="requests"),
    path("gate-requests/<uuid:pk>/", api.RequestDetail.as_view(), name="request"),
    path("gate-requests/<uuid:pk>/withdrawal/", api.RequestWithdraw.as_view(), name="withdraw-request"),
    path("gate-requests/<uuid:pk>/approvals/", api.ApprovalCreate.as_view(), name="approvals"),
    path("decisions/", api.DecisionList.as_view(), name="decisions"),
]
