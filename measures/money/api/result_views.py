"""What a measure's money comes to: the summary, periods, revisions of the forecast, missing money and proofs."""

from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from cat4.api.fields import MonthAmountsField
from cat4.api.views import Resource, changes, reads
from measures.core.selectors.measures import visible_measure, visible_part
from measures.facts.calendar import calendar
from measures.models import EffectLine, LeakageEntry

from ..actions.leakage import explain_leakage, remove_explanation
from ..actions.periods import set_period_amounts
from ..actions.proofs import edit_proof, enter_proof, remove_proof
from ..selectors.forecasts import forecast_as_of, revisions_of
from ..selectors.periods import period_lines
from ..selectors.proofs import ProofLine, proof_line, proof_lines, visible_proof
from ..selectors.result import money_of
from . import answers as api_answers
from . import result_shapes as worth
from .views import LineView


class MoneySummary(Resource):
    """Everything that is derived from the months, with what the forecast at completion rests on."""

    @reads("get_money", worth.MoneyAnswer)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(worth.MoneyAnswer(money_of(visible_measure(self.actor, pk))).data)


class Periods(LineView):
    """Amounts by quarter or fiscal year, spread over their months."""

    @reads("list_periods_of_line", worth.SpreadPeriodAnswer(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        line = self.line(pk)
        found = period_lines(line, line.months.all(), calendar())
        return Response({"results": worth.SpreadPeriodAnswer(found, many=True).data})

    @changes("set_period_amounts", worth.PeriodAmounts, api_answers.EffectLineAnswer, versioned=True)
    def put(self, request: Request, pk: UUID) -> Response:
        given = self.given(worth.PeriodAmounts)
        set_period_amounts(self.actor, pk, expected_version=self.expected_version, **given)
        return self.whole(pk)


class Revisions(Resource):
    """How the forecast changed, newest first."""

    @reads("list_forecast_revisions", worth.RevisionAnswer(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        return self.page(revisions_of(visible_measure(self.actor, pk)), worth.RevisionAnswer)


class ForecastThen(Resource):
    """The forecast as it stood at an instant."""

    @reads("get_forecast_as_of", worth.ForecastAnswer(many=True), parameters=[worth.AsOf])
    def get(self, request: Request, pk: UUID) -> Response:
        measure, asked = visible_measure(self.actor, pk), self.asked(worth.AsOf)
        found = forecast_as_of(measure, asked["at"])
        write = MonthAmountsField().to_representation
        rows: list[Any] = [{"line_id": line, "months": write(months)} for line, months in found.items()]
        return Response({"results": worth.ForecastAnswer(rows, many=True).data})


class Leakage(Resource):
    """The causes that were named for missing money."""

    @reads("list_leakage", worth.NamedCauseAnswer(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        entries = visible_measure(self.actor, pk).leakage_entries.select_related("line", "author")
        return self.page(entries, worth.NamedCauseAnswer)

    @changes("explain_leakage", worth.LeakageExplain, worth.NamedCauseAnswer, status=201)
    def post(self, request: Request, pk: UUID) -> Response:
        entry = explain_leakage(self.actor, pk, **self.given(worth.LeakageExplain))
        return self.one(entry, worth.NamedCauseAnswer, status=201)


class LeakageOne(Resource):
    """One named cause."""

    @reads("get_leakage", worth.NamedCauseAnswer)
    def get(self, request: Request, pk: UUID) -> Response:
        return self.one(visible_part(self.actor, LeakageEntry, pk), worth.NamedCauseAnswer)

    @changes("remove_leakage", None, None, status=204)
    def delete(self, request: Request, pk: UUID) -> Response:
        remove_explanation(self.actor, pk)
        return Response(status=204)


class ProofView(Resource):
    """Answers with a proof and its own version as ETag."""

    def proof(self, found: ProofLine, *, status: int = 200) -> Response:
        answer = self.one(found.proof, worth.Versioned, status=status)
        answer.data = worth.ProofAnswer(found).data
        return answer


class Proofs(ProofView):
    """Price, volume and exchange rate of a line, before and after."""

    @reads("list_proofs", worth.ProofAnswer(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        found = proof_lines(visible_part(self.actor, EffectLine, pk))
        return Response({"results": worth.ProofAnswer(found, many=True).data})

    @changes("enter_proof", worth.ProofEnter, worth.ProofAnswer, status=201)
    def post(self, request: Request, pk: UUID) -> Response:
        proof = enter_proof(self.actor, pk, **self.given(worth.ProofEnter))
        return self.proof(proof_line(proof), status=201)


class ProofOne(ProofView):
    """One proof."""

    @reads("get_proof", worth.ProofAnswer)
    def get(self, request: Request, pk: UUID) -> Response:
        return self.proof(proof_line(visible_proof(self.actor, pk)))

    @changes("edit_proof", worth.ProofEnter, worth.ProofAnswer, versioned=True)
    def patch(self, request: Request, pk: UUID) -> Response:
        given = self.given(worth.ProofEnter, partial=True)
        proof = edit_proof(self.actor, pk, expected_version=self.expected_version, **given)
        return self.proof(proof_line(proof))

    @changes("remove_proof", None, None, status=204)
    def delete(self, request: Request, pk: UUID) -> Response:
        remove_proof(self.actor, pk)
        return Response(status=204)
