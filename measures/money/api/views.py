"""Baselines, effect lines and their months."""

from uuid import UUID

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from cat4.api.fields import NoInput
from cat4.api.views import Resource, changes, reads
from measures.core.api import answers
from measures.core.api.views import MeasureView
from measures.core.selectors.measures import visible_measure, visible_part
from measures.models import EffectLine

from ..actions.actuals import report_actuals, return_actuals, validate_actuals
from ..actions.baselines import approve_baseline, propose_baseline
from ..actions.effects import add_effect_line, edit_effect_line, remove_effect_line
from ..actions.forecasts import confirm_forecast, revise_forecast
from ..actions.plans import set_plan_months
from . import answers as api_answers
from . import inputs as api_inputs


class BaselineList(Resource):
    """The versions of a measure's baseline."""

    @reads("list_baselines", api_answers.BaselineAnswer(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        baselines = visible_measure(self.actor, pk).baselines.select_related("proposed_by", "approved_by")
        return self.page(baselines, api_answers.BaselineAnswer)

    @changes("propose_baseline", api_inputs.BaselinePropose, api_answers.BaselineAnswer, status=201)
    def post(self, request: Request, pk: UUID) -> Response:
        baseline = propose_baseline(self.actor, pk, **self.given(api_inputs.BaselinePropose))
        return self.one(baseline, api_answers.BaselineAnswer, status=201)


class BaselineApprove(Resource):
    """The controller's approval of a baseline."""

    @changes("approve_baseline", NoInput, api_answers.BaselineAnswer)
    def post(self, request: Request, pk: UUID) -> Response:
        self.given(NoInput)
        return self.one(approve_baseline(self.actor, pk), api_answers.BaselineAnswer)


class LineView(Resource):
    """Answers with the whole line after any change of it."""

    def line(self, pk: UUID) -> EffectLine:
        return visible_part(self.actor, EffectLine, pk)

    def whole(self, pk: UUID, *, status: int = 200) -> Response:
        return self.one(self.line(pk), api_answers.EffectLineAnswer, status=status)


class EffectLineList(LineView):
    """The value series of a measure, with their months."""

    @reads("list_effect_lines", api_answers.EffectLineAnswer(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        lines: QuerySet[EffectLine] = visible_measure(self.actor, pk).lines.prefetch_related("months")
        return self.page(lines, api_answers.EffectLineAnswer)

    @changes("add_effect_line", api_inputs.EffectLineCreate, api_answers.EffectLineAnswer, status=201)
    def post(self, request: Request, pk: UUID) -> Response:
        line = add_effect_line(self.actor, pk, **self.given(api_inputs.EffectLineCreate))
        return self.whole(line.pk, status=201)


class EffectLineDetail(LineView):
    """One value series."""

    @reads("get_effect_line", api_answers.EffectLineAnswer)
    def get(self, request: Request, pk: UUID) -> Response:
        return self.whole(pk)

    @changes("edit_effect_line", api_inputs.EffectLineEdit, api_answers.EffectLineAnswer, versioned=True)
    def patch(self, request: Request, pk: UUID) -> Response:
        given = self.given(api_inputs.EffectLineEdit, partial=True)
        edit_effect_line(self.actor, pk, expected_version=self.expected_version, **given)
        return self.whole(pk)

    @changes("remove_effect_line", None, None, status=204)
    def delete(self, request: Request, pk: UUID) -> Response:
        remove_effect_line(self.actor, pk)
        return Response(status=204)


class PlanMonths(LineView):
    """The plan by month, until the measure is decided."""

    @changes("set_plan_months", api_inputs.PlanMonths, api_answers.EffectLineAnswer, versioned=True)
    def put(self, request: Request, pk: UUID) -> Response:
        set_plan_months(self.actor, pk, expected_version=self.expected_version, **self.given(api_inputs.PlanMonths))
        return self.whole(pk)


class ForecastMonths(LineView):
    """The forecast by month, from DoI 3 on."""

    @changes("revise_forecast", api_inputs.ForecastMonths, api_answers.EffectLineAnswer, versioned=True)
    def put(self, request: Request, pk: UUID) -> Response:
        given, measure_id = self.given(api_inputs.ForecastMonths), self.line(pk).measure_id
        revise_forecast(self.actor, measure_id, line_id=pk, expected_version=self.expected_version, **given)
        return self.whole(pk)


class ActualsMonths(LineView):
    """Reported actuals by month."""

    @changes("report_actuals", api_inputs.ActualMonths, api_answers.EffectLineAnswer, versioned=True)
    def put(self, request: Request, pk: UUID) -> Response:
        given, measure_id = self.given(api_inputs.ActualMonths), self.line(pk).measure_id
        report_actuals(self.actor, measure_id, line_id=pk, expected_version=self.expected_version, **given)
        return self.whole(pk)


class ActualsValidate(LineView):
    """The controller's confirmation of reported months."""

    @changes("validate_actuals", api_inputs.ActualValidation, api_answers.EffectLineAnswer)
    def post(self, request: Request, pk: UUID) -> Response:
        given, measure_id = self.given(api_inputs.ActualValidation), self.line(pk).measure_id
        validate_actuals(self.actor, measure_id, line_id=pk, **given)
        return self.whole(pk)


class ActualsReturn(LineView):
    """Months sent back by the controller."""

    @changes("return_actuals", api_inputs.ActualReturn, api_answers.EffectLineAnswer)
    def post(self, request: Request, pk: UUID) -> Response:
        given, measure_id = self.given(api_inputs.ActualReturn), self.line(pk).measure_id
        return_actuals(self.actor, measure_id, line_id=pk, **given)
        return self.whole(pk)


class ForecastConfirm(MeasureView):
    """Say that the forecast still holds."""

    @changes("confirm_forecast", NoInput, answers.MeasureAnswer)
    def post(self, request: Request, pk: UUID) -> Response:
        self.given(NoInput)
        confirm_forecast(self.actor, pk)
        return self.whole(pk)
