"""Votes on trade-offs: a choice in meetings and circulations, one topic of a measure after another (section 13)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cat4 import clock
from governance.committees.actions.circulations import confirm_circulation, vote_by_circulation
from governance.committees.actions.sessions import Seen, cast_vote, decide_item, start_meeting, take_attendance
from governance.committees.models.meetings import AgendaItem, LostVote, Meeting
from governance.committees.models.resolutions import Circulation, CommitteeDecision
from governance.committees.models.subject_papers import SubjectPaper
from governance.committees.selectors.closing import closing_of
from governance.committees.selectors.lost_votes import votes_not_carried, was_not_carried
from governance.committees.selectors.matters import Matter
from governance.committees.selectors.subject_papers import papers_on
from governance.committees.selectors.subjects import load_subject
from governance.deviations.actions.deciding import decide_deviation
from governance.deviations.models import Deviation
from tests.governance.deviating import again, short_of_money
from tests.governance.deviations.test_deviation_pages import page
from tests.governance.deviations.test_topics import meets, second, worth
from tests.governance.sitting import circulate, seat_five
from tests.measures.steps import invalid
from tests.world import TODAY, World

MORNING = datetime(TODAY.year, TODAY.month, TODAY.day, 10, tzinfo=UTC)


def escalated(world: World) -> Deviation:
    found = short_of_money(world)
    Deviation.objects.filter(pk=found.pk).update(escalated_on=TODAY)
    return again(found)


def in_session(world: World, *present: str) -> Meeting:
    """Today's meeting with the chair and those who are named; the trade-off is its item."""
    meeting = meets(world, TODAY, hour=10)
    start_meeting(world.actor("chair"), meeting.pk)
    seen = [Seen(world.people[name].pk, "present") for name in present]
    take_attendance(world.actor("chair"), meeting.pk, seen=seen)
    return Meeting.objects.get(pk=meeting.pk)


@pytest.mark.parametrize(("casting_vote", "state", "outcome"), [("chair", "carried", "compensate"), ("", "lapsed", "")])
def test_the_casting_vote_decides_between_two_ways_out(
    world: World, casting_vote: str, state: str, outcome: str
) -> None:
    seat_five(world, casting_vote=casting_vote)
    with world.inside():
        circulation = circulate(world, escalated(world).measure_id, subject_kind="deviation")
        ways = {"deputy": "hold", "milo": "hold", "mona": "compensate", "chair": "compensate"}
        for persona, way in ways.items():
            vote_by_circulation(world.actor(persona), circulation.pk, choice="for", outcome=way)
        vote_by_circulation(world.actor("member"), circulation.pk, choice="abstain")
        circulation = Circulation.objects.get()
        assert (circulation.state, circulation.outcome) == (state, outcome)
        if casting_vote:
            decision = confirm_circulation(world.actor("chair"), circulation.pk, reason="The chair decided.")
            assert (decision.quorum["casting_vote"], decision.settles) == ("Chair Alder", ["1 (money)"])
            assert "compensates and is at DoI 2" in decision.taken["compensates"]


