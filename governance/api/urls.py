from django.urls import path

from . import plans, views

app_name = "governance_api"
urlpatterns = [
    path("measures/<uuid:pk>/gate/", views.GateView.as_view(), name="gate"),
    path("measures/<uuid:pk>/plan-versions/", plans.PlanVersionList.as_view(), name="plan-versions"),
    path("measures/<uuid:pk>/plan-changes/", plans.PlanChangeCreate.as_view(), name="plan-changes"),
    path("gate-requests/", views.RequestList.as_view(), name="requests"),
    path("gate-requests/<uuid:pk>/", views.RequestDetail.as_view(), name="request"),
    path("gate-requests/<uuid:pk>/withdrawal/", views.RequestWithdraw.as_view(), name="withdraw-request"),
    path("gate-requests/<uuid:pk>/approvals/", views.ApprovalCreate.as_view(), name="approvals"),
    path("gate-requests/<uuid:pk>/signature/", views.ClosureSign.as_view(), name="sign-closure"),
    path("decisions/", views.DecisionList.as_view(), name="decisions"),
    path("periods/", views.PeriodList.as_view(), name="periods"),
]
