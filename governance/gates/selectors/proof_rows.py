"""Decisions and confirmations as rows that the ledger holds and a proof pack shows (domain section 13)."""

from collections.abc import Iterator

from django.db.models import QuerySet

from cat4.audit.facts import Row, amount, day, instant

from ..models import GateApproval, GateDecision, GateRequest

_CHUNK = 500


def decision_rows(decisions: QuerySet[GateDecision]) -> Iterator[Row]:
    """Each decision with the request that it answers and the result of every rule as it was."""
    found = decisions.select_related(
        "measure", "decided_by", "on_behalf_of", "request__requested_by", "request__on_behalf_of", "request__gap_owner"
    )
    for decision in found.order_by("number").iterator(chunk_size=_CHUNK):
        yield decision_row(decision)


def decision_row(decision: GateDecision) -> Row:
    """A decision: who, for whom, when, why, from where to where, under which rules, how, and what follows."""
    return {
        "id": str(decision.pk),
        "number": decision.number,
        "measure_id": str(decision.measure_id),
        "measure_code": decision.measure.code,
        "measure_name": decision.measure.name,
        "request_id": str(decision.request_id),
        "request": _request_part(decision.request),
        "outcome": decision.outcome,
        "from_doi": decision.from_doi,
        "to_doi": decision.to_doi,
        "reason": decision.reason,
        "rule_results": decision.rule_results,
        "rule_set_number": decision.rule_set_number,
        "is_gate": decision.is_gate,
        "decided_by_id": str(decision.decided_by_id),
        "decided_by_name": decision.decided_by.name,
        "on_behalf_of_id": decision.on_behalf_of_id and str(decision.on_behalf_of_id),
        "on_behalf_of_name": decision.on_behalf_of.name if decision.on_behalf_of else "",
        "decided_at": instant(decision.decided_at),
        "manner": decision.manner,
        "weight": amount(decision.weight),
        "urgent_reason": decision.urgent_reason,
        "resolution_kind": decision.resolution_kind,
        "resolution_id": decision.resolution_id and str(decision.resolution_id),
        "cause": decision.cause,
        "consequences": decision.consequences,
    }


def _request_part(request: GateRequest) -> Row:
    """What was asked for, by whom, for whom, and why."""
    return {
        "kind": request.kind,
        "comment": request.comment,
        "requested_by_name": request.requested_by.name if request.requested_by else "",
        "on_behalf_of_name": request.on_behalf_of.name if request.on_behalf_of else "",
        "hold_reason": request.hold_reason,
        "resume_on": day(request.resume_on),
        "gap_owner_name": request.gap_owner.name if request.gap_owner else "",
        "submitted_at": instant(request.submitted_at),
    }


def approval_rows(approvals: QuerySet[GateApproval]) -> Iterator[Row]:
    """Each confirmation that was given to a request, or refused."""
    found = approvals.select_related("request__measure", "person", "on_behalf_of")
    for approval in found.order_by("at", "id").iterator(chunk_size=_CHUNK):
        yield approval_row(approval)


def approval_row(approval: GateApproval) -> Row:
    """A confirmation: of what, by whom, for whom, and the words with it."""
    return {
        "id": str(approval.pk),
        "request_id": str(approval.request_id),
        "measure_id": str(approval.request.measure_id),
        "measure_code": approval.request.measure.code,
        "kind": approval.kind,
        "granted": approval.granted,
        "comment": approval.comment,
        "person_id": str(approval.person_id),
        "person_name": approval.person.name,
        "on_behalf_of_id": approval.on_behalf_of_id and str(approval.on_behalf_of_id),
        "on_behalf_of_name": approval.on_behalf_of.name if approval.on_behalf_of else "",
        "at": instant(approval.at),
    }
