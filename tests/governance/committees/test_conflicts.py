"""A member declares a conflict of interest, an asker withdraws a motion (domain section 13)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, transaction
from django.http import Http404
from django.test import Client

from cat4.audit.ledger import verify_chain
from cat4.audit.models import LedgerEntry
from cat4.errors import Conflict, NotAllowed
from governance.committees.actions.circulations import vote_by_circulation, withdraw_circulation
from governance.committees.actions.conflicts import declare_conflict, withdraw_motion
from governance.committees.actions.meetings import put_motion
from governance.committees.actions.sessions import cast_vote, decide_item
from governance.committees.models.meetings import AgendaItem, Attendance, Meeting, MeetingAgenda, MeetingVote, Motion
from governance.committees.models.resolutions import Circulation, CirculationVote
from governance.committees.selectors.agenda import subjects_before
from governance.committees.selectors.circulations import circulations_to_vote
from governance.gates.actions.decisions import decide_gate
from governance.gates.models import GateDecision
from governance.parties.models import ConflictDeclaration
from measures.models import Measure
from tests.api.committee_scene import NOW
from tests.governance.sitting import MEMBERS, circulate, complete_request
from tests.measures.steps import invalid, refused
from tests.world import World

WHY = "My brother runs the supplier."
NOT_VOTING = "declared a conflict of interest and does not vote"


def in_session(world: World, **subject: Any) -> AgendaItem:
    """An item of a meeting at which all five are present."""
    meeting = Meeting.objects.create(
        committee=world.committee, starts_at=NOW, called_at=NOW, state="in_session", started_at=NOW,
        chaired_by=world.people["chair"],
    )  # fmt: skip
    MeetingAgenda.objects.create(meeting=meeting, locked_at=NOW)
    roles = {"chair": "chair", "deputy": "deputy"}
    for key in MEMBERS:
        Attendance.objects.create(
            meeting=meeting, member=world.people[key], role=roles.get(key, "member"), presence="present"
        )
    return AgendaItem.objects.create(meeting=meeting, position=1, title="Their turn", **subject)


def on_request(world: World) -> AgendaItem:
    request = complete_request(world)
    return in_session(
        world, subject_kind="gate_request", subject_id=request.pk, request=request, measure=request.measure
    )


def declare(world: World, by: str, about: AgendaItem | Circulation, reason: str = WHY) -> ConflictDeclaration:
    return declare_conflict(
        world.actor(by), subject_kind=about.subject_kind, subject_id=about.subject_id, reason=reason
    )


def test_who_declares_loses_the_vote_and_counts_no_more(inside: World) -> None:
    """Of five entitled four are left, three of whom are a quorum."""
    item = on_request(inside)
    cast_vote(inside.actor("mona"), item.pk, choice="for")
    declare(inside, "mona", item)
    assert MeetingVote.objects.count() == 0
    with refused(NotAllowed, f"Mona {NOT_VOTING}."):
        cast_vote(inside.actor("mona"), item.pk, choice="for")
    with pytest.raises(DatabaseError, match="who declared a conflict of interest does not vote"), transaction.atomic():
        MeetingVote.objects.create(
            item=item, member=inside.people["mona"], outcome="advance", choice="for",
            cast_by=inside.people["mona"], cast_at=NOW,
        )  # fmt: skip
    decision = decide_item(inside.actor("chair"), item.pk, outcome="advance", reason="Agreed.", unanimous=True)
    assert (decision.quorum["entitled"], decision.quorum["in_favour"], Measure.objects.get().doi) == (4, 4, 3)
    assert [row for row in decision.votes if row["member"] == "Mona"] == [
        {"member": "Mona", "vote": "", "by": "", "note": NOT_VOTING}
    ]
    entry = LedgerEntry.objects.select_related("entry").get(entry__verb="committee.conflict_declared").entry
    assert (entry.actor_name, entry.reason, entry.measure_id) == ("Mona", WHY, item.measure_id)
    assert verify_chain().intact


def test_a_chair_who_declares_leaves_the_decision_to_the_deputy(inside: World) -> None:
    item = on_request(inside)
    declare(inside, "chair", item)
    with refused(NotAllowed, "You declared a conflict of interest on this. Somebody else has to record the decision."):
        decide_item(inside.actor("chair"), item.pk, outcome="advance", reason="Agreed.", unanimous=True)
    with refused(NotAllowed, "You declared a conflict of interest on this. Somebody else has to decide it."):
        decide_gate(inside.actor("chair"), item.subject_id, outcome="advance", reason="Agreed.")
    assert GateDecision.objects.count() == 0
    decide_item(inside.actor("deputy"), item.pk, outcome="advance", reason="Agreed.", unanimous=True)
    assert GateDecision.objects.get().decided_by == inside.people["deputy"]


def test_without_who_declared_a_circulation_is_settled_by_the_others(inside: World) -> None:
    circulation = circulate(inside, complete_request(inside).pk)
    for persona, choice in {"chair": "for", "mona": "for", "milo": "against"}.items():
        vote_by_circulation(inside.actor(persona), circulation.pk, choice=choice)
    declare(inside, "milo", circulation)
    assert set(CirculationVote.objects.values_list("member__name", flat=True)) == {"Chair Alder", "Mona"}
    assert [circulations_to_vote(inside.actor(person)).count() for person in ("milo", "deputy")] == [0, 1]
    vote_by_circulation(inside.actor("deputy"), circulation.pk, choice="for")
    assert Circulation.objects.get().state == "carried"
    with refused(Conflict, "You declared a conflict of interest on this already."):
        declare(inside, "milo", circulation)


def test_only_members_declare_with_a_reason_and_before_the_decision(inside: World, twin: World) -> None:
    item = on_request(inside)
    with refused(NotAllowed, "Only members of Commercial committee declare a conflict of interest before it."):
        declare(inside, "pmo", item)
    with invalid("reason"):
        declare(inside, "mona", item, reason=" ")
    decide_item(inside.actor("chair"), item.pk, outcome="advance", reason="Agreed.", unanimous=True)
    with refused(Conflict, "This is decided or withdrawn already."):
        declare(inside, "mona", item)
    with twin.inside(), pytest.raises(Http404):
        declare(twin, "member", item)
    assert ConflictDeclaration.objects.count() == 0


def test_a_declaration_stands(inside: World) -> None:
    declared = declare(inside, "mona", on_request(inside))
    with pytest.raises(DatabaseError), transaction.atomic():
        ConflictDeclaration.objects.filter(pk=declared.pk).update(reason="None.")


def moved(world: World) -> Motion:
    return put_motion(world.actor("pmo"), world.committee.pk, title="Meet in Graz")


def test_who_put_a_motion_takes_it_back_before_it_is_decided(inside: World) -> None:
    motion = moved(inside)
    with refused(NotAllowed, "Only Pmo Alder, or the chair of Commercial committee, may withdraw this motion."):
        withdraw_motion(inside.actor("mona"), motion.pk, reason="No.")
    with invalid("reason"):
        withdraw_motion(inside.actor("pmo"), motion.pk, reason="")
    item = in_session(inside, subject_kind="motion", subject_id=motion.pk, motion=motion)
    withdraw_motion(inside.actor("pmo"), motion.pk, reason="Settled otherwise.")
    assert subjects_before(inside.committee) == []
    with refused(Conflict, "This motion was withdrawn. There is nothing to decide."):
        decide_item(inside.actor("chair"), item.pk, outcome="agreed", reason="Yes.", unanimous=True)
    with refused(Conflict, "This motion is decided or withdrawn already."):
        withdraw_motion(inside.actor("chair"), motion.pk, reason="Again.")
    entry = LedgerEntry.objects.select_related("entry").get(entry__verb="motion.withdrawn").entry
    assert (entry.actor_name, entry.reason) == ("Pmo Alder", "Settled otherwise.")


def test_a_motion_that_is_decided_or_in_circulation_is_not_withdrawn(inside: World) -> None:
    circulation = circulate(inside)
    with refused(Conflict, "This motion is in circulation. Withdraw the circulation first."):
        withdraw_motion(inside.actor("pmo"), circulation.subject_id, reason="No.")
    withdraw_circulation(inside.actor("pmo"), circulation.pk, reason="Too early.")
    with refused(Conflict, "This motion is decided or withdrawn already."):
        withdraw_motion(inside.actor("pmo"), circulation.subject_id, reason="No.")
    motion = moved(inside)
    item = in_session(inside, subject_kind="motion", subject_id=motion.pk, motion=motion)
    decide_item(inside.actor("chair"), item.pk, outcome="agreed", reason="Yes.", unanimous=True)
    with refused(Conflict, "This motion is decided or withdrawn already."):
        withdraw_motion(inside.actor("pmo"), motion.pk, reason="No.")


def test_the_pages_declare_and_withdraw(inside: World, client: Client) -> None:
    item, motion = on_request(inside), moved(inside)
    client.force_login(inside.people["mona"])
    page = inside.url(f"/committee/meetings/{item.meeting_id}/items/{item.pk}/")
    assert "Declare conflict" in client.get(page).content.decode()
    assert client.post(f"{page}conflict/", {"conflict-reason": WHY}).status_code == 302
    shown = client.get(page).content.decode()
    assert f"Mona {NOT_VOTING}." in shown
    assert "Declare conflict" not in shown
    client.force_login(inside.people["pmo"])
    withdrawal = inside.url(f"/committee/motions/{motion.pk}/withdraw/")
    assert withdrawal in client.get(inside.url("/committee/")).content.decode()
    assert client.post(withdrawal, {"reason": "Settled."}).status_code == 302
    assert Motion.objects.get(pk=motion.pk).withdrawn_at is not None
    assert withdrawal not in client.get(inside.url("/committee/")).content.decode()


def test_a_foreign_motion_is_not_found(inside: World, twin: World) -> None:
    with twin.inside():
        foreign: UUID = put_motion(twin.actor("pmo"), twin.committee.pk, title="Theirs").pk
    with pytest.raises(Http404):
        withdraw_motion(inside.actor("pmo"), foreign, reason="Mine.")
