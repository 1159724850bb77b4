"""Decisions by circulation: who votes, when it is settled, and what follows (domain section 13)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from cat4 import clock
from cat4.audit.ledger import verify_chain
from cat4.audit.models import LedgerEntry
from cat4.errors import Conflict, NotAllowed
from cat4.notices.models import Notice
from cat4.outbox.models import OutboxRow
from governance.committees.actions.circulations import (
    confirm_circulation,
    vote_by_circulation,
    withdraw_circulation,
    withdraw_with_request,
)
from governance.committees.actions.resolving import ConditionAsk
from governance.committees.duties import close_circulations, remind
from governance.committees.models.resolutions import Circulation, CirculationVote, CommitteeDecision
from governance.committees.papers import choice_taken
from governance.committees.selectors.lost_votes import votes_not_carried
from governance.committees.selectors.matters import Matter
from governance.committees.selectors.subjects import load_subject
from governance.constants import Topic
from governance.deviations.actions.answers import add_option
from governance.deviations.models import Deviation
from governance.deviations.selectors.waiting import topics_to_decide
from governance.gates.actions.expiry import expire_requests
from governance.gates.actions.requests import request_gate, withdraw_request
from governance.gates.models import GateDecision
from hierarchy.models import CommitteeMember
from measures.models import Measure
from tests.governance.deviating import short_of_money
from tests.governance.deviations.test_deviation_pages import page
from tests.governance.ready import ready_measure
from tests.governance.rule_books import published
from tests.governance.sitting import circulate, complete_request, seat_five
from tests.measures.steps import invalid, refused
from tests.world import World


def vote(world: World, circulation: Circulation, **choices: str) -> Circulation:
    for persona, choice in choices.items():
        vote_by_circulation(world.actor(persona), circulation.pk, choice=choice)
    return Circulation.objects.get(pk=circulation.pk)


def test_more_than_half_of_those_entitled_carry_and_the_chair_applies(inside: World) -> None:
    circulation = circulate(inside, complete_request(inside).pk)
    assert vote(inside, circulation, chair="for", mona="for").state == "open"
    assert vote(inside, circulation, milo="for").state == "carried"
    assert Measure.objects.get().doi == 2
    with refused(NotAllowed, "Only the chair or deputy chair"):
        confirm_circulation(inside.actor("mona"), circulation.pk, reason="Carried.")
    decision = confirm_circulation(inside.actor("chair"), circulation.pk, reason="Carried by all who voted.")
    assert (Measure.objects.get().doi, decision.number) == (3, GateDecision.objects.get().number)
    assert decision.quorum == {
        "entitled": 5, "present": 3, "needed": 3, "in_favour": 3, "against": 0, "abstained": 0
    }  # fmt: skip
    assert {row["member"]: row["vote"] or row["note"] for row in decision.votes} == {
        "Chair Alder": "for", "Deputy": "absent", "Member Alder": "absent", "Milo": "for", "Mona": "for",
    }  # fmt: skip
    assert verify_chain().intact
    with refused(Conflict, "This circulation is applied"):
        confirm_circulation(inside.actor("deputy"), circulation.pk, reason="Again.")


def test_where_the_committee_says_so_it_applies_itself(world: World) -> None:
    seat_five(world, circulation_effect="automatic")
    with world.inside():
        circulation = circulate(world, complete_request(world).pk)
        assert vote(world, circulation, member="for", mona="for", milo="for").state == "applied"
        decision = CommitteeDecision.objects.get()
        assert (Measure.objects.get().doi, decision.decided_by) == (3, world.people["chair"])
        assert decision.reason == "By circulation: Advance before the tender ends?"


def test_what_can_not_apply_itself_waits_with_its_reason(world: World) -> None:
    seat_five(world, circulation_effect="automatic")
    with world.inside():
        circulation = circulate(world, complete_request(world).pk)
        Measure.objects.update(scope_in="")
        found = vote(world, circulation, member="for", mona="for", milo="for")
        assert found.state == "carried"
        assert "in scope missing" in found.problem
        assert (Measure.objects.get().doi, GateDecision.objects.count()) == (2, 0)


def test_without_the_quorum_it_lapses_on_the_day_after_its_last(inside: World) -> None:
    circulation = circulate(inside, complete_request(inside).pk)
    vote(inside, circulation, chair="for", mona="for")
    with clock.at(date(2026, 10, 22)):
        assert close_circulations(date(2026, 10, 22)) == 0
    with clock.at(date(2026, 10, 26)):
        assert close_circulations(date(2026, 10, 26)) == 1
        assert close_circulations(date(2026, 10, 26)) == 0
        with refused(Conflict, "no more votes are taken"):
            vote_by_circulation(inside.actor("milo"), circulation.pk, choice="for")
    assert Circulation.objects.get().state == "lapsed"
    assert LedgerEntry.objects.filter(entry__verb="circulation.ended").count() == 1
    assert Measure.objects.get().doi == 2


@pytest.mark.parametrize(("third", "state"), [("for", "carried"), ("against", "rejected"), ("abstain", "rejected")])
def test_at_its_end_the_votes_that_were_cast_decide(inside: World, third: str, state: str) -> None:
    circulation = circulate(inside, title="Meet in Brno?")
    vote(inside, circulation, chair="for", mona="against", milo=third)
    with clock.at(date(2026, 10, 23)):
        close_circulations(date(2026, 10, 23))
    assert Circulation.objects.get().state == state


def test_what_the_members_voted_down_is_asked_again_only_with_a_reason(inside: World) -> None:
    request = complete_request(inside)
    vote(inside, circulate(inside, request.pk), chair="against", mona="against", milo="against")
    assert Circulation.objects.get().state == "rejected"
    with invalid("again", "A vote on this was not carried. Say why the members are asked again."):
        circulate(inside, request.pk)
    second = circulate(inside, request.pk, again="The price fell by a tenth.")
    assert second.again == "The price fell by a tenth."
    subject = load_subject("gate_request", request.pk)
    [past] = votes_not_carried(subject, Matter.of_subject(subject))
    assert (past.result, past.against, past.votes[0]["member"], past.is_motion) == ("lost", 3, "Chair Alder", False)
    vote(inside, second, chair="for", mona="for", milo="for")
    decision = confirm_circulation(inside.actor("chair"), second.pk, reason="Carried at the second time.")
    assert decision.again == "The price fell by a tenth."


def test_a_casting_vote_of_the_chair_settles_a_tie_by_circulation(world: World) -> None:
    seat_five(world, casting_vote="chair")
    with world.inside():
        circulation = circulate(world, title="Meet in Brno?")
        tied = vote(world, circulation, chair="for", mona="for", milo="against", deputy="against")
        assert tied.state == "open"
        assert vote(world, circulation, member="abstain").state == "carried"
        second = circulate(world, title="Meet in Prague?")
        lost = vote(world, second, chair="against", mona="for", milo="against", deputy="for", member="abstain")
        assert lost.state == "rejected"
        [past] = votes_not_carried(load_subject("motion", lost.subject_id), Matter.of_circulation(lost))
        assert (past.result, past.in_favour, past.against) == ("lost", 2, 2)
        assert "<b>Motion lost.</b> 2 for, 2 against" in page(world, "chair", f"/committee/circulations/{lost.pk}/")


def test_a_circulation_about_a_deviation_shows_the_option_that_is_proposed(inside: World) -> None:
    found = short_of_money(inside, committee=inside.committee)
    option = add_option(
        inside.actor("owner"), found.pk, title="Second supplier", effect_in_year=Decimal(300_000),
        effect_run_rate=Decimal(900_000), effective_on=date(2026, 12, 1), outcome="accept", is_recommended=True,
    )  # fmt: skip
    Deviation.objects.filter(pk=found.pk).update(escalated_on=date(2026, 10, 15))
    subject = load_subject("deviation", found.pk)
    shown = choice_taken(subject, subject.proposed, subject.proposed_details, "EUR")
    assert shown is not None
    assert (shown.label, shown.value, dict(shown.facts)["Run-rate, kEUR"]) == (
        "Second supplier", str(option.pk), "900",
    )  # fmt: skip
    without = choice_taken(subject, "cancel", {}, "EUR")
    assert without is not None
    assert without.label == "Cancel the measure"


def test_the_controller_of_a_measure_is_not_asked_to_decide_on_its_deviation(inside: World) -> None:
    found = short_of_money(inside, committee=inside.committee)
    Deviation.objects.filter(pk=found.pk).update(escalated_on=date(2026, 10, 15))
    assert [topic.deviations for topic in topics_to_decide(inside.actor("deputy"))] == [(found,)]
    CommitteeMember.objects.filter(role="deputy").update(user=inside.people["controller"])
    assert found.measure.controller == inside.people["controller"]
    assert not topics_to_decide(inside.actor("controller"))


def test_who_has_a_part_in_the_measure_does_not_vote(inside: World) -> None:
    request = complete_request(inside, sponsor=inside.people["sponsor"])
    Measure.objects.update(sponsor=inside.people["mona"])
    circulation = circulate(inside, request.pk, outcome="return")
    with refused(NotAllowed, "Mona sponsors it and does not vote."):
        vote_by_circulation(inside.actor("mona"), circulation.pk, choice="for")
    with refused(NotAllowed, "Only members of the committee vote."):
        vote_by_circulation(inside.actor("pmo"), circulation.pk, choice="for")
    cast: dict[str, Any] = {"outcome": "return", "choice": "for", "cast_at": clock.now()}
    with pytest.raises(DatabaseError, match="do not vote on it"), transaction.atomic():
        CirculationVote.objects.create(
            circulation=circulation, member=inside.people["mona"], cast_by=inside.people["mona"], **cast
        )


def test_only_complete_papers_are_circulated_and_only_once(inside: World) -> None:
    measure = ready_measure(inside, 2)
    request = request_gate(inside.actor("owner"), measure.pk)
    with invalid("", "Controller confirms"):
        circulate(inside, request.pk)
    circulate(inside, request.pk, outcome="return")
    with refused(Conflict, "This is in circulation to Commercial committee, votes until"):
        circulate(inside, request.pk, outcome="return")
    with invalid("closes_on", "Enter a day after today"):
        circulate(inside, closes_on=date(2026, 10, 15))
    with invalid("link"):
        circulate(inside, link="javascript:alert(1)")
    with refused(NotAllowed, "may open a circulation"):
        from governance.committees.actions.circulations import open_circulation

        open_circulation(
            inside.actor("owner"),
            inside.committee.pk,
            subject_kind="motion",
            question="?",
            closes_on=date(2026, 10, 20),
        )


def test_the_votes_of_a_settled_circulation_stand(inside: World) -> None:
    circulation = circulate(inside)
    vote(inside, circulation, chair="for")
    withdraw_circulation(inside.actor("pmo"), circulation.pk, reason="Asked the wrong question.")
    with pytest.raises(DatabaseError, match="its votes stand"), transaction.atomic():
        CirculationVote.objects.update(choice="against")


def test_who_has_not_voted_is_reminded_once_and_conditions_before_their_day(inside: World) -> None:
    circulation = circulate(inside)
    vote(inside, circulation, chair="for", mona="for")
    asked = Notice.objects.filter(kind="circulation.vote_asked")
    assert asked.count() == 5
    with clock.at(date(2026, 10, 20)):
        assert remind(date(2026, 10, 20)) == 0
    with clock.at(date(2026, 10, 21)):
        assert remind(date(2026, 10, 21)) == 3
        assert remind(date(2026, 10, 21)) == 0
    reminded = asked.filter(event__endswith="reminded").values_list("person__name", flat=True)
    assert sorted(reminded) == ["Deputy", "Member Alder", "Milo"]
    ask = ConditionAsk("Book a room", date(2026, 11, 9), inside.people["owner"].pk)
    vote(inside, circulation, milo="for")
    confirm_circulation(inside.actor("chair"), circulation.pk, reason="Carried.", conditions=[ask])
    kinds = Notice.objects.filter(person=inside.people["owner"]).values_list("kind", flat=True)
    assert list(kinds) == ["committee.condition_asked"]
    for day, told in ((date(2026, 11, 1), 0), (date(2026, 11, 2), 1), (date(2026, 11, 3), 0), (date(2026, 11, 9), 1)):
        with clock.at(day):
            assert remind(day) == told


@pytest.mark.parametrize("way", ["withdrawn", "expired"])
def test_a_request_that_ends_undecided_ends_its_circulation_whoever_voted(inside: World, way: str) -> None:
    published(inside, off=["risks"], expiry_days=30)
    request = complete_request(inside)
    vote(inside, circulate(inside, request.pk), chair="for")
    if way == "withdrawn":
        withdraw_request(inside.actor("owner"), request.pk, reason="The tender is off.")
    else:
        assert expire_requests(date(2026, 11, 15)) == 1
    assert list(OutboxRow.objects.filter(topic=Topic.REQUEST_ENDED).values_list("object_id", flat=True)) == [request.pk]
    assert [withdraw_with_request(request.pk) for _ in range(2)] == [True, False]
    found = Circulation.objects.get()
    assert (found.state, found.problem) == (
        "withdrawn", f"The request was {way}: there is nothing left to decide."
    )  # fmt: skip
    assert LedgerEntry.objects.filter(entry__verb="circulation.ended").count() == 1
