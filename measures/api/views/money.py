"""Baselines, effect lines and their months."""

from uuid import UUID

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from cat4.api.fields import NoInput
from cat4.api.views import Resource, changes, reads

from ...actions.actuals import report_actuals, return_actuals, validate_actuals
from ...actions.baselines import approve_baseline, propose_baseline
from ...actions.effects import add_effect_line, edit_effect_line, remove_effect_line
from ...actions.forecasts import revise_forecast
from ...actions.plans import set_plan_months
from ...models import EffectLine
from ...selectors.measures import visible_measure, visible_part
from .. import answers, inputs


class BaselineList(Resource):
    """The versions of a measure's baseline."""

    @reads("list_baselines", answers.BaselineAnswer(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        baselines = visible_measure(self.actor, pk).baselines.select_related("proposed_by", "approved_by")
        return self.page(baselines, answers.BaselineAnswer)

    @changes("propose_baseline", inputs.BaselinePropose, answers.BaselineAnswer, status=201)
    def post(self, request: Request, pk: UUID) -> Response:
        baseline = propose_baseline(self.actor, pk, **self.given(inputs.BaselinePropose))
        return self.one(baseline, answers.BaselineAnswer, status=201)


class BaselineApprove(Resource):
    """The controller's approval of a baseline."""

    @changes("approve_baseline", NoInput, answers.BaselineAnswer)
    def post(self, request: Request, pk: UUID) -> Response:
        self.given(NoInput)
        return self.one(approve_baseline(self.actor, pk), answers.BaselineAnswer)


class LineView(Resource):
    """Answers with the whole line after any change of it."""

    def line(self, pk: UUID) -> EffectLine:
        return visible_part(self.actor, EffectLine, pk)

    def whole(self, pk: UUID, *, status: int = 200) -> Response:
        return self.one(self.line(pk), answers.EffectLineAnswer, status=status)


class EffectLineList(LineView):
    """The value series of a measure, with their months."""

    @reads("list_effect_lines", answers.EffectLineAnswer(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        lines: QuerySet[EffectLine] = visible_measure(self.actor, pk).lines.prefetch_related("months")
        return self.page(lines, answers.EffectLineAnswer)

    @changes("add_effect_line", inputs.EffectLineCreate, answers.EffectLineAnswer, status=201)
    def post(self, request: Request, pk: UUID) -> Response:
        line = add_effect_line(self.actor, pk, **self.given(inputs.EffectLineCreate))
        return self.whole(line.pk, status=201)


class EffectLineDetail(LineView):
    """One value series."""

    @reads("get_effect_line", answers.EffectLineAnswer)
    def get(self, request: Request, pk: UUID) -> Response:
        return self.whole(pk)

    @changes("edit_effect_line", inputs.EffectLineEdit, answers.EffectLineAnswer, versioned=True)
    def patch(self, request: Request, pk: UUID) -> Response:
        given = self.given(inputs.EffectLineEdit, partial=True)
        edit_effect_line(self.actor, pk, expected_version=self.expected_version, **given)
        return self.whole(pk)

    @changes("remove_effect_line", None, None, status=204)
    def delete(self, request: Request, pk: UUID) -> Response:
        remove_effect_line(self.actor, pk)
        return Response(status=204)


class PlanMonths(LineView):
    """The plan by month, until the measure is decided."""

    @changes("set_plan_months", inputs.PlanMonths, answers.EffectLineAnswer, versioned=True)
    def put(self, request: Request, pk: UUID) -> Response:
        set_plan_months(self.actor, pk, expected_version=self.expected_version, **self.given(inputs.PlanMonths))
        return self.whole(pk)


class ForecastMonths(LineView):
    """The forecast by month, from DoI 3 on."""

    @changes("revise_forecast", inputs.ForecastMonths, answers.EffectLineAnswer, versioned=True)
    def put(self, request: Request, pk: UUID) -> Response:
        given, measure_id = self.given(inputs.ForecastMonths), self.line(pk).measure_id
        revise_forecast(self.actor, measure_id, line_id=pk, expected_version=self.expected_version, **given)
        return self.whole(pk)


class ActualsMonths(LineView):
    """Reported actuals by month."""

    @changes("report_actuals", inputs.ActualMonths, answers.EffectLineAnswer, versioned=True)
    def put(self, request: Request, pk: UUID) -> Response:
        given, measure_id = self.given(inputs.ActualMonths), self.line(pk).measure_id
        report_actuals(self.actor, measure_id, line_id=pk, expected_version=self.expected_version, **given)
        return self.whole(pk)


class ActualsValidate(LineView):
    """The controller's confirmation of reported months."""

    @changes("validate_actuals", inputs.ActualValidation, answers.EffectLineAnswer)
    def post(self, request: Request, pk: UUID) -> Response:
        given, measure_id = self.given(inputs.ActualValidation), self.line(pk).measure_id
        validate_actuals(self.actor, measure_id, line_id=pk, **given)
        return self.whole(pk)


class ActualsReturn(LineView):
    """Months sent back by the controller."""

    @changes("return_actuals", inputs.ActualReturn, answers.EffectLineAnswer)
    def post(self, request: Request, pk: UUID) -> Response:
        given, measure_id = self.given(inputs.ActualReturn), self.line(pk).measure_id
        return_actuals(self.actor, measure_id, line_id=pk, **given)
        return self.whole(pk)
