"""Asking people into the organization by mail, and their answer (domain section 2).

Nobody sets another's password: who is asked opens the mailed link and sets their own, or signs in with the account
that they have. Whoever asks learns that somebody accepted, and never whether the address had an account.
"""

from datetime import date
from typing import Any, cast
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404

from cat4 import checks, clock
from cat4.accounts import addresses
from cat4.accounts.actor import Actor, Role
from cat4.accounts.models import Invitation, Membership, User
from cat4.accounts.selectors import (
    active_member_ids,
    every_membership_of,
    invitation_of_secret,
    members,
    membership_in,
    user_of_address,
)
from cat4.audit.actions import record
from cat4.checks import Problems
from cat4.editing import apply_changes, naming_duplicates
from cat4.errors import Conflict, Invalid, NotAllowed, require
from cat4.notices.actions import notify
from cat4.outbox.actions import publish
from cat4.tenancy.context import organization_context
from cat4.tenancy.models import TenantModel
from hierarchy.constants import Topic, Verb
from hierarchy.models import Node
from hierarchy.organization.selectors import is_auditor
from hierarchy.policies import AUDITS, may_manage_members

from ..selectors.actors import load_actor
from ..selectors.invitations import audited, invitation_for_write, own_invitation_for_write
from .invitation_mail import void_link
from .members import check_end
from .roles import grant_role

FACTS = ("title", "is_admin", "ends_on")
GONE = "This invitation was answered, withdrawn or is too old. Ask whoever invited you for a new one."


@transaction.atomic
def invite_member(
    actor: Actor,
    *,
    email: str,
    name: str,
    title: str = "",
    is_admin: bool = False,
    ends_on: date | None = None,
    role: str = "",
    node_id: UUID | None = None,
) -> Invitation:
    """Ask somebody in. The letter with the link leaves by itself; a role is granted when they accept.

    Raises:
        NotAllowed; Invalid on `email`, `name`, `title`, `ends_on`, `role` or `node_id`.
    """
    require(may_manage_members(actor))
    problems = Problems()
    email = checks.email(problems, "email", email)
    facts: dict[str, Any] = {
        "title": checks.text(problems, "title", title, limit=120),
        "is_admin": is_admin,
        "ends_on": check_end(problems, ends_on),
        "name": checks.text(problems, "name", name, label="a name", limit=200, required=True),
        **_role(problems, role, node_id),
    }
    problems.stop_if_any()
    inside = members(actor.organization_id).filter(user__email=email).first()
    if inside is not None and inside.user_id in active_member_ids(actor.organization_id):
        raise Invalid({"email": f"{inside.user.name} is a member already."})
    if inside is not None and is_admin and is_auditor(inside.user_id):
        raise Invalid({"is_admin": AUDITS})
    invitation = Invitation(
        organization_id=actor.organization_id,
        email=email,
        invited_by_id=actor.user_id,
        invited_at=clock.now(),
        mail_due_at=clock.now(),
        **facts,
    )
    with naming_duplicates({"invitation_open_once": ("email", f"{email} is invited already. Send it again instead.")}):
        invitation.save(force_insert=True)
    summary = f"invited {invitation.name} as {'an administrator' if is_admin else 'a member'}"
    record(actor, Verb.MEMBER_INVITED, audited(invitation), summary=summary, change={"email": [None, email]})
    publish(Topic.INVITATION_DUE, invitation.pk)
    return invitation


@transaction.atomic
def resend_invitation(actor: Actor, invitation_id: UUID) -> Invitation:
    """Mail a new link; the one before opens nothing any more.

    Raises:
        Http404, NotAllowed.
    """
    require(may_manage_members(actor))
    invitation = invitation_for_write(actor, invitation_id)
    void_link(invitation)
    invitation.mail_due_at, invitation.mail_error = clock.now(), ""
    invitation.save(update_fields=["mail_due_at", "mail_error"])
    summary = f"sent the invitation of {invitation.name} again"
    record(actor, Verb.INVITATION_RESENT, audited(invitation), summary=summary)
    publish(Topic.INVITATION_DUE, invitation.pk)
    return invitation


@transaction.atomic
def withdraw_invitation(actor: Actor, invitation_id: UUID) -> Invitation:
    """Take an invitation back: its link opens nothing any more.

    Raises:
        Http404, NotAllowed.
    """
    require(may_manage_members(actor))
    invitation = invitation_for_write(actor, invitation_id)
    _end(invitation, "withdrawn_at")
    summary = f"withdrew the invitation of {invitation.name}"
    record(actor, Verb.INVITATION_WITHDRAWN, audited(invitation), summary=summary)
    return invitation


@transaction.atomic
def join_by_link(secret: str, *, name: str, password: str) -> Membership:
    """Accept as somebody without an account, or with one whose address was never proved: they set name and password.

    An unproved account may have been opened by somebody else with a password of their choice. Who holds the mailed
    link is whose address it is: the new password ends what anybody else could do with the old one.

    Raises:
        Http404: the link opens nothing; Conflict: the account proved its address, and signs in instead;
        Invalid on `name` or `password`.
    """
    invitation = _of_secret(secret)
    user = user_of_address(invitation.email)
    if user is not None and addresses.is_proved(user):
        raise Conflict("There is an account with this address. Sign in with it, then accept.")
    problems = Problems()
    name = checks.text(problems, "name", name, label="your name", limit=200, required=True)
    try:
        validate_password(password, User(email=invitation.email, name=name))
    except ValidationError as error:
        problems.add("password", *error.messages)
    problems.stop_if_any()
    if user is None:
        user = User.objects.create_user(invitation.email, name, password)
    else:
        user.name = name
        user.set_password(password)
        user.save(update_fields=["name", "password"])
    addresses.prove(user)
    return _accept(invitation, user)


