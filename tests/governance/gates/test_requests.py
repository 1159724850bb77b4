"""Asking, withdrawing, confirming (domain sections 4 and 5)."""

from typing import Any
from uuid import uuid4

import pytest
from django.http import Http404

from cat4.accounts.actor import Role
from cat4.accounts.models import Membership
from cat4.audit.models import AuditEntry, LedgerEntry
from cat4.errors import Conflict, Invalid, NotAllowed
from governance.gates.actions.requests import give_approval, request_gate, withdraw_request
from governance.gates.models import GateApproval, GateRequest
from governance.gates.policies.asking import may_approve
from governance.gates.selectors.checklists import checklist
from governance.gates.selectors.waiting import decisions_waiting
from governance.parties.selectors.parties import parties_of
from hierarchy.constants import Level
from hierarchy.models import BusinessUnit, Node
from measures.models import Measure
from tests.governance.ready import add_person, footprint, ready_measure
from tests.world import World


@pytest.mark.parametrize("persona", ["owner", "pmo"])
def test_the_owner_or_a_portfolio_manager_asks_for_the_next_gate(inside: World, persona: str) -> None:
    measure = ready_measure(inside)
    request = request_gate(inside.actor(persona), measure.pk, comment="Ready.")
    assert (request.state, request.from_doi, request.to_doi) == ("submitted", 0, 1)
    assert request.requested_by_id == inside.people[persona].pk
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.summary) == ("gate.requested", "asked for gate 1, Identified")
    assert Measure.objects.get().doi == 0


@pytest.mark.parametrize("persona", ["sponsor", "controller", "chair", "member", "reader", "admin"])
def test_nobody_else_may_ask(inside: World, persona: str) -> None:
    measure = ready_measure(inside)
    before = footprint(measure)
    with pytest.raises(NotAllowed) as refusal:
        request_gate(inside.actor(persona), measure.pk)
    assert refusal.value.reason == "Only the owner Owner Alder or a portfolio manager (Pmo Alder) may ask."
    assert footprint(measure) == before


def test_a_request_with_something_missing_names_it_and_who_can_supply_it(inside: World) -> None:
    measure = ready_measure(inside, approved=False, description="Too short.", scope_out="", controller=None)
    before = footprint(measure)
    with pytest.raises(Invalid) as refusal:
        request_gate(inside.actor("owner"), measure.pk)
    assert refusal.value.errors == {
        "description": ["Description: 10 characters of at least 30. Owner Alder can supply it."],
        "governable": [
            "Description, owner, sponsor, controller, business unit, function, legal entity, committee: "
            "7 of 8 set, controller missing. Owner Alder can supply it."
        ],
        "separation_of_duties": [
            "The controller is neither owner nor sponsor: controller not named yet. Owner Alder can supply it."
        ],
        "people_active": [
            "Owner, sponsor and controller are active members: controller not named yet. Owner Alder can supply it."
        ],
        "scope": ["In scope and out of scope: out of scope missing. Owner Alder can supply it."],
    }
    assert footprint(measure) == before


def test_confirmations_may_follow_the_request(inside: World) -> None:
    measure = ready_measure(inside, doi=1, approved=False)
    assert request_gate(inside.actor("owner"), measure.pk).to_doi == 2


def test_a_second_request_is_a_conflict(inside: World) -> None:
    measure = ready_measure(inside)
    first = request_gate(inside.actor("owner"), measure.pk)
    before = footprint(measure)
    with pytest.raises(Conflict) as conflict:
        request_gate(inside.actor("pmo"), measure.pk)
    assert conflict.value.current["request"] == str(first.pk)
    assert footprint(measure) == before


@pytest.mark.parametrize(
    ("kind", "facts", "sentence"),
    [
        ("resume", {}, "The measure is at DoI 0 and active: resume is not possible now."),
        ("reopen", {}, "The measure is at DoI 0 and active: reopen is not possible now."),
        ("advance", {"lifecycle": "on_hold"}, "The measure is at DoI 0 and on hold: advance is not possible now."),
        ("cancel", {"lifecycle": "cancelled"}, "The measure is at DoI 0 and cancelled: cancel is not possible now."),
    ],
)
def test_a_move_that_the_state_does_not_allow_is_a_conflict(
    inside: World, kind: str, facts: dict[str, Any], sentence: str
) -> None:
    measure = ready_measure(inside, **facts)
    with pytest.raises(Conflict) as conflict:
        request_gate(
            inside.actor("owner"), measure.pk, kind=kind, comment="Because.", gap_owner_id=inside.people["pmo"].pk
        )
    assert conflict.value.message == sentence


