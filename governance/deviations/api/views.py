"""Deviations over REST."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from cat4.api.views import Resource, changes, reads
from governance.parties.rules import Mandate

from ..actions.answers import (
    add_counter_measure,
    add_option,
    complete_counter_measure,
    remove_option,
    state_cause,
)
from ..actions.deciding import decide_deviation
from ..selectors.deviations import counter_measure_to_do, today_here, visible_deviation
from ..selectors.lists import filtered
from . import shapes


class DeviationList(Resource):
    """Deviations of measures that the caller sees."""

    @reads("list_deviations", shapes.DeviationAnswer(many=True), parameters=[shapes.DeviationAsked])
    def get(self, request: Request) -> Response:
        wanted = self.asked(shapes.DeviationAsked)
        today = today_here()
        rows = filtered(self.actor, today, **wanted).order_by("id")
        return self.page(rows, shapes.DeviationAnswer, context_of=lambda _rows: {"today": today})


class DeviationDetail(Resource):
    """One deviation, whole."""

    @reads("get_deviation", shapes.DeviationWhole)
    def get(self, request: Request, pk: UUID) -> Response:
        found = visible_deviation(self.actor, pk)
        return self.one(found, shapes.DeviationWhole, context={"today": today_here()})


class DeviationCause(Resource):
    """State the cause."""

    @changes("state_deviation_cause", shapes.CauseInput, shapes.DeviationAnswer, versioned=True)
    def put(self, request: Request, pk: UUID) -> Response:
        given = self.given(shapes.CauseInput)
        found = state_cause(self.actor, pk, expected_version=self.expected_version, **given)
        return self.one(found, shapes.DeviationAnswer, context={"today": today_here()})


class DeviationOptions(Resource):
    """Add a way out."""

    @changes("add_deviation_option", shapes.OptionInput, shapes.OptionAnswer, status=201)
    def post(self, request: Request, pk: UUID) -> Response:
        option = add_option(self.actor, pk, **self.given(shapes.OptionInput))
        return self.one(option, shapes.OptionAnswer, status=201)


class DeviationOptionDetail(Resource):
    """A way out."""

    @changes("remove_deviation_option", None, None, status=204)
    def delete(self, request: Request, pk: UUID) -> Response:
        remove_option(self.actor, pk)
        return Response(status=204)


class DeviationCounterMeasures(Resource):
    """Add a counter-measure."""

    @changes("add_counter_measure", shapes.CounterMeasureInput, shapes.CounterMeasureAnswer, status=201)
    def post(self, request: Request, pk: UUID) -> Response:
        counter = add_counter_measure(self.actor, pk, **self.given(shapes.CounterMeasureInput))
        return self.one(counter, shapes.CounterMeasureAnswer, status=201)


class CounterMeasureDetail(Resource):
    """A counter-measure."""

    @reads("get_counter_measure", shapes.CounterMeasureAnswer)
    def get(self, request: Request, pk: UUID) -> Response:
        return self.one(counter_measure_to_do(self.actor, pk), shapes.CounterMeasureAnswer)


class CounterMeasureDone(Resource):
    """Say that a counter-measure is done."""

    @changes("complete_counter_measure", shapes.DoneInput, shapes.CounterMeasureAnswer)
    def post(self, request: Request, pk: UUID) -> Response:
        counter = complete_counter_measure(self.actor, pk, **self.given(shapes.DoneInput))
        return self.one(counter, shapes.CounterMeasureAnswer)


class DeviationDecisions(Resource):
    """Decide on a deviation; what is decided applies itself."""

    @changes("decide_deviation", shapes.DecideInput, shapes.DeviationDecisionAnswer, status=201)
    def post(self, request: Request, pk: UUID) -> Response:
        given = self.given(shapes.DecideInput)
        mandate = Mandate(given.pop("urgent_reason", ""))
        decision = decide_deviation(self.actor, pk, mandate=mandate, **given)
        return self.one(decision, shapes.DeviationDecisionAnswer, status=201)
