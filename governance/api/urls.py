from django.urls import path

from . import deviations, plans, views

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
    path("deviations/", deviations.DeviationList.as_view(), name="deviations"),
    path("deviations/<uuid:pk>/", deviations.DeviationDetail.as_view(), name="deviation"),
    path("deviations/<uuid:pk>/cause/", deviations.DeviationCause.as_view(), name="deviation-cause"),
    path("deviations/<uuid:pk>/options/", deviations.DeviationOptions.as_view(), name="deviation-options"),
    path(
        "deviations/<uuid:pk>/counter-measures/",
        deviations.DeviationCounterMeasures.as_view(),
        name="deviation-counter-measures",
    ),
    path("deviations/<uuid:pk>/decisions/", deviations.DeviationDecisions.as_view(), name="deviation-decisions"),
    path("deviation-options/<uuid:pk>/", deviations.DeviationOptionDetail.as_view(), name="deviation-option"),
    path("counter-measures/<uuid:pk>/", deviations.CounterMeasureDetail.as_view(), name="counter-measure"),
    path("counter-measures/<uuid:pk>/done/", deviations.CounterMeasureDone.as_view(), name="counter-measure-done"),
    path("decisions/", views.DecisionList.as_view(), name="decisions"),
    path("periods/", views.PeriodList.as_view(), name="periods"),
]
