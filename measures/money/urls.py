"""Addresses of the money of a measure."""

from django.urls import path

from .api import months as months_api
from .api import result_views as result_views_api
from .api import views as api
from .views import corrections, explained, grid, lines, plans, result

urlpatterns = [
    path("measures/<uuid:pk>/financials/", grid.financials, name="financials"),
    path("measures/<uuid:pk>/corrections/new/", corrections.new, name="correct"),
    path("corrections/<uuid:pk>/validate/", corrections.validate, name="correction-validate"),
    path("corrections/<uuid:pk>/return/", corrections.send_back, name="correction-return"),
    path("measures/<uuid:pk>/months/<str:month>/hand-in/", corrections.hand_in, name="hand-in"),
    path("measures/<uuid:pk>/financials/result/", result.result, name="result"),
    path("measures/<uuid:pk>/financials/proofs/", result.proofs, name="proofs"),
    path("measures/<uuid:pk>/financials/forecasts/", result.forecast_history, name="forecast-history"),
    path("measures/<uuid:pk>/plans/", plans.versions, name="plan-versions"),
    path("measures/<uuid:pk>/forecast/confirm/", grid.confirm, name="confirm-forecast"),
    path("measures/<uuid:pk>/baselines/new/", lines.baseline_new, name="propose-baseline"),
    path("measures/<uuid:pk>/effects/new/", lines.effect_new, name="add-effect"),
    path("baselines/<uuid:pk>/approve/", lines.baseline_approve, name="approve-baseline"),
    path("effects/<uuid:pk>/edit/", lines.effect_edit, name="edit-effect"),
    path("effects/<uuid:pk>/remove/", lines.effect_remove, name="remove-effect"),
    path("effects/<uuid:pk>/periods/", explained.periods, name="periods"),
    path("effects/<uuid:pk>/leakage/<slug:month>/", explained.explain, name="explain-leakage"),
    path("effects/<uuid:pk>/proofs/new/", explained.proof_new, name="enter-proof"),
    path("leakage/<uuid:pk>/remove/", explained.explanation_remove, name="remove-leakage"),
    path("proofs/<uuid:pk>/edit/", explained.proof_edit, name="edit-proof"),
    path("proofs/<uuid:pk>/remove/", explained.proof_remove, name="remove-proof"),
    path("effects/<uuid:pk>/months/", grid.save_months, name="save-months"),
    path("effects/<uuid:pk>/validate/", grid.validate, name="validate"),
    path("effects/<uuid:pk>/return/", grid.send_back, name="return"),
]
api_urlpatterns = [
    path("measures/<uuid:pk>/forecast-confirmation/", api.ForecastConfirm.as_view(), name="confirm-forecast"),
    path("measures/<uuid:pk>/baselines/", api.BaselineList.as_view(), name="baselines"),
    path("measures/<uuid:pk>/effect-lines/", api.EffectLineList.as_view(), name="effect-lines"),
    path("baselines/<uuid:pk>/approval/", api.BaselineApprove.as_view(), name="approve-baseline"),
    path("measures/<uuid:pk>/corrections/", months_api.CorrectionList.as_view(), name="corrections"),
    path("measures/<uuid:pk>/handed-months/", months_api.HandInMonth.as_view(), name="hand-in"),
    path("corrections/<uuid:pk>/validation/", months_api.CorrectionValidate.as_view(), name="validate-correction"),
    path("corrections/<uuid:pk>/return/", months_api.CorrectionReturn.as_view(), name="return-correction"),
    path("effect-lines/<uuid:pk>/", api.EffectLineDetail.as_view(), name="effect-line"),
    path("effect-lines/<uuid:pk>/plan/", api.PlanMonths.as_view(), name="plan-months"),
    path("effect-lines/<uuid:pk>/forecast/", api.ForecastMonths.as_view(), name="forecast-months"),
    path("effect-lines/<uuid:pk>/actuals/", api.ActualsMonths.as_view(), name="actuals-months"),
    path("effect-lines/<uuid:pk>/actuals/validation/", api.ActualsValidate.as_view(), name="validate-actuals"),
    path("effect-lines/<uuid:pk>/actuals/return/", api.ActualsReturn.as_view(), name="return-actuals"),
    path("measures/<uuid:pk>/money/", result_views_api.MoneySummary.as_view(), name="money"),
    path("measures/<uuid:pk>/forecast-revisions/", result_views_api.Revisions.as_view(), name="forecast-revisions"),
    path("measures/<uuid:pk>/forecast/", result_views_api.ForecastThen.as_view(), name="forecast-as-of"),
    path("measures/<uuid:pk>/leakage/", result_views_api.Leakage.as_view(), name="leakage"),
    path("leakage/<uuid:pk>/", result_views_api.LeakageOne.as_view(), name="leakage-entry"),
    path("effect-lines/<uuid:pk>/periods/", result_views_api.Periods.as_view(), name="periods"),
    path("effect-lines/<uuid:pk>/proofs/", result_views_api.Proofs.as_view(), name="proofs"),
    path("proofs/<uuid:pk>/", result_views_api.ProofOne.as_view(), name="proof"),
]
