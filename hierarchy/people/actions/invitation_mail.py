"""The letter of an invitation. Its link exists in the letter alone: kept is no more than the SHA-256 of its secret.

Without a mail server nothing is sent, and only the operator can have a link printed; no administrator ever sees one.
"""

import secrets
from datetime import timedelta
from smtplib import SMTPException
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from cat4 import clock
from cat4.accounts.models import Invitation
from cat4.accounts.selectors import due_invitations, invitations, token_digest
from cat4.audit.actions import record
from cat4.notices.mail import REFUSED, ServerDown, has_mail_server, mail_server
from cat4.tenancy.context import current_organization_id
from hierarchy.constants import Verb
from hierarchy.organization.actions import system_actor

from ..notices import invitation_letter
from ..selectors.invitations import audited

VALID_DAYS = 7


@transaction.atomic
def mail_invitation(invitation_id: UUID) -> bool:
    """Send the letter if it is still due, with a fresh link; whether it left.

    A server that is away leaves it due: the hourly round tries again. One that refuses the address is kept
    as the reason, for whoever invited.
    """
    due = due_invitations().filter(organization_id=current_organization_id(), pk=invitation_id)
    invitation = due.select_for_update(of=("self",), skip_locked=True).first()
    if invitation is None or not has_mail_server():
        return False
    try:
        with mail_server() as server:
            server.send_messages([invitation_letter(invitation, issue_link(invitation))])
    except REFUSED as refused:
        void_link(invitation)
        invitation.mail_due_at, invitation.mail_error = None, str(refused)[:500]
        invitation.save(update_fields=["mail_due_at", "mail_error"])
        return False
    except (ServerDown, SMTPException, OSError):
        void_link(invitation)
        return False
    invitation.mailed_at, invitation.mail_due_at, invitation.mail_error = clock.now(), None, ""
    invitation.save(update_fields=["mailed_at", "mail_due_at", "mail_error"])
    return True


def mail_waiting_invitations() -> int:
    """Send what is still due in this organization; returns how many letters left."""
    waiting = due_invitations().filter(organization_id=current_organization_id())
    return sum(mail_invitation(invitation_id) for invitation_id in list(waiting.values_list("pk", flat=True)))


@transaction.atomic
def print_invitation_link(email: str) -> str:
    """A fresh link for the operator, where no mail server is; the audit says that it was printed.

    Raises:
        Invitation.DoesNotExist: nobody with this address is invited to the current organization.
    """
    organization_id = current_organization_id()
    invitation = invitations(organization_id).select_for_update(of=("self",)).get(email=email.strip().lower())
    link = issue_link(invitation)
    invitation.mail_due_at = None
    invitation.save(update_fields=["mail_due_at"])
    summary = f"printed the invitation link of {invitation.name} at the operator's command line"
    record(system_actor(organization_id), Verb.INVITATION_PRINTED, audited(invitation), summary=summary)
    return link


def issue_link(invitation: Invitation) -> str:
    """A link with a new secret, valid for VALID_DAYS; every earlier one is void. The caller holds the row."""
    secret = secrets.token_urlsafe(32)
    invitation.digest = token_digest(secret)
    invitation.expires_at = clock.now() + timedelta(days=VALID_DAYS)
    invitation.save(update_fields=["digest", "expires_at"])
    return settings.PUBLIC_URL + reverse("invitations:answer", args=[secret], urlconf=settings.ROOT_URLCONF)


def void_link(invitation: Invitation) -> None:
    """The link that was mailed opens nothing any more."""
    invitation.digest, invitation.expires_at = None, None
    invitation.save(update_fields=["digest", "expires_at"])