def test_a_hold_needs_a_reason_a_text_and_a_day_in_the_future(inside: World) -> None:
    measure = ready_measure(inside, doi=1)
    with pytest.raises(Invalid) as refusal:
        request_gate(inside.actor("owner"), measure.pk, kind="hold", hold_reason="weather", resume_on=None)
    assert set(refusal.value.errors) == {"comment", "hold_reason", "resume_on"}


def test_an_unknown_kind_is_refused(inside: World) -> None:
    measure = ready_measure(inside)
    with pytest.raises(Invalid) as refusal:
        request_gate(inside.actor("owner"), measure.pk, kind="jump")
    assert set(refusal.value.errors) == {"kind"}


def test_the_gap_owner_of_a_cancellation_is_a_member(inside: World, twin: World) -> None:
    measure = ready_measure(inside)
    with pytest.raises(Invalid) as refusal:
        request_gate(
            inside.actor("owner"), measure.pk, kind="cancel", comment="No.", gap_owner_id=twin.people["pmo"].pk
        )
    assert refusal.value.errors == {"gap_owner_id": ["Choose an active member."]}


def test_a_measure_of_another_organization_is_not_found(inside: World, twin: World) -> None:
    with twin.inside():
        foreign = ready_measure(twin)
    for pk in (foreign.pk, uuid4()):
        with pytest.raises(Http404):
            request_gate(inside.actor("owner"), pk)
    with twin.inside():
        assert GateRequest.objects.count() == 0


def test_a_request_is_withdrawn_with_a_reason(inside: World) -> None:
    measure = ready_measure(inside)
    request = request_gate(inside.actor("owner"), measure.pk)
    with pytest.raises(Invalid) as refusal:
        withdraw_request(inside.actor("owner"), request.pk, reason=" ")
    assert set(refusal.value.errors) == {"reason"}
    withdraw_request(inside.actor("pmo"), request.pk, reason="The tender moved.")
    assert GateRequest.objects.get().state == "withdrawn"
    assert AuditEntry.objects.get(verb="gate.withdrawn").reason == "The tender moved."
    assert request_gate(inside.actor("owner"), measure.pk).state == "submitted"


@pytest.mark.parametrize("persona", ["sponsor", "controller", "chair", "reader", "admin"])
def test_nobody_else_withdraws(inside: World, persona: str) -> None:
    measure = ready_measure(inside)
    request = request_gate(inside.actor("owner"), measure.pk)
    before = footprint(measure)
    with pytest.raises(NotAllowed):
        withdraw_request(inside.actor(persona), request.pk, reason="No.")
    assert footprint(measure) == before


@pytest.mark.parametrize(
    ("kind", "doi", "persona"),
    [("size_and_timing", 2, "controller"), ("sponsor", 2, "sponsor"), ("hand_over", 3, "pmo")],
)
def test_each_confirmation_has_its_person_and_goes_into_the_ledger(
    inside: World, kind: str, doi: int, persona: str
) -> None:
    measure = ready_measure(inside, doi=doi)
    request = request_gate(inside.actor("owner"), measure.pk)
    approval = give_approval(inside.actor(persona), request.pk, kind=kind)
    assert (approval.granted, approval.person_id) == (True, inside.people[persona].pk)
    assert LedgerEntry.objects.get().entry.verb == "gate.approval_given"


@pytest.mark.parametrize(
    ("kind", "doi", "persona", "reason"),
    [
        ("size_and_timing", 2, "owner", "Only the controller Controller Alder may confirm size and timing."),
        ("size_and_timing", 2, "admin", "Only the controller Controller Alder may confirm size and timing."),
        ("sponsor", 2, "pmo", "Only the sponsor Sponsor Alder may approve."),
        ("hand_over", 3, "owner", "You own this measure and can't accept its hand-over from yourself."),
        (
            "hand_over", 3, "sponsor",
            "You decide this gate as the sponsor. The lead of the receiving unit accepts the hand-over.",
        ),
        ("hand_over", 3, "reader", "Only the lead of the receiving unit (Pmo Alder) may accept."),
    ],
)  # fmt: skip
def test_nobody_confirms_in_place_of_another(inside: World, kind: str, doi: int, persona: str, reason: str) -> None:
    measure = ready_measure(inside, doi=doi)
    request = request_gate(inside.actor("pmo"), measure.pk)
    before = footprint(measure)
    with pytest.raises(NotAllowed) as refusal:
        give_approval(inside.actor(persona), request.pk, kind=kind)
    assert refusal.value.reason == reason
    assert footprint(measure) == before


