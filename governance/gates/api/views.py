"""Gates, decisions, periods."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from cat4.accounts.actor import Actor
from cat4.api.fields import Reason
from cat4.api.views import Resource, changes, reads
from cat4.errors import NotAllowed
from governance.constants import Outcome, RequestKind
from governance.parties.rules import Mandate
from measures.constants import Doi
from measures.core.selectors.measures import visible_measure

from ..actions.decisions import decide_gate
from ..actions.requests import give_approval, request_gate, withdraw_request
from ..models import GateDecision, GateRequest
from ..selectors.causes import causes_of
from ..selectors.checklists import checklist
from ..selectors.consequences import consequences_of
from ..selectors.kept_consequences import Sight, seen_by, sight_of
from ..selectors.requests import open_request, visible_request, visible_requests
from . import shapes
from .reads import visible_decisions

SIGNED_IN_THE_BROWSER = "Closing is signed in the browser."


class GateView(Resource):
    """The rules of a measure's next gate, as they stand."""

    pagination_class = None

    @reads("get_gate", shapes.RuleAnswer(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        measure = visible_measure(self.actor, pk)
        return Response(shapes.RuleAnswer(checklist(measure, open_request(measure.pk)), many=True).data)


class ConsequencesView(Resource):
    """What a hold, a cancellation, a reopening or the change that is asked for would do, before it is decided."""

    pagination_class = None

    @reads("get_consequences", shapes.ConsequencesAnswer, parameters=[shapes.ConsequencesQuery])
    def get(self, request: Request, pk: UUID) -> Response:
        measure, asked = visible_measure(self.actor, pk), self.asked(shapes.ConsequencesQuery)
        found = consequences_of(
            measure, asked["kind"], request=open_request(measure.pk), resume_on=asked.get("resume_on")
        )
        return Response(shapes.ConsequencesAnswer(seen_by(self.actor, found.stored())).data)


class CauseList(Resource):
    """What a closed measure may be reopened for."""

    pagination_class = None

    @reads("list_reopen_causes", shapes.CauseAnswer(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(shapes.CauseAnswer(causes_of(visible_measure(self.actor, pk)), many=True).data)


class RequestList(Resource):
    """The gate requests of the measures that the caller sees."""

    @reads("list_gate_requests", shapes.RequestAnswer(many=True), parameters=[shapes.RequestFilters])
    def get(self, request: Request) -> Response:
        asked = self.asked(shapes.RequestFilters)
        found = visible_requests(self.actor).filter(**asked).select_related("plan_change")
        parts = ("plan_change__lines__line", "plan_change__lines__months", "plan_change__dates__milestone")
        found = found.prefetch_related("approvals__person", "approvals__on_behalf_of", *parts)
        return self.page(found, shapes.RequestAnswer)

    @changes("request_gate", shapes.RequestCreate, shapes.RequestAnswer, status=201)
    def post(self, request: Request) -> Response:
        given = self.given(shapes.RequestCreate)
        claims = {row["line_id"]: row["claimed"] for row in given.pop("claims", ())}
        asked = request_gate(self.actor, **given, claims=claims)
        return self.one(asked, shapes.RequestAnswer, status=201)


class RequestDetail(Resource):
    """One gate request."""

    @reads("get_gate_request", shapes.RequestAnswer)
    def get(self, request: Request, pk: UUID) -> Response:
        return self.one(visible_request(self.actor, pk), shapes.RequestAnswer)


class RequestWithdraw(Resource):
    """Take an open request back."""

    @changes("withdraw_gate_request", Reason, shapes.RequestAnswer)
    def post(self, request: Request, pk: UUID) -> Response:
        return self.one(withdraw_request(self.actor, pk, **self.given(Reason)), shapes.RequestAnswer)


class ApprovalCreate(Resource):
    """Confirm what a request asks for."""

    @changes("give_approval", shapes.ApprovalCreate, shapes.ApprovalAnswer, status=201)
    def post(self, request: Request, pk: UUID) -> Response:
        approval = give_approval(self.actor, pk, **self.given(shapes.ApprovalCreate))
        return self.one(approval, shapes.ApprovalAnswer, status=201)


class DecisionList(Resource):
    """The decisions on the measures that the caller sees; a new one decides an open request."""

    @reads("list_decisions", shapes.DecisionAnswer(many=True), parameters=[shapes.DecisionFilters])
    def get(self, request: Request) -> Response:
        return self.page(
            visible_decisions(self.actor).filter(**self.asked(shapes.DecisionFilters)),
            shapes.DecisionAnswer,
            context_of=lambda decisions: _sight(self.actor, *decisions),
        )

    @changes("decide_gate", shapes.DecisionCreate, shapes.DecisionAnswer, status=201)
    def post(self, request: Request) -> Response:
        given = self.given(shapes.DecisionCreate)
        request_id = given.pop("request_id")
        if given["outcome"] == Outcome.ADVANCE and _asks_to_close(visible_request(self.actor, request_id)):
            raise NotAllowed(SIGNED_IN_THE_BROWSER)
        mandate = Mandate(given.pop("urgent_reason", ""))
        decision = decide_gate(self.actor, request_id, mandate=mandate, **given)
        return self.one(decision, shapes.DecisionAnswer, status=201, context=_sight(self.actor, decision))


def _sight(actor: Actor, *decisions: GateDecision) -> dict[str, Sight]:
    return {"sight": sight_of(actor, [decision.consequences for decision in decisions])}


def _asks_to_close(request: GateRequest) -> bool:
    return request.kind == RequestKind.ADVANCE and request.to_doi == Doi.CLOSED
