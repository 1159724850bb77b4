"""Deciding: who may, what it does, and what the record keeps (domain sections 4, 5 and 13)."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.http import Http404

from cat4.accounts.actor import Role
from cat4.audit.ledger import verify_chain
from cat4.audit.models import AuditEntry, LedgerEntry
from cat4.errors import Conflict, Invalid, NotAllowed
from cat4.outbox.models import OutboxRow
from governance.gates.actions.decisions import cancel_measure, decide_gate, hold_measure, reopen_measure, resume_measure
from governance.gates.actions.requests import give_approval, request_gate
from governance.gates.models import GateDecision, GateRequest
from governance.rules.constants import RULES_VERSION
from governance.rules.declared import rules_at
from hierarchy.constants import Level
from hierarchy.models import CommitteeMember, Node
from measures.constants import Doi
from measures.models import EffectLine, Measure, PlanMonth, PlanVersion
from measures.money.actions.plans import set_plan_months
from tests.governance.ready import PLAN, add_person, footprint, lock_through_september, ready_measure
from tests.world import World

HOLD: dict[str, Any] = {"hold_reason": "budget", "reason": "No money before May.", "resume_on": date(2027, 5, 3)}


def asked(world: World, doi: int, *, by: str = "owner", **facts: Any) -> GateRequest:
    """A request for the next gate of a measure at `doi`, with every confirmation given."""
    measure = ready_measure(world, doi=doi, **facts)
    if doi == Doi.IMPLEMENTED:
        lock_through_september()
    request = request_gate(world.actor(by), measure.pk, comment="Ready.")
    givers = {2: {"size_and_timing": "controller", "sponsor": "sponsor"}, 3: {"hand_over": "pmo"}}
    for kind, persona in givers.get(doi, {}).items():
        give_approval(world.actor(persona), request.pk, kind=kind)
    return request


def lead(world: World, level: Level) -> str:
    key = add_person(world, "Leader", Role.VIEWER)
    Node.objects.filter(pk=world.nodes[level].pk).update(lead=world.people[key])
    return key


@pytest.mark.parametrize(("doi", "persona"), [(0, "pmo"), (1, "pmo"), (2, "chair"), (3, "sponsor")])
def test_the_decider_of_each_gate_moves_the_measure_one_degree(inside: World, doi: int, persona: str) -> None:
    request = asked(inside, doi)
    decision = decide_gate(inside.actor(persona), request.pk, outcome="advance", reason="Agreed.")
    measure, after = Measure.objects.get(), GateRequest.objects.get()
    assert (measure.doi, measure.lifecycle, measure.version) == (doi + 1, "active", 2)
    assert (after.state, after.ended_at) == ("approved", decision.decided_at)
    assert (decision.number, decision.from_doi, decision.to_doi, decision.reason) == (1, doi, doi + 1, "Agreed.")


@pytest.mark.parametrize("level", [Level.PROGRAM, Level.PROJECT])
def test_the_program_or_project_lead_decides_gate_1(inside: World, level: Level) -> None:
    request = asked(inside, 0)
    decide_gate(inside.actor(lead(inside, level)), request.pk, outcome="advance", reason="Agreed.")
    assert Measure.objects.get().doi == 1


def test_a_portfolio_lead_does_not_decide_gate_1(inside: World) -> None:
    request = asked(inside, 0)
    with pytest.raises(NotAllowed):
        decide_gate(inside.actor(lead(inside, Level.PORTFOLIO)), request.pk, outcome="advance", reason="Agreed.")


def test_the_decision_keeps_every_rule_as_it_was(inside: World) -> None:
    request = asked(inside, 2)
    decision = decide_gate(inside.actor("chair"), request.pk, outcome="advance", reason="Agreed.")
    assert [result["rule"] for result in decision.rule_results] == list(rules_at("gate_3"))
    assert {(result["passed"], result["version"]) for result in decision.rule_results} == {(True, RULES_VERSION)}
    sizes = next(result for result in decision.rule_results if result["rule"] == "size_and_timing")
    assert (sizes["kind"], sizes["value"]) == ("A", "Controller Alder")


def test_at_decided_the_plan_is_frozen_as_version_1(inside: World) -> None:
    request = asked(inside, 2)
    decision = decide_gate(inside.actor("chair"), request.pk, outcome="advance", reason="Agreed.")
    version = PlanVersion.objects.get()
    assert (version.number, version.frozen_at, version.reason) == (1, decision.decided_at, "Decision 1: Agreed.")
    assert PlanMonth.objects.count() == 13


def test_a_decision_is_recorded_chained_and_published(inside: World) -> None:
    request = asked(inside, 0)
    decision = decide_gate(inside.actor("pmo"), request.pk, outcome="advance", reason="Agreed.")
    entry = AuditEntry.objects.get(verb="gate.decided")
    assert entry.summary == "decided Advance to DoI 1, Identified, decision 1"
    assert (entry.reason, entry.change["doi"], entry.object_id) == ("Agreed.", [0, 1], decision.pk)
    assert LedgerEntry.objects.get().entry_id == entry.pk
    topics = set(OutboxRow.objects.filter(object_id=request.measure_id).values_list("topic", flat=True))
    assert topics == {"governance.gate_decided", "measures.measure_changed"}


DENIED = [
    (0, "owner", "You own this measure. Nobody decides on their own measure."),
    (0, "sponsor", "You sponsor this measure. Nobody decides on their own measure."),
    (
        0, "chair",
        "Only the program or project lead or a portfolio manager (Pmo Alder) decides this gate.",
    ),
    (1, "admin", "Only a portfolio manager (Pmo Alder) decides this gate."),
    (2, "pmo", "Only the chair of the Commercial committee (Chair Alder) decides this gate."),
    (2, "member", "Only the chair of the Commercial committee (Chair Alder) decides this gate."),
    (2, "admin", "Only the chair of the Commercial committee (Chair Alder) decides this gate."),
    (2, "controller", "You control this measure and advise the committee. Somebody else has to decide."),
    (3, "chair", "Only the sponsor Sponsor Alder decides this gate."),
    (3, "owner", "You own this measure. Nobody decides on their own measure."),
    (4, "owner", "Only the controller Controller Alder may decide on the closing."),
    (4, "controller", "A closure is signed with your password, on the page Closures."),
]  # fmt: skip


@pytest.mark.parametrize(("doi", "persona", "reason"), DENIED)
def test_who_may_not_decide_hears_why_and_changes_nothing(inside: World, doi: int, persona: str, reason: str) -> None:
    request = asked(inside, doi)
    before = footprint(request.measure)
    with pytest.raises(NotAllowed) as refusal:
        decide_gate(inside.actor(persona), request.pk, outcome="advance", reason="Agreed.")
    assert refusal.value.reason == reason
    assert footprint(request.measure) == before


@pytest.mark.parametrize("part", ["owner", "sponsor"])
def test_a_chair_does_not_decide_on_the_own_measure(inside: World, part: str) -> None:
    request = asked(inside, 2, by="pmo")
    chair = inside.people["chair"]
    CommitteeMember.objects.filter(user=chair).delete()
    CommitteeMember.objects.create(committee=inside.committee, user=inside.people[part], role=Role.CHAIR)
    before = footprint(request.measure)
    for outcome in ("advance", "hold", "cancel", "return"):
        with pytest.raises(NotAllowed, match="Nobody decides on their own measure"):
            decide_gate(inside.actor(part), request.pk, outcome=outcome, reason="Mine.")
    assert footprint(request.measure) == before


def test_who_asked_does_not_decide(inside: World) -> None:
    request = asked(inside, 1, by="pmo")
    with pytest.raises(NotAllowed, match="You asked for this gate"):
        decide_gate(inside.actor("pmo"), request.pk, outcome="advance", reason="Agreed.")
    second = add_person(inside, "Second", Role.PMO)
    decide_gate(inside.actor(second), request.pk, outcome="advance", reason="Agreed.")
    assert Measure.objects.get().doi == 2


def test_without_its_confirmations_a_gate_is_not_passed(inside: World) -> None:
    measure = ready_measure(inside, doi=2)
    request = request_gate(inside.actor("owner"), measure.pk)
    before = footprint(measure)
    with pytest.raises(Invalid) as refusal:
        decide_gate(inside.actor("chair"), request.pk, outcome="advance", reason="Agreed.")
    assert set(refusal.value.errors) == {"size_and_timing", "sponsor_approval"}
    assert footprint(measure) == before


def test_a_refused_confirmation_blocks(inside: World) -> None:
    request = asked(inside, 2)
    give_approval(inside.actor("sponsor"), request.pk, kind="sponsor", granted=False, comment="Not mine.")
    with pytest.raises(Invalid) as refusal:
        decide_gate(inside.actor("chair"), request.pk, outcome="advance", reason="Agreed.")
    assert "refused by Sponsor Alder: Not mine." in str(refusal.value)


def test_every_rule_is_checked_again_at_the_decision(inside: World) -> None:
    request = asked(inside, 0)
    Measure.objects.update(scope_in="")
    with pytest.raises(Invalid) as refusal:
        decide_gate(inside.actor("pmo"), request.pk, outcome="advance", reason="Agreed.")
    assert set(refusal.value.errors) == {"scope"}


def test_a_plan_changed_after_the_confirmation_has_to_be_confirmed_again(inside: World) -> None:
    request = asked(inside, 2)
    line = EffectLine.objects.get(name="Steel price")
    set_plan_months(inside.actor("owner"), line.pk, months={date(2026, 12, 1): 2 * PLAN})
    with pytest.raises(Invalid, match="given by Sponsor Alder before Owner Alder ") as refusal:
        decide_gate(inside.actor("chair"), request.pk, outcome="advance", reason="Agreed.")
    assert set(refusal.value.errors) == {"size_and_timing", "sponsor_approval"}


def test_a_confirmation_of_a_former_controller_does_not_count(inside: World) -> None:
    request = asked(inside, 2)
    key = add_person(inside, "Newcomer", Role.CONTROLLER)
    Measure.objects.update(controller=inside.people[key])
    with pytest.raises(Invalid, match="who has no longer that part"):
        decide_gate(inside.actor("chair"), request.pk, outcome="advance", reason="Agreed.")


def test_a_returned_request_needs_a_comment_and_moves_nothing(inside: World) -> None:
    request = asked(inside, 1)
    with pytest.raises(Invalid) as refusal:
        decide_gate(inside.actor("pmo"), request.pk, outcome="return", reason="  ")
    assert set(refusal.value.errors) == {"reason"}
    decision = decide_gate(inside.actor("pmo"), request.pk, outcome="return", reason="Name the supplier.")
    measure = Measure.objects.get()
    assert (measure.doi, measure.lifecycle, measure.version) == (1, "active", 1)
    assert (GateRequest.objects.get().state, decision.from_doi, decision.to_doi) == ("rejected", 1, 1)
    assert AuditEntry.objects.get(verb="gate.returned").reason == "Name the supplier."
    assert request_gate(inside.actor("owner"), measure.pk).state == "submitted"


def test_a_decided_request_is_a_conflict_with_the_state_as_it_is(inside: World) -> None:
    request = asked(inside, 0)
    decide_gate(inside.actor("pmo"), request.pk, outcome="advance", reason="Agreed.")
    before = footprint(request.measure)
    with pytest.raises(Conflict) as conflict:
        decide_gate(inside.actor("pmo"), request.pk, outcome="return", reason="Too late.")
    assert conflict.value.message == "Pmo Alder decided this request in the meantime: advance (decision 1)."
    expected = {"doi": 1, "lifecycle": "active", "state": "approved", "outcome": "advance", "decision": 1, "version": 2}
    assert conflict.value.current == expected
    assert footprint(request.measure) == before


def test_an_outcome_that_does_not_fit_the_request_is_refused(inside: World) -> None:
    request = asked(inside, 0)
    for outcome in ("resume", "reopen", "bless"):
        with pytest.raises(Invalid) as refusal:
            decide_gate(inside.actor("pmo"), request.pk, outcome=outcome, reason="So be it.")
        assert refusal.value.errors == {"outcome": ["Choose one of: Advance, Hold, Cancel, Return with comment."]}


def test_a_chair_may_hold_what_asked_to_advance(inside: World) -> None:
    request = asked(inside, 1)
    decision = decide_gate(inside.actor("chair"), request.pk, outcome="hold", **HOLD)
    measure = Measure.objects.get()
    assert (measure.doi, measure.lifecycle, measure.resume_on) == (1, "on_hold", date(2027, 5, 3))
    assert measure.hold_reason == "Budget: No money before May."
    assert (decision.outcome, GateRequest.objects.get().state) == ("hold", "rejected")


def test_a_chair_holds_resumes_and_cancels_without_a_request(inside: World) -> None:
    measure = ready_measure(inside, doi=2)
    chair = inside.actor("chair")
    hold_measure(chair, measure.pk, **HOLD)
    resume_measure(chair, measure.pk, reason="Money is there.")
    assert (Measure.objects.get().lifecycle, Measure.objects.get().hold_reason) == ("active", "")
    cancel_measure(chair, measure.pk, reason="No supplier.", gap_owner_id=inside.people["pmo"].pk)
    after = Measure.objects.get()
    assert (after.lifecycle, after.doi, after.gap_owner_id) == ("cancelled", 2, inside.people["pmo"].pk)
    assert list(GateDecision.objects.order_by("number").values_list("number", "outcome")) == [
        (1, "hold"),
        (2, "resume"),
        (3, "cancel"),
    ]
    assert set(GateRequest.objects.values_list("state", flat=True)) == {"approved"}
    assert verify_chain().entries == 3


def test_a_chair_who_holds_while_a_gate_is_asked_for_decides_that_request(inside: World) -> None:
    request = asked(inside, 2)
    decision = hold_measure(inside.actor("chair"), request.measure_id, **HOLD)
    assert (decision.request_id, GateRequest.objects.count()) == (request.pk, 1)


@pytest.mark.parametrize("persona", ["owner", "sponsor", "controller", "pmo", "member", "reader", "admin"])
def test_nobody_but_the_chair_holds_or_cancels(inside: World, persona: str) -> None:
    measure = ready_measure(inside, doi=2)
    before = footprint(measure)
    actor = inside.actor(persona)
    with pytest.raises(NotAllowed):
        hold_measure(actor, measure.pk, **HOLD)
    with pytest.raises(NotAllowed):
        cancel_measure(actor, measure.pk, reason="No.", gap_owner_id=inside.people["pmo"].pk)
    assert footprint(measure) == before


@pytest.mark.parametrize("doi", [0, 5])
def test_only_degrees_1_to_4_are_held(inside: World, doi: int) -> None:
    measure = ready_measure(inside, doi=doi)
    with pytest.raises(Conflict):
        hold_measure(inside.actor("chair"), measure.pk, **HOLD)


@pytest.mark.parametrize("resume_on", [None, date(2026, 10, 15), date(2020, 1, 1)])
def test_a_hold_ends_on_a_day_in_the_future(inside: World, resume_on: date | None) -> None:
    measure = ready_measure(inside, doi=1)
    before = footprint(measure)
    with pytest.raises(Invalid) as refusal:
        hold_measure(inside.actor("chair"), measure.pk, **{**HOLD, "resume_on": resume_on})
    assert set(refusal.value.errors) == {"resume_on"}
    assert footprint(measure) == before


def test_resuming_asks_for_the_rules_of_the_degree_again(inside: World) -> None:
    measure = ready_measure(inside, doi=1)
    hold_measure(inside.actor("chair"), measure.pk, **HOLD)
    Measure.objects.update(overlap_checked_at=None)
    with pytest.raises(Invalid) as refusal:
        resume_measure(inside.actor("chair"), measure.pk, reason="Go on.")
    assert set(refusal.value.errors) == {"overlap_check"}
    assert Measure.objects.get().lifecycle == "on_hold"


def test_a_cancellation_names_who_owns_the_gap(inside: World) -> None:
    measure = ready_measure(inside, doi=1)
    missing: UUID = None  # type: ignore[assignment]
    with pytest.raises(Invalid) as refusal:
        cancel_measure(inside.actor("chair"), measure.pk, reason="No.", gap_owner_id=missing)
    assert set(refusal.value.errors) == {"gap_owner_id"}


@pytest.mark.parametrize("persona", ["owner", "sponsor", "pmo", "reader", "admin"])
def test_nobody_else_reopens(inside: World, persona: str) -> None:
    measure = ready_measure(inside, doi=5)
    before = footprint(measure)
    with pytest.raises(NotAllowed):
        reopen_measure(inside.actor(persona), measure.pk, reason="Because.")
    assert footprint(measure) == before


def test_decisions_are_numbered_per_organization(inside: World, twin: World) -> None:
    with twin.inside():
        hold_measure(twin.actor("chair"), ready_measure(twin, doi=1).pk, **HOLD)
    for code in ("M-1", "M-2"):
        hold_measure(inside.actor("chair"), ready_measure(inside, doi=1, code=code).pk, **HOLD)
    assert list(GateDecision.objects.order_by("number").values_list("number", flat=True)) == [1, 2]


def test_requests_and_measures_of_another_organization_are_not_found(inside: World, twin: World) -> None:
    with twin.inside():
        foreign = asked(twin, 0)
    with pytest.raises(Http404):
        decide_gate(inside.actor("pmo"), foreign.pk, outcome="advance", reason="Agreed.")
    chair, pk, gap = inside.actor("chair"), foreign.measure_id, inside.people["pmo"].pk
    with pytest.raises(Http404):
        hold_measure(chair, pk, **HOLD)
    with pytest.raises(Http404):
        resume_measure(chair, pk, reason="Go.")
    with pytest.raises(Http404):
        reopen_measure(chair, pk, reason="Go.")
    with pytest.raises(Http404):
        cancel_measure(chair, pk, reason="Go.", gap_owner_id=gap)
    with twin.inside():
        assert (GateDecision.objects.count(), Measure.objects.get().doi) == (0, 0)