def test_a_refusal_needs_a_comment_and_the_last_word_counts(inside: World) -> None:
    measure = ready_measure(inside, doi=2)
    request = request_gate(inside.actor("owner"), measure.pk)
    controller = inside.actor("controller")
    with pytest.raises(Invalid) as refusal:
        give_approval(controller, request.pk, kind="size_and_timing", granted=False)
    assert set(refusal.value.errors) == {"comment"}
    give_approval(controller, request.pk, kind="size_and_timing", granted=False, comment="Too optimistic.")
    give_approval(controller, request.pk, kind="size_and_timing")
    assert list(GateApproval.objects.order_by("id").values_list("granted", flat=True)) == [False, True]


@pytest.mark.parametrize("kind", ["hand_over", "blessing"])
def test_a_confirmation_that_the_gate_does_not_ask_for_is_refused(inside: World, kind: str) -> None:
    measure = ready_measure(inside, doi=2)
    request = request_gate(inside.actor("owner"), measure.pk)
    with pytest.raises(Invalid) as refusal:
        give_approval(inside.actor("pmo"), request.pk, kind=kind)
    assert set(refusal.value.errors) == {"kind"}


def test_the_lead_of_the_receiving_unit_accepts_the_hand_over_or_of_the_nearest_node(inside: World) -> None:
    """Without a lead who may, the checklist says where one is named; owner and sponsor are passed over."""
    measure = ready_measure(inside, doi=3)
    request = request_gate(inside.actor("pmo"), measure.pk)
    unit, near, far, works = (
        add_person(inside, name, Role.CONTRIBUTOR) for name in ("Unit lead", "Near lead", "Far lead", "Worker")
    )

    def lead(unit_lead: str | None, package_lead: str | None, portfolio_lead: str | None) -> list[str]:
        """Who may accept, by policy, list and checklist alike."""
        people = {key: inside.people[key] for key in inside.people}
        BusinessUnit.objects.update(lead=people.get(unit_lead or ""))
        Node.objects.filter(pk=measure.package_id).update(lead=people.get(package_lead or ""))
        Node.objects.filter(pk=inside.nodes[Level.PORTFOLIO].pk).update(lead=people.get(portfolio_lead or ""))
        parties = parties_of(Measure.objects.get())
        asked = (unit, near, far, works, "owner", "sponsor", "pmo")
        may = [key for key in asked if may_approve(inside.actor(key), parties, "hand_over")]
        assert may == [key for key in asked if request in decisions_waiting(inside.actor(key)) and key != "sponsor"]
        return may

    assert lead(unit, near, far) == [unit]
    assert lead(None, near, far) == [near]
    assert lead("sponsor", "owner", far) == [far]
    Membership.objects.filter(user__in=[inside.people[unit], inside.people[near]]).update(is_active=False)
    assert lead(None, None, None) == []
    with pytest.raises(NotAllowed, match="names the unit's lead in Settings, Business units"):
        give_approval(inside.actor(works), request.pk, kind="hand_over")
    (found,) = [result for result in checklist(Measure.objects.get(), request) if result.rule == "hand_over"]
    assert "names the unit's lead in Settings" in found.value
    assert lead(unit, near, far) == [far]
    assert give_approval(inside.actor(far), request.pk, kind="hand_over").granted


def test_a_request_of_another_organization_is_not_found(inside: World, twin: World) -> None:
    with twin.inside():
        foreign = request_gate(twin.actor("owner"), ready_measure(twin, doi=2).pk)
    with pytest.raises(Http404):
        give_approval(inside.actor("controller"), foreign.pk, kind="size_and_timing")
    with pytest.raises(Http404):
        withdraw_request(inside.actor("owner"), foreign.pk, reason="Mine now.")
    with twin.inside():
        assert GateRequest.objects.get().state == "submitted"
