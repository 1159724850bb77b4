"""Whom a gate request concerns: who decides, who confirms, who asked, who owns (domain section 4)."""

from uuid import UUID

from cat4.accounts.actor import Actor
from cat4.notices.actions import settle
from measures.actions.telling import tell

from ..constants import APPROVAL_RULES, Outcome
from ..models import GateApproval, GateDecision, GateRequest
from ..policies import approvers_of, deciders_of
from ..rules.evaluation import rules_for
from ..rules.facts import Parties


def tell_of_request(actor: Actor, request: GateRequest, parties: Parties) -> None:
    """Its deciders and whoever owes it a confirmation, each of what is asked of them."""
    asked = {APPROVAL_RULES[rule] for rule in rules_for(request.kind, request.from_doi) if rule in APPROVAL_RULES}
    for kind in sorted(asked):
        tell(
            "gate.approval_asked", actor, request.measure, event=f"request:{request.pk}:{kind}",
            people=[person.id for person in approvers_of(parties, kind)], path=_page(request), **_named(request),
        )  # fmt: skip
    deciders = deciders_of(parties, request.kind, request.to_doi)
    tell(
        "gate.decision_asked", actor, request.measure, event=f"request:{request.pk}:decide", path=_page(request),
        people=[person.id for person in deciders], comment=request.comment, **_named(request),
    )  # fmt: skip


def settle_request(request: GateRequest) -> None:
    """Neither a decision nor a confirmation is waited for any more."""
    settle(f"request:{request.pk}:")


def tell_of_approval(actor: Actor, request: GateRequest, approval: GateApproval) -> None:
    """Who asked, and the owner; nobody owes this confirmation any more."""
    settle(f"request:{request.pk}:{approval.kind}")
    kind = "gate.approval_given" if approval.granted else "gate.approval_refused"
    tell(
        kind, actor, request.measure, event=f"approval:{approval.pk}", people=_askers(request), path=_page(request),
        comment=approval.comment, **_named(request),
    )  # fmt: skip


def tell_of_decision(actor: Actor, decision: GateDecision) -> None:
    """Who asked and the owner; of what was decided also the sponsor, the controller and whoever owns a gap."""
    request, measure = decision.request, decision.measure
    settle_request(request)
    event = f"decision:{decision.pk}"
    if decision.outcome == Outcome.RETURN:
        tell(
            "gate.returned", actor, measure, event=event, people=_askers(request), path=_page(request),
            reason=decision.reason, **_named(request),
        )  # fmt: skip
        return
    tell(
        "gate.decided", actor, measure, event=event, move=decision.outcome, number=decision.number,
        people={*_askers(request), measure.sponsor_id, measure.controller_id, measure.gap_owner_id},
        reason=decision.reason, gate=decision.to_doi,
    )  # fmt: skip


def _askers(request: GateRequest) -> set[UUID | None]:
    return {request.requested_by_id, request.measure.owner_id}


def _page(request: GateRequest) -> str:
    return f"/requests/{request.pk}/"


def _named(request: GateRequest) -> dict[str, str | int]:
    """The move that is asked for; the template has the words."""
    return {"move": request.kind, "gate": request.to_doi}
