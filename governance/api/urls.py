from django.urls import path

from . import deviations, months, plans, rule_sets, views

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
    path("gate-rules/", rule_sets.RuleSetList.as_view(), name="rule-sets"),
    path("gate-rules/in-force/", rule_sets.RulesInForce.as_view(), name="rules-in-force"),
    path("gate-rules/comparison/", rule_sets.RuleSetComparison.as_view(), name="compare-rules"),
    path("gate-rules/draft/", rule_sets.RuleDraft.as_view(), name="rule-draft"),
    path("gate-rules/draft/steps/<str:step>/", rule_sets.RuleStep.as_view(), name="rule-step"),
    path("gate-rules/draft/publication/", rule_sets.RulePublication.as_view(), name="publish-rules"),
    path("gate-rules/draft/dry-run/", rule_sets.RuleDryRun.as_view(), name="dry-run"),
    path("gate-rules/draft/dry-run/findings/", rule_sets.DryRunFindings.as_view(), name="dry-run-findings"),
    path("gate-rules/<int:number>/", rule_sets.RuleSetDetail.as_view(), name="rule-set"),
    path("decisions/", views.DecisionList.as_view(), name="decisions"),
    path("periods/", views.PeriodList.as_view(), name="periods"),
    path("periods/<str:month>/", months.MonthDetail.as_view(), name="period"),
    path("periods/<str:month>/advance/", months.MonthAdvance.as_view(), name="period-advance"),
    path("periods/<str:month>/step-back/", months.MonthStepBack.as_view(), name="period-step-back"),
    path("periods/<str:month>/nudges/", months.MonthNudge.as_view(), name="period-nudges"),
]
