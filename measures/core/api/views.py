"""Measures themselves."""

from collections.abc import Iterable
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from cat4.api.views import Facts, Resource, changes, reads
from measures.models import Measure
from measures.status.selectors.statuses import movements_of, status_map
from measures.status.selectors.totals import totals_map

from ..actions.measures import create_measure, edit_measure, move_measure
from ..selectors.measures import visible_measure, visible_measures
from . import answers, inputs
from .filters import narrowed

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
