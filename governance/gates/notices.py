"""Whom a gate request concerns: who decides, who confirms, who asked, who owns (domain section 4)."""

from collections.abc import Iterable
from uuid import UUID

from cat4.accounts.actor import Actor
from cat4.notices.actions import notify, settle
from governance.constants import Outcome
from governance.parties.selectors.parties import deciders_of
from governance.rulebook.selectors import rules_in_force
from governance.rules.facts import Parties, Person
from governance.rules.own import approvers
from hierarchy.people.selectors.deputies import deputies_of
from measures.core.notices import tell

from .models import GateApproval, GateDecision, GateRequest
from .selectors.checklists import results_of
from .selectors.facts import gate_facts
from .selectors.lapsed import lapsed_words


def tell_of_request(actor: Actor, request: GateRequest, parties: Parties) -> None:
    """Its deciders and whoever owes it a confirmation, each of what is asked of them."""
    tell_of_turns(actor, request, parties)
    deciders = deciders_of(parties, request.kind, request.to_doi)
    tell(
        "gate.decision_asked", actor, request.measure, event=f"request:{request.pk}:decide", path=_page(request),
        people=_with_deputies(parties, deciders), comment=request.comment, **_named(request),
    )  # fmt: skip


def tell_of_turns(actor: Actor, request: GateRequest, parties: Parties) -> None:
    """Whoever owes it a confirmation that may be given now. A later turn hears once the earlier ones are through."""
    asked = [entry for entry in rules_in_force().asked(request.kind, request.from_doi) if entry.approval]
    later: set[str] = set()
    if any(entry.turn for entry in asked):
        results = results_of(request.kind, gate_facts(request.measure, request, parties=parties))
        later = {result.approval for result in results if result.waits_for}
    for entry in sorted(asked, key=lambda entry: entry.approval):
        if entry.approval not in later:
            tell(
                "gate.approval_asked", actor, request.measure, event=f"request:{request.pk}:{entry.approval}",
                people=_with_deputies(parties, approvers(parties, entry)), path=_page(request), **_named(request),
            )  # fmt: skip


def tell_of_expiry(actor: Actor, request: GateRequest, days: int) -> None:
    """Who asked, and the owner; nothing is owed to it any more."""
    settle_request(request)
    tell(
        "gate.expired", actor, request.measure, event=f"request:{request.pk}:expired", people=_askers(request),
        path=_page(request), days=days, **_named(request),
    )  # fmt: skip


def settle_request(request: GateRequest) -> None:
    """Neither a decision nor a confirmation is waited for any more."""
    settle(f"request:{request.pk}:")


def tell_of_approval(actor: Actor, request: GateRequest, approval: GateApproval, needed: int) -> None:
    """Who asked, and the owner. Where one word is enough, nobody owes this confirmation any more."""
    if needed == 1:
        settle(f"request:{request.pk}:{approval.kind}")
    kind = "gate.approval_given" if approval.granted else "gate.approval_refused"
    tell(
        kind, actor, request.measure, event=f"approval:{approval.pk}", people=_askers(request), path=_page(request),
        comment=approval.comment, **_named(request),
    )  # fmt: skip


def tell_of_lapsed_words(measure_id: UUID) -> None:
    """Whoever confirmed, and who gave it for them: what was changed since, and that it is asked of them again."""
    for word, change in lapsed_words(measure_id):
        request = word.request
        facts = {"measure": str(request.measure), "who": change.actor_name, "what": change.summary, **_named(request)}
        notify(
            "gate.approval_lapsed", event=f"request:{request.pk}:{word.kind}:lapsed:{word.pk}", path=_page(request),
            people={word.person_id, word.on_behalf_of_id}, facts=facts, measure_id=measure_id,
        )  # fmt: skip


def tell_of_decision(actor: Actor, decision: GateDecision, words: str) -> None:
    """Who asked and the owner; of what was decided also the sponsor, the controller and whoever owns a gap.

    `words` are those of whoever acts.
    """
    request, measure = decision.request, decision.measure
    settle_request(request)
    event = f"decision:{decision.pk}"
    if decision.outcome == Outcome.RETURN:
        tell(
            "gate.returned", actor, measure, event=event, people=_askers(request), path=_page(request),
            reason=words, **_named(request),
        )  # fmt: skip
        return
    tell(
        "gate.decided", actor, measure, event=event, move=decision.outcome, number=decision.number,
        people={*_askers(request), measure.sponsor_id, measure.controller_id, measure.gap_owner_id},
        reason=words, gate=decision.to_doi,
    )  # fmt: skip


def _with_deputies(parties: Parties, people: Iterable[Person]) -> set[UUID]:
    """Them, and whoever stands in for them today where the measure is."""
    asked = {person.id for person in people}
    rows = [row for every in deputies_of(asked).values() for row in every]
    return asked | {row.deputy_id for row in rows if row.node_id is None or row.node_id in parties.path}


def _askers(request: GateRequest) -> set[UUID | None]:
    return {request.requested_by_id, request.on_behalf_of_id, request.measure.owner_id}


def _page(request: GateRequest) -> str:
    return f"/requests/{request.pk}/"


def _named(request: GateRequest) -> dict[str, str | int]:
    """The move that is asked for; the template has the words."""
    return {"move": request.kind, "gate": request.to_doi}
