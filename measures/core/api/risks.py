"""Risks over REST."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from cat4.api.views import Resource, changes, reads
from measures.models import Risk

from ..actions.risks import add_risk, edit_risk, remove_risk
from ..selectors.measures import visible_measure, visible_part
from . import answers, inputs


class RiskList(Resource):
    """The risks of a measure."""

    @reads("list_risks", answers.RiskAnswer(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        return self.page(visible_measure(self.actor, pk).risks.select_related("owner"), answers.RiskAnswer)

    @changes("add_risk", inputs.RiskEdit, answers.RiskAnswer, status=201)
    def post(self, request: Request, pk: UUID) -> Response:
        return self.one(add_risk(self.actor, pk, **self.given(inputs.RiskEdit)), answers.RiskAnswer, status=201)


class RiskDetail(Resource):
    """One risk."""

    @reads("get_risk", answers.RiskAnswer)
    def get(self, request: Request, pk: UUID) -> Response:
        return self.one(visible_part(self.actor, Risk, pk), answers.RiskAnswer)

    @changes("edit_risk", inputs.RiskEdit, answers.RiskAnswer, versioned=True)
    def patch(self, request: Request, pk: UUID) -> Response:
        given = self.given(inputs.RiskEdit, partial=True)
        risk = edit_risk(self.actor, pk, expected_version=self.expected_version, **given)
        return self.one(risk, answers.RiskAnswer)

    @changes("remove_risk", None, None, status=204)
    def delete(self, request: Request, pk: UUID) -> Response:
        remove_risk(self.actor, pk)
        return Response(status=204)
