"""Votes in a meeting: quorum, who is entitled, what is carried, lost or tied, and whose word nobody else changes."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from cat4 import clock
from cat4.audit.models import AuditEntry
from cat4.errors import Conflict, Invalid, NotAllowed
from governance.committees.actions.closing import close_meeting
from governance.committees.actions.meetings import put_motion
from governance.committees.actions.resolving import ConditionAsk
from governance.committees.actions.sessions import Seen, cast_vote, take_attendance
from governance.committees.models.meetings import AgendaItem, LostVote, Meeting, MeetingVote
from governance.committees.models.resolutions import CommitteeDecision, Condition
from governance.committees.selectors.minutes import content_of
from hierarchy.models import Committee
from measures.models import Measure
from tests.governance.meeting import MEETING, decided, lost, opened, votes_of
from tests.governance.sitting import complete_request
from tests.measures.steps import invalid, refused
from tests.world import World


def test_without_a_quorum_nothing_is_decided(inside: World) -> None:
    complete_request(inside)
    opened(inside, "member")
    item = AgendaItem.objects.get()
    with refused(Conflict, "The quorum is missing: 2 of 5, 3 needed."):
        decided(inside, item)
    assert (Measure.objects.get().doi, MeetingVote.objects.count()) == (2, 0)


def test_the_quorum_is_counted_over_those_entitled_and_stand_ins_count(inside: World) -> None:
    complete_request(inside)
    Measure.objects.update(sponsor=inside.people["mona"])
    meeting = opened(inside, "mona", "milo")
    item = AgendaItem.objects.get()
    with refused(Conflict, "The quorum is missing: 2 of 4, 3 needed."):
        decided(inside, item, outcome="return")
    with clock.at(MEETING):
        seen = [Seen(inside.people["member"].pk, "represented", inside.people["reader"].pk)]
        take_attendance(inside.actor("chair"), meeting.pk, seen=seen)
        with refused(NotAllowed, "Mona sponsors it and does not vote."):
            cast_vote(inside.actor("mona"), item.pk, choice="for")
        cast_vote(
            inside.actor("reader"), item.pk, choice="against", outcome="return", member_id=inside.people["member"].pk
        )
        with refused(NotAllowed, "may enter the vote of another member"):
            cast_vote(inside.actor("reader"), item.pk, choice="for", member_id=inside.people["milo"].pk)
    votes = {inside.people[name].pk: "for" for name in ("chair", "milo")}
    decision = decided(inside, item, outcome="return", votes=votes, unanimous=False)
    assert decision.quorum == {
        "entitled": 4, "present": 3, "needed": 3, "in_favour": 2, "against": 1, "abstained": 0
    }  # fmt: skip
    assert {"member": "Mona", "vote": "", "by": "", "note": "sponsors it and does not vote"} in decision.votes
    assert {"member": "Member Alder", "vote": "against", "by": "Reader Alder", "note": ""} in decision.votes


def test_what_is_not_carried_is_kept_and_voted_on_again_only_with_a_reason(inside: World) -> None:
    complete_request(inside)
    meeting = opened(inside, "member", "mona")
    item, member = AgendaItem.objects.get(), inside.people["member"].pk
    with refused(NotAllowed, "Only the chair or deputy chair"):
        decided(inside, item, "member", unanimous=False)
    with refused(Conflict, "Nobody has voted on this yet. Enter the votes."):
        decided(inside, item, unanimous=False)
    votes = votes_of(inside, chair="for", member="against", mona="abstain")
    tied = lost(inside, item, votes=votes, comments={member: "The tender ends in May."})
    assert (tied.result, tied.number, Measure.objects.get().doi) == ("tied", 1, 2)
    assert {
        "member": "Member Alder", "vote": "against", "by": "", "note": "", "comment": "The tender ends in May."
    } in tied.votes  # fmt: skip
    entry = AuditEntry.objects.get(verb="committee.vote_not_carried")
    assert entry.summary.endswith("Tied: 1 for, 1 against, 1 abstained. It takes more for than against.")
    assert (entry.change["result"], entry.change["votes"]) == ("tied", tied.votes)
    with invalid("again", "This was voted on already and was tied. Say why it is voted on again."):
        decided(inside, item, votes=votes_of(inside, mona="for"), unanimous=False)
    with pytest.raises(DatabaseError, match="a second vote on the same matter"), transaction.atomic():
        LostVote.objects.create(
            item=item, number=2, outcome="advance", result="lost", taken_by_id=member, taken_at=clock.now()
        )
    with pytest.raises(DatabaseError), transaction.atomic():
        LostVote.objects.update(reason="Never.")
    decision = decided(
        inside, item, unanimous=False, again="Mona heard the supplier.", votes=votes_of(inside, mona="for")
    )
    assert (decision.again, decision.quorum["in_favour"]) == ("Mona heard the supplier.", 2)
    close_meeting(inside.actor("chair"), meeting.pk)
    said = content_of(Meeting.objects.get())["items"][0]
    assert [(vote["result"], vote["quorum"]["against"]) for vote in said["votes_not_carried"]] == [("tied", 1)]
    assert said["decision"]["again"] == "Mona heard the supplier."


def test_more_than_half_of_those_entitled_is_another_rule_than_a_tie(inside: World) -> None:
    complete_request(inside)
    Committee.objects.update(majority="absolute", casting_vote="chair")
    opened(inside, "member", "mona")
    item = AgendaItem.objects.get()
    kept = lost(inside, item, votes=votes_of(inside, chair="for", member="for", mona="abstain"))
    assert kept.result == "lost"
    again = lost(inside, item, again="x", votes=votes_of(inside, member="against"))
    assert (again.result, again.number) == ("tied", 2)


def test_a_casting_vote_decides_a_tie_where_the_procedure_has_one(inside: World) -> None:
    complete_request(inside)
    Committee.objects.update(casting_vote="chair")
    opened(inside, "member")
    Committee.objects.update(quorum_count=2)
    votes = votes_of(inside, chair="for", member="against")
    decision = decided(inside, AgendaItem.objects.get(), unanimous=False, votes=votes)
    assert decision.quorum["casting_vote"] == "Chair Alder"
    assert (decision.outcome, decision.quorum["in_favour"], decision.quorum["against"]) == ("advance", 1, 1)


def test_a_motion_is_voted_for_or_against_the_motion(inside: World) -> None:
    put_motion(inside.actor("pmo"), inside.committee.pk, title="Meet in Brno")
    opened(inside, "member", "mona", "milo")
    item = AgendaItem.objects.get()
    with invalid("outcome", "Choose one of: Motion carried."):
        decided(inside, item, outcome="declined")
    votes = votes_of(inside, chair="for", member="against", mona="against", milo="against")
    ask = ConditionAsk("Book a room", date(2026, 11, 2), inside.people["pmo"].pk)
    decision = decided(inside, item, outcome="agreed", unanimous=False, votes=votes, conditions=[ask])
    assert (decision.outcome, decision.outcome_label, Condition.objects.count()) == ("declined", "Motion lost", 0)
    assert (decision.quorum["in_favour"], decision.quorum["against"]) == (1, 3)
    with refused(Conflict, "recorded decision 1 on this item in the meantime: motion lost."):
        decided(inside, item, outcome="agreed")


def test_nobody_enters_another_vote_over_the_one_that_a_member_cast(inside: World) -> None:
    complete_request(inside)
    opened(inside, "member", "mona")
    item, member = AgendaItem.objects.get(), inside.people["member"].pk
    with clock.at(MEETING):
        cast_vote(inside.actor("member"), item.pk, choice="against")
    for given in ({"unanimous": True}, {"unanimous": False, "votes": {member: "for"}}):
        with refused(Invalid, "Member Alder voted against, and only they change that."):
            decided(inside, item, **given)
    assert [vote.choice for vote in item.votes.all()] == ["against"]
    others = {inside.people[name].pk: "for" for name in ("chair", "mona")}
    decision = decided(inside, item, unanimous=False, votes=others | {member: "against"})
    assert (decision.quorum["in_favour"], decision.quorum["against"]) == (2, 1)
    assert item.votes.get(member=member).cast_by_id == member


def test_a_vote_that_does_not_carry_stands_on_the_page_and_asks_why_it_is_taken_again(
    inside: World, client: Client
) -> None:
    complete_request(inside)
    meeting = opened(inside, "member", "deputy")
    item = AgendaItem.objects.get()
    client.force_login(inside.people["chair"])
    path = inside.url(f"/committee/meetings/{meeting.pk}/items/{item.pk}/decide/")
    given = {"outcome": "advance", "reason": "Contract signed."}
    with clock.at(MEETING + timedelta(minutes=20)):
        unvoted = client.post(path, given)
        assert (unvoted.status_code, "Nobody has voted on this yet." in unvoted.content.decode()) == (422, True)
        assert re.search(r'value="advance"\s+required\s+checked', unvoted.content.decode())
        votes = {f"vote-{inside.people[name].pk}": "against" for name in ("member", "deputy")}
        said = {f"said-{inside.people['member'].pk}": "The tender ends in May."}
        page = client.post(path, given | votes | said, follow=True).content.decode()
        assert re.search(r"Not carried: 0 for, 2 against, 0 abstained\.", page)
        assert ("“The tender ends in May.”" in page, "Contract signed.</textarea>" in page) == (True, True)
        again = client.post(path, given)
    assert (again.status_code, "Say why it is voted on again." in again.content.decode()) == (422, True)
    assert not CommitteeDecision.objects.exists()
