"""Measures themselves."""

from collections.abc import Iterable
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from cat4.api.fields import NoInput
from cat4.api.views import Facts, Resource, changes, reads

from ...actions.forecasts import confirm_forecast
from ...actions.measures import create_measure, edit_measure, move_measure
from ...actions.overlap import check_overlap
from ...actions.overrides import override_status, withdraw_override
from ...models import Measure
from ...selectors.measures import visible_measure, visible_measures
from ...selectors.status_history import overrides_of, status_changes_of
from ...selectors.statuses import movements_of, status_map
from ...selectors.totals import totals_map
from .. import answers, inputs
from ..filters import narrowed

RELATED = (
    "package", "owner", "sponsor", "controller", "business_unit", "function", "legal_entity", "committee",
    "receiving_unit", "gap_owner", "enables",
)  # fmt: skip


def computed_of(measures: Iterable[Measure]) -> Facts:
    """Statuses and sums of the measures of one answer, in a few queries."""
    ids = [measure.pk for measure in measures]
    statuses, totals = status_map(ids), totals_map(ids)
    return {"statuses": statuses, "totals": totals, "movements": movements_of(statuses, totals)}


class MeasureView(Resource):
    """Answers with the whole measure after any change of it."""

    def whole(self, pk: UUID, *, status: int = 200) -> Response:
        measure = visible_measure(self.actor, pk)
        return self.one(measure, answers.MeasureAnswer, status=status, context=computed_of([measure]))


class MeasureList(MeasureView):
    """The measures that the caller sees."""

    @reads("list_measures", answers.MeasureAnswer(many=True), parameters=[inputs.MeasureFilters])
    def get(self, request: Request) -> Response:
        measures = narrowed(visible_measures(self.actor), self.asked(inputs.MeasureFilters)).select_related(*RELATED)
        return self.page(measures, answers.MeasureAnswer, context_of=computed_of)

    @changes("create_measure", inputs.MeasureCreate, answers.MeasureAnswer, status=201)
    def post(self, request: Request) -> Response:
        measure = create_measure(self.actor, **self.given(inputs.MeasureCreate))
        return self.whole(measure.pk, status=201)


class MeasureDetail(MeasureView):
    """One measure."""

    @reads("get_measure", answers.MeasureAnswer)
    def get(self, request: Request, pk: UUID) -> Response:
        return self.whole(pk)

    @changes("edit_measure", inputs.MeasureEdit, answers.MeasureAnswer, versioned=True)
    def patch(self, request: Request, pk: UUID) -> Response:
        given = self.given(inputs.MeasureEdit, partial=True)
        edit_measure(self.actor, pk, expected_version=self.expected_version, **given)
        return self.whole(pk)


class MeasureMove(MeasureView):
    """Hang a measure below another package."""

    @changes("move_measure", inputs.MeasureMove, answers.MeasureAnswer, versioned=True)
    def post(self, request: Request, pk: UUID) -> Response:
        given = self.given(inputs.MeasureMove)
        move_measure(self.actor, pk, expected_version=self.expected_version, **given)
        return self.whole(pk)


class OverlapCheck(MeasureView):
    """Answer the overlap check."""

    @changes("check_overlap", inputs.OverlapCheck, answers.MeasureAnswer, versioned=True)
    def post(self, request: Request, pk: UUID) -> Response:
        given = self.given(inputs.OverlapCheck)
        check_overlap(self.actor, pk, expected_version=self.expected_version, **given)
        return self.whole(pk)


class ForecastConfirm(MeasureView):
    """Say that the forecast still holds."""

    @changes("confirm_forecast", NoInput, answers.MeasureAnswer)
    def post(self, request: Request, pk: UUID) -> Response:
        self.given(NoInput)
        confirm_forecast(self.actor, pk)
        return self.whole(pk)


class StatusHistory(MeasureView):
    """How the computed statuses became what they are."""

    @reads("list_status_changes", answers.StatusChangeAnswer(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        return self.page(status_changes_of(visible_measure(self.actor, pk)), answers.StatusChangeAnswer)


class OverrideCreate(MeasureView):
    """Show another status than the computed one, until a date."""

    @reads("list_status_overrides", answers.PastOverrideAnswer(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        return self.page(overrides_of(visible_measure(self.actor, pk)), answers.PastOverrideAnswer)

    @changes("override_status", inputs.StatusOverride, answers.MeasureAnswer, status=201)
    def post(self, request: Request, pk: UUID) -> Response:
        override_status(self.actor, pk, **self.given(inputs.StatusOverride))
        return self.whole(pk, status=201)


class OverrideWithdraw(MeasureView):
    """Show the computed status again."""

    @changes("withdraw_override", inputs.OverrideWithdraw, answers.MeasureAnswer)
    def post(self, request: Request, pk: UUID) -> Response:
        withdraw_override(self.actor, pk, **self.given(inputs.OverrideWithdraw))
        return self.whole(pk)
