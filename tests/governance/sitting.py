"""A committee of five with a request before it, for tests of meetings, votes and circulations."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from cat4 import clock
from cat4.accounts.actor import Role
from governance.committees.actions.circulations import confirm_circulation, open_circulation, vote_by_circulation
from governance.committees.constants import CirculationState
from governance.committees.models.resolutions import Circulation, CommitteeDecision
from governance.committees.selectors.seats import electorate_of
from governance.gates.actions.requests import give_approval, request_gate
from governance.gates.models import GateRequest
from hierarchy.models import Committee, CommitteeMember
from tests.governance.ready import add_person, ready_measure
from tests.world import World

MEMBERS = ("chair", "deputy", "member", "mona", "milo")


def seat_five(world: World, **procedure: Any) -> Committee:
    """Chair, deputy chair and three members; three of five are a quorum unless `procedure` says else."""
    for name in ("Deputy", "Mona", "Milo"):
        add_person(world, name, Role.MEMBER)
    with world.inside():
        for key in ("deputy", "mona", "milo"):
            role = "deputy" if key == "deputy" else "member"
            CommitteeMember.objects.create(committee=world.committee, user=world.people[key], role=role)
        Committee.objects.filter(pk=world.committee.pk).update(**{"quorum_count": 3, **procedure})
        world.committee.refresh_from_db()
    return world.committee


def complete_request(world: World, code: str = "M-1", **changes: Any) -> GateRequest:
    """A request for gate 3 of which every rule holds, confirmations included."""
    measure = ready_measure(world, 2, code, **changes)
    request = request_gate(world.actor("owner"), measure.pk, comment="Supplier signed.")
    give_approval(world.actor("controller"), request.pk, kind="size_and_timing")
    give_approval(world.actor("sponsor"), request.pk, kind="sponsor")
    return request


def circulate(world: World, subject_id: UUID | None = None, **facts: Any) -> Circulation:
    """A question about a gate request, or a motion, until Thursday 22 October."""
    kind = "gate_request" if subject_id else "motion"
    given: dict[str, Any] = {"question": "Advance before the tender ends?", "closes_on": date(2026, 10, 22)}
    return open_circulation(
        world.actor("pmo"), world.committee.pk, **{"subject_kind": kind, "subject_id": subject_id, **given, **facts}
    )


def resolve_in_writing(
    world: World, subject_kind: str, subject_id: UUID, outcome: str, reason: str = "Agreed.", **details: str
) -> CommitteeDecision:
    """The committee agrees by circulation: everybody who may votes for it, and the chair confirms."""
    chair = world.actor("chair")
    opened = open_circulation(
        chair, world.committee.pk, subject_kind=subject_kind, subject_id=subject_id, outcome=outcome,
        question="Agreed?", closes_on=clock.today() + timedelta(days=7), details=details or None,
    )  # fmt: skip
    for seat in electorate_of(opened).entitled:
        opened.refresh_from_db()
        if opened.state == CirculationState.OPEN:
            key = next(key for key, person in world.people.items() if person.pk == seat.member_id)
            vote_by_circulation(world.actor(key), opened.pk, choice="for")
    return confirm_circulation(chair, opened.pk, reason=reason)