@transaction.atomic
def accept_by_link(secret: str, user: User) -> Membership:
    """Accept as the person who is signed in with the invited address.

    Raises:
        Http404: the link opens nothing, or was mailed to another address.
    """
    invitation = _of_secret(secret)
    if invitation.email != user.email:
        raise Http404(GONE)
    addresses.prove(user)
    return _accept(invitation, user)


@transaction.atomic
def accept_invitation(invitation_id: UUID, user: User) -> Membership:
    """Accept without the link, as somebody whose address was proved before.

    Raises:
        Http404: it isn't the person's, or no longer open; Conflict: the address was never proved.
    """
    invitation = own_invitation_for_write(user, invitation_id)
    if not addresses.is_proved(user):
        raise Conflict(f"Open the link in the mail to {user.email}: it shows that the address is yours.")
    return _accept(invitation, user)


@transaction.atomic
def decline_invitation(invitation_id: UUID, user: User) -> Invitation:
    """Say no; whoever invited sees that the invitation ended.

    Raises:
        Http404: it isn't the person's, or no longer open.
    """
    invitation = own_invitation_for_write(user, invitation_id)
    return _decline(invitation)


@transaction.atomic
def decline_by_link(secret: str) -> Invitation:
    """The same with the mailed link, which whoever holds it may refuse without an account.

    Raises:
        Http404: the link opens nothing.
    """
    return _decline(_of_secret(secret))


def _decline(invitation: Invitation) -> Invitation:
    _end(invitation, "declined_at")
    with organization_context(invitation.organization_id):
        actor = Actor(invitation.invited_by_id, invitation.invited_by.name, invitation.organization_id, cause="system")
        summary = f"the invitation of {invitation.name} was declined"
        record(actor, Verb.INVITATION_DECLINED, audited(invitation), summary=summary)
        _tell(invitation, "member.declined", path="/members/", who=invitation.name)
    return invitation


def _accept(invitation: Invitation, user: User) -> Membership:
    _end(invitation, "accepted_at")
    with organization_context(invitation.organization_id):
        membership, verb = _membership(invitation, user)
        actor = Actor(user.pk, user.name, invitation.organization_id)
        summary = f"accepted the invitation as {'an administrator' if membership.is_admin else 'a member'}"
        record(actor, verb, cast(TenantModel, membership), summary=summary, change={"email": [None, user.email]})
        refusal = _grant(invitation, user)
        _tell(
            invitation, "member.joined", path=f"/members/{membership.pk}/", who=user.name, no_role=refusal,
            role=Role(invitation.role).label.lower() if invitation.role and not refusal else "",
        )  # fmt: skip
    return membership


def _membership(invitation: Invitation, user: User) -> tuple[Membership, Verb]:
    """A new one, or that of somebody who left and comes back."""
    facts = {fact: getattr(invitation, fact) for fact in FACTS}
    known = members(invitation.organization_id).select_for_update(of=("self",)).filter(user=user).first()
    if known is None:
        return Membership.objects.create(
            user=user, organization_id=invitation.organization_id, **facts
        ), Verb.MEMBER_ADDED
    if facts["is_admin"] and is_auditor(user.pk):
        raise Conflict(AUDITS)
    apply_changes(known, {**facts, "is_active": True})
    known.save(update_fields=[*FACTS, "is_active"])
    return known, Verb.MEMBER_REACTIVATED


def _grant(invitation: Invitation, user: User) -> str:
    """Grant the role that was promised, as whoever promised it; the sentence of the refusal when they no longer may."""
    if not invitation.role or invitation.node_id is None:
        return ""
    inviter = membership_in(every_membership_of(invitation.invited_by_id), invitation.organization.slug)
    if inviter is None:
        return f"{invitation.invited_by.name} is no longer a member."
    try:
        with transaction.atomic():
            grant_role(load_actor(inviter), user_id=user.pk, node_id=invitation.node_id, role=invitation.role)
    except (Invalid, NotAllowed) as refused:
        return str(refused)
    return ""


def _role(problems: Problems, role: str, node_id: UUID | None) -> dict[str, Any]:
    if not role and node_id is None:
        return {}
    if role not in list(Role):
        problems.add("role", "Choose the role that they have at the node.")
    if node_id is None or not Node.objects.filter(pk=node_id, retired_at__isnull=True).exists():
        problems.add("node_id", "Choose the node at which they have the role.")
    return {"role": role, "node_id": node_id}


def _of_secret(secret: str) -> Invitation:
    found = invitation_of_secret(secret)
    locked = found and Invitation.objects.select_for_update(of=("self",)).filter(Invitation.OPEN, pk=found.pk)
    invitation = locked and locked.select_related("organization", "invited_by").first()
    if not invitation:
        raise Http404(GONE)
    return invitation


def _end(invitation: Invitation, how: str) -> None:
    setattr(invitation, how, clock.now())
    invitation.mail_due_at = None
    invitation.save(update_fields=[how, "mail_due_at"])
    void_link(invitation)


def _tell(invitation: Invitation, kind: str, *, path: str, **facts: Any) -> None:
    notify(kind, event=f"invitation:{invitation.pk}", people=[invitation.invited_by_id], path=path, facts=facts)