def test_in_a_meeting_who_is_for_another_way_out_is_against_this_one(world: World) -> None:
    seat_five(world)
    with world.inside(), clock.at(MORNING):
        escalated(world)
        in_session(world, "mona", "member")
        item = AgendaItem.objects.get()
        cast_vote(world.actor("mona"), item.pk, choice="for", outcome="re_scope")
        cast_vote(world.actor("member"), item.pk, choice="abstain")
        with invalid("choice", "Nothing is proposed. Vote for one of the ways out, or abstain."):
            cast_vote(world.actor("mona"), item.pk, choice="against")
        ruling: dict[str, Any] = {
            "outcome": "accept", "reason": "We carry it.", "details": {"gap_owner_id": str(world.people["pmo"].pk)},
        }  # fmt: skip
        shown = page(world, "chair", f"/committee/meetings/{item.meeting_id}/items/{item.pk}/")
        assert '<span>Mona</span> <span class="xs muted">Re-scope</span>' in shown
        mona, chair = world.people["mona"].pk, world.people["chair"].pk
        with invalid(f"votes.{mona}", "Mona is for Re-scope, and only they change that."):
            decide_item(world.actor("chair"), item.pk, unanimous=True, **ruling)
        tied = decide_item(world.actor("chair"), item.pk, votes={chair: "for"}, **ruling)
        assert isinstance(tied, LostVote)
        assert (tied.result, tied.quorum["in_favour"], tied.quorum["against"], tied.quorum["abstained"]) == (
            "tied", 1, 1, 1,
        )  # fmt: skip
        assert item.votes.get(member=mona).outcome == "re_scope"
        cast_vote(world.actor("mona"), item.pk, choice="for", outcome="accept")
        decision = decide_item(world.actor("chair"), item.pk, again="Mona came round.", **ruling)
        assert isinstance(decision, CommitteeDecision)
        assert (decision.again, decision.settles, decision.quorum["in_favour"]) == (
            "Mona came round.", ["1 (money)"], 2,
        )  # fmt: skip


@pytest.mark.parametrize("ended", ["decided", "closed"])
def test_what_was_voted_down_on_an_earlier_trade_off_of_the_measure_asks_for_no_reason(
    world: World, ended: str
) -> None:
    seat_five(world)
    with world.inside():
        found = escalated(world)
        circulation = circulate(world, found.measure_id, subject_kind="deviation", outcome="accept")
        for persona in ("mona", "milo", "member"):
            vote_by_circulation(world.actor(persona), circulation.pk, choice="against")
        SubjectPaper.objects.create(
            committee=world.committee, subject_kind="deviation", subject_id=found.measure_id, title="Offer.pdf", size=1,
            uploaded_by=world.people["owner"], uploaded_at=clock.now(),
        )  # fmt: skip
        subject = load_subject("deviation", found.measure_id)
        assert was_not_carried(subject, "accept")
        assert len(votes_not_carried(subject, Matter.of_subject(subject))) == 1
        assert len(papers_on(Matter.of_subject(subject), None)) == 1
    later = TODAY + timedelta(days=40)
    with world.inside(), clock.at(later):
        if ended == "decided":
            ruling: dict[str, Any] = {"reason": "Carried.", "gap_owner_id": world.people["pmo"].pk}
            decide_deviation(world.actor("chair"), found.pk, outcome="accept", **ruling)
        else:
            Deviation.objects.update(state="recovering")
            Deviation.objects.update(state="closed", closed_on=later)
    after = later + timedelta(days=20)
    with world.inside(), clock.at(after):
        second(found, opened_on=after - timedelta(days=15), escalated_on=after)
        subject = load_subject("deviation", found.measure_id)
        assert subject.is_open
        assert not was_not_carried(subject, "accept")
        matter = Matter.of_subject(subject)
        assert (votes_not_carried(subject, matter), papers_on(matter, None)) == ([], [])
        [kept] = votes_not_carried(subject, Matter.of_circulation(Circulation.objects.get()))
        assert kept.outcome_label == "Accept the loss"
        # What is open today is not what they voted on then.
        assert subject.summary not in page(world, "chair", f"/committee/circulations/{circulation.pk}/")


@pytest.mark.parametrize(("amount", "state", "expected"), [
    (300_000, "open", [True]), (1_000, "open", [False]), (300_000, "recovering", []),
])  # fmt: skip
def test_closing_says_of_a_trade_off_where_it_goes(world: World, amount: int, state: str, expected: list[bool]) -> None:
    """Above the body's amount round in writing, below it to the chair and the next agenda; recovered nowhere."""
    seat_five(world)
    with world.inside(), clock.at(MORNING):
        worth(escalated(world), amount)
        meeting = in_session(world, "mona", "member")
        Deviation.objects.update(state=state)
        assert [item.in_writing for item in closing_of(meeting).open_items] == expected
