from django.urls import path

from . import views

app_name = "measures_api"
urlpatterns = [
    path("measures/", views.MeasureList.as_view(), name="measures"),
    path("measures/<uuid:pk>/", views.MeasureDetail.as_view(), name="measure"),
    path("measures/<uuid:pk>/move/", views.MeasureMove.as_view(), name="move-measure"),
    path("measures/<uuid:pk>/overlap-check/", views.OverlapCheck.as_view(), name="overlap-check"),
    path("measures/<uuid:pk>/forecast-confirmation/", views.ForecastConfirm.as_view(), name="confirm-forecast"),
    path("measures/<uuid:pk>/status-overrides/", views.OverrideCreate.as_view(), name="status-overrides"),
    path("measures/<uuid:pk>/findings/", views.MeasureFindings.as_view(), name="measure-findings"),
    path("findings/", views.FindingList.as_view(), name="findings"),
    path("findings/<uuid:pk>/", views.FindingDetail.as_view(), name="finding"),
    path("findings/<uuid:pk>/resolution/", views.FindingResolve.as_view(), name="resolve-finding"),
    path("measures/<uuid:pk>/baselines/", views.BaselineList.as_view(), name="baselines"),
    path("measures/<uuid:pk>/effect-lines/", views.EffectLineList.as_view(), name="effect-lines"),
    path("measures/<uuid:pk>/milestones/", views.MilestoneList.as_view(), name="milestones"),
    path("measures/<uuid:pk>/risks/", views.RiskList.as_view(), name="risks"),
    path("measures/<uuid:pk>/documents/", views.DocumentList.as_view(), name="documents"),
    path("baselines/<uuid:pk>/approval/", views.BaselineApprove.as_view(), name="approve-baseline"),
    path("effect-lines/<uuid:pk>/", views.EffectLineDetail.as_view(), name="effect-line"),
    path("effect-lines/<uuid:pk>/plan/", views.PlanMonths.as_view(), name="plan-months"),
    path("effect-lines/<uuid:pk>/forecast/", views.ForecastMonths.as_view(), name="forecast-months"),
    path("effect-lines/<uuid:pk>/actuals/", views.ActualsMonths.as_view(), name="actuals-months"),
    path("effect-lines/<uuid:pk>/actuals/validation/", views.ActualsValidate.as_view(), name="validate-actuals"),
    path("effect-lines/<uuid:pk>/actuals/return/", views.ActualsReturn.as_view(), name="return-actuals"),
    path("milestones/<uuid:pk>/", views.MilestoneDetail.as_view(), name="milestone"),
    path("milestones/<uuid:pk>/forecast/", views.MilestoneForecast.as_view(), name="revise-milestone"),
    path("milestones/<uuid:pk>/completion/", views.MilestoneComplete.as_view(), name="complete-milestone"),
    path("risks/<uuid:pk>/", views.RiskDetail.as_view(), name="risk"),
    path("documents/<uuid:pk>/", views.DocumentDetail.as_view(), name="document"),
    path("documents/<uuid:pk>/content/", views.DocumentDownload.as_view(), name="document-content"),
    path("documents/<uuid:pk>/withdrawal/", views.DocumentWithdraw.as_view(), name="withdraw-document"),
]
