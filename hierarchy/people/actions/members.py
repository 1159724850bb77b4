"""Members of the organization (domain section 2). People are global; what they are here is not."""

from collections.abc import Mapping
from datetime import date
from typing import Any, cast
from uuid import UUID

from django.db import transaction

from cat4 import checks, clock
from cat4.accounts.actor import Actor
from cat4.accounts.models import ApiToken, Membership
from cat4.accounts.selectors import active_member_ids, members
from cat4.audit.actions import record
from cat4.checks import Problems
from cat4.editing import accept_only, apply_changes, check_version
from cat4.errors import Conflict, Invalid, require
from cat4.tenancy.models import TenantModel
from hierarchy.constants import Verb
from hierarchy.models import CommitteeMember, RoleGrant
from hierarchy.organization.selectors import is_auditor
from hierarchy.policies import AUDITS, may_manage_members, may_succeed, may_take_part

from .. import successions
from ..selectors.members import member_for_write
from .roles import grant_role, revoke_role

__all__ = ["check_end", "deactivate_member", "edit_member", "grant_role", "revoke_role"]

EDITABLE = ["title", "is_admin", "ends_on"]


@transaction.atomic
def edit_member(
    actor: Actor, membership_id: UUID, *, expected_version: int | None = None, **changes: Any
) -> Membership:
    """Change `title`, `is_admin` or `ends_on`; `expected_version` is that of the state seen.

    Name and address belong to the person, who may be a member elsewhere.

    Raises:
        Http404, NotAllowed, StaleVersion; Invalid by field; Conflict for the last administrator.
    """
    require(may_manage_members(actor))
    accept_only(changes, EDITABLE)
    membership = member_for_write(actor, membership_id)
    check_version(membership, expected_version, *EDITABLE)
    problems = Problems()
    clean = dict(changes)
    if "title" in changes:
        clean["title"] = checks.text(problems, "title", changes["title"], limit=120)
    if "ends_on" in changes and changes["ends_on"] != membership.ends_on:
        clean["ends_on"] = check_end(problems, changes["ends_on"])
    if clean.get("is_admin") and not membership.is_admin:
        may = may_take_part(is_auditor=is_auditor(membership.user_id))
        if not may:
            problems.add("is_admin", may.reason)
    problems.stop_if_any()
    _keep_an_administrator(
        actor, membership, stays=clean.get("is_admin", membership.is_admin), end=clean.get("ends_on")
    )
    difference = apply_changes(membership, clean)
    if difference:
        membership.save(update_fields=EDITABLE)
        summary = f"edited the membership of {membership.user.name}"
        record(actor, Verb.MEMBER_EDITED, _audited(membership), summary=summary, change=difference)
    return membership


@transaction.atomic
def deactivate_member(
    actor: Actor, membership_id: UUID, *, successors: Mapping[str, UUID | None], reason: str = ""
) -> Membership:
    """End a membership at once: each open duty goes to a successor; roles, seats and API tokens end.

    `successors` maps the key of every duty of `successions.duties_of` to a person.

    Raises:
        Http404, NotAllowed; Conflict when inactive or the last administrator; Invalid with a sentence
        under the key of each duty that has no successor, or one who may not have it. Nothing is half done.
    """
    require(may_manage_members(actor))
    membership = member_for_write(actor, membership_id)
    if not membership.is_active:
        raise Conflict(f"{membership.user.name} is no longer a member.", current={"is_active": False})
    _keep_an_administrator(actor, membership, stays=False)
    handed = _hand_over(actor, membership, successors)
    change = {"is_active": [True, False], "handed_over": handed, **_end_rights(membership)}
    membership.is_active = False
    membership.save(update_fields=["is_active"])
    summary = f"deactivated {membership.user.name}"
    entry = _audited(membership)
    record(actor, Verb.MEMBER_DEACTIVATED, entry, summary=summary, change=change, reason=reason.strip())
    return membership


def _hand_over(actor: Actor, membership: Membership, successors: Mapping[str, UUID | None]) -> list[str]:
    duties = successions.duties_of(membership.user_id)
    open_ids = active_member_ids(actor.organization_id) - {membership.user_id}
    problems = Problems()
    for duty in duties:
        successor = successors.get(duty.key)
        if successor is None:
            problems.add(duty.key, f"Choose who becomes {duty.kind} of {duty.title}.")
        elif successor not in open_ids:
            problems.add(duty.key, "Choose an active member other than the one who leaves.")
        elif not (may := may_succeed(actor, successor)):
            problems.add(duty.key, may.reason)
        elif is_auditor(successor):
            problems.add(duty.key, AUDITS)
        else:
            try:
                with transaction.atomic():
                    successions.hand_over(actor, duty, successor)
            except Invalid as refused:
                problems.add(duty.key, *refused.sentences)
    problems.stop_if_any()
    return [f"{duty.label}: {successors[duty.key]}" for duty in duties]


def _end_rights(membership: Membership) -> dict[str, Any]:
    """A person who comes back gets their roles anew, by a decision of that day."""
    grants = RoleGrant.objects.filter(user_id=membership.user_id)
    seats = CommitteeMember.objects.filter(user_id=membership.user_id)
    ended = {
        "roles": [f"{grant.role} at {grant.node.name}" for grant in grants.select_related("node")],
        "seats": [seat.committee.name for seat in seats.select_related("committee")],
    }
    grants.delete()
    seats.delete()
    ApiToken.objects.filter(membership=membership, revoked_at__isnull=True).update(revoked_at=clock.now())
    return ended


def _keep_an_administrator(actor: Actor, membership: Membership, *, stays: bool, end: date | None = None) -> None:
    """Someone always administers, without an end date; all are locked, so that two can't leave at once."""
    if not membership.is_admin or (stays and end is None):
        return
    admins = members(actor.organization_id).select_for_update(of=("self",)).filter(is_admin=True, is_active=True)
    others = [admin for admin in admins.order_by("pk") if admin.pk != membership.pk and admin.ends_on is None]
    if not others:
        raise Conflict(f"{membership.user.name} is the last administrator. Make someone else an administrator first.")


def check_end(problems: Problems, ends_on: date | None) -> date | None:
    """The last day of an access; one that has passed is refused under `ends_on`."""
    if ends_on is not None and ends_on < clock.today():
        problems.add("ends_on", "This date has passed. To end access now, deactivate the member.")
    return ends_on


def _audited(membership: Membership) -> TenantModel:
    """The membership as the audit takes it: its table is global, its entry lies in the organization."""
    return cast(TenantModel, membership)
