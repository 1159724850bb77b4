"""Committees and their seats (domain section 13)."""

from typing import Any
from uuid import UUID

from django.db import transaction

from cat4 import checks, clock
from cat4.accounts.actor import Actor, Role
from cat4.accounts.models import User
from cat4.audit.actions import record
from cat4.checks import Problems
from cat4.editing import accept_only, apply_changes, check_version, naming_duplicates
from cat4.errors import Conflict, Invalid, require
from cat4.outbox.actions import publish
from hierarchy.constants import SeatRole, Topic, Verb
from hierarchy.master.selectors.usage import what_keeps_seated
from hierarchy.models import Committee, CommitteeMember, Node, RoleGrant
from hierarchy.organization.actions import takes_part
from hierarchy.policies import may_give_role_to, may_manage_committees

from ..selectors import committee_for_write, seat_for_write
from .procedure import PROCEDURE, checked_procedure

EDITABLE = ["name", "node_id", *PROCEDURE]
# Seats that one person holds at a time, and the words for holding them.
_HELD_ONCE: dict[str, str] = {SeatRole.CHAIR: "chairs", SeatRole.DEPUTY: "is deputy chair of"}
TAKEN = {"committee_name": ("name", "There is already a committee of this name, perhaps a retired one.")}


@transaction.atomic
def create_committee(actor: Actor, *, name: str, node_id: UUID) -> Committee:
    """Create a committee that decides over a node's subtree.

    Raises:
        NotAllowed; Invalid on `name` or `node_id`.
    """
    require(may_manage_committees(actor))
    committee = Committee(**_checked({"name": name, "node_id": node_id}))
    with naming_duplicates(TAKEN):
        committee.save(force_insert=True)
    summary = f"created the committee {committee.name} for {committee.node.name}"
    record(actor, Verb.COMMITTEE_CHANGED, committee, summary=summary, change={"name": [None, committee.name]})
    return committee


@transaction.atomic
def edit_committee(
    actor: Actor, committee_id: UUID, *, expected_version: int | None = None, **changes: Any
) -> Committee:
    """Change `name`, `node_id` or its rules of procedure; the roles of the seats move along to a new node.

    Raises:
        Http404, NotAllowed, StaleVersion; Invalid by field.
    """
    require(may_manage_committees(actor))
    accept_only(changes, EDITABLE)
    committee = committee_for_write(committee_id)
    check_version(committee, expected_version, *EDITABLE)
    seats = list(committee.members.all())
    clean = _checked(changes) | checked_procedure(committee, changes)
    moves = clean.get("node_id", committee.node_id) != committee.node_id
    if moves:
        _withdraw_roles(committee, seats)
    difference = apply_changes(committee, clean)
    if not difference:
        return committee
    committee.version += 1
    with naming_duplicates(TAKEN):
        committee.save()
    if moves:
        for seat in seats:
            _give_role(committee, seat.user_id, seat.role)
    summary = f"edited the committee {committee.name}"
    record(actor, Verb.COMMITTEE_CHANGED, committee, summary=summary, change=difference)
    return committee


@transaction.atomic
def retire_committee(actor: Actor, committee_id: UUID, *, reason: str) -> Committee:
    """Dissolve a committee; its decisions stay.

    Raises:
        Http404, NotAllowed; Invalid on `reason`; Conflict while open measures come before it.
    """
    require(may_manage_committees(actor))
    committee = committee_for_write(committee_id)
    if not reason.strip():
        raise Invalid({"reason": "Say why it is retired."})
    if committee.retired_at is not None:
        raise Conflict(f"{committee.name} is already retired.", current={"retired_at": committee.retired_at})
    hindrance = what_keeps_seated(committee)
    if hindrance:
        raise Conflict(hindrance)
    committee.retired_at, committee.version = clock.now(), committee.version + 1
    committee.save(update_fields=["retired_at", "version"])
    summary, change = f"retired the committee {committee.name}", {"retired": [False, True]}
    record(actor, Verb.COMMITTEE_CHANGED, committee, summary=summary, change=change, reason=reason.strip())
    return committee


@transaction.atomic
def restore_committee(actor: Actor, committee_id: UUID) -> Committee:
    """Bring a committee back with the seats that it had.

    Raises:
        Http404, NotAllowed; Conflict when it is in use.
    """
    require(may_manage_committees(actor))
    committee = committee_for_write(committee_id)
    if committee.retired_at is None:
        raise Conflict(f"{committee.name} is in use.")
    committee.retired_at, committee.version = None, committee.version + 1
    committee.save(update_fields=["retired_at", "version"])
    summary = f"restored the committee {committee.name}"
    record(actor, Verb.COMMITTEE_CHANGED, committee, summary=summary, change={"retired": [True, False]})
    return committee


@transaction.atomic
def seat_member(actor: Actor, committee_id: UUID, *, user_id: UUID, role: str) -> CommitteeMember:
    """Give a person a seat, or another role in their seat; the role at the committee's node comes with it.

    Raises:
        Http404, NotAllowed (also for a seat of one's own); Invalid on `user_id` or `role`.
    """
    require(may_manage_committees(actor))
    require(may_give_role_to(actor, user_id))
    committee = committee_for_write(committee_id)
    _check_seat(committee, user_id, role)
    person = User.objects.get(pk=user_id)
    seat = committee.members.filter(user_id=user_id).first()
    if seat is not None and seat.role == role:
        return seat
    old = seat.role if seat else None
    if seat is None:
        seat = CommitteeMember.objects.create(committee=committee, user_id=user_id, role=role)
    else:
        _withdraw_roles(committee, [seat])
        seat.role = role
        seat.save(update_fields=["role"])
    _give_role(committee, user_id, role)
    _count_edit(committee)
    summary = f"seated {person.name} in the committee {committee.name} as {SeatRole(role).label.lower()}"
    change = {"user": person.name, "role": [old, role]}
    record(actor, Verb.COMMITTEE_CHANGED, committee, summary=summary, change=change)
    return seat


@transaction.atomic
def unseat_member(actor: Actor, seat_id: UUID) -> Committee:
    """Take a seat away, and the role that came with it.

    Raises:
        Http404, NotAllowed.
    """
    require(may_manage_committees(actor))
    seat = seat_for_write(seat_id)
    committee = committee_for_write(seat.committee_id)
    _withdraw_roles(committee, [seat])
    seat.delete()
    _count_edit(committee)
    summary = f"unseated {seat.user.name} from the committee {committee.name}"
    change = {"user": seat.user.name, "role": [seat.role, None]}
    record(actor, Verb.COMMITTEE_CHANGED, committee, summary=summary, change=change)
    return committee


def _check_seat(committee: Committee, user_id: UUID, role: str) -> None:
    problems = Problems()
    takes_part(problems, "user_id", user_id)
    if role not in SeatRole.values:
        problems.add("role", "A seat is held as chair, deputy chair or member.")
    if committee.retired_at is not None:
        problems.add("", f"{committee.name} is retired. Restore it first.")
    if role in _HELD_ONCE:
        holder = committee.members.filter(role=role).exclude(user_id=user_id).select_related("user").first()
        if holder is not None:
            problems.add("role", f"{holder.user.name} {_HELD_ONCE[role]} this committee. Make them a member first.")
    problems.stop_if_any()


def _checked(facts: dict[str, Any]) -> dict[str, Any]:
    problems = Problems()
    clean = {field: value for field, value in facts.items() if field not in PROCEDURE}
    if "name" in facts:
        clean["name"] = checks.text(problems, "name", facts["name"], label="a name", limit=200, required=True)
    if "node_id" in facts and not Node.objects.filter(pk=facts["node_id"], retired_at__isnull=True).exists():
        problems.add("node_id", "Choose a node that is in use.")
    problems.stop_if_any()
    return clean


def _count_edit(committee: Committee) -> None:
    committee.version += 1
    committee.save(update_fields=["version"])
    publish(Topic.NODE_CHANGED, committee.node_id)


def _give_role(committee: Committee, user_id: UUID, role: str) -> None:
    RoleGrant.objects.get_or_create(user_id=user_id, node_id=committee.node_id, role=_granted(role))


def _granted(seat_role: str) -> str:
    """The role that a seat brings at the committee's node: a deputy is a member."""
    return Role.CHAIR if seat_role == SeatRole.CHAIR else Role.MEMBER


def _withdraw_roles(committee: Committee, seats: list[CommitteeMember]) -> None:
    """Take back the roles that came with seats, unless another committee of the node gives them too."""
    elsewhere = CommitteeMember.objects.filter(committee__node_id=committee.node_id).exclude(committee=committee)
    for seat in seats:
        role = _granted(seat.role)
        same = [SeatRole.CHAIR] if role == Role.CHAIR else [SeatRole.DEPUTY, SeatRole.MEMBER]
        if not elsewhere.filter(user_id=seat.user_id, role__in=same).exists():
            RoleGrant.objects.filter(user_id=seat.user_id, node_id=committee.node_id, role=role).delete()
