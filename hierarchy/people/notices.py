"""What people are sent who are no members yet."""

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import timezone, translation

from cat4.accounts.models import Invitation
from cat4.accounts.selectors import organization_by_id
from cat4.web import formats


def invitation_letter(invitation: Invitation, link: str) -> EmailMessage:
    """The letter with the link, in the language, zone and formats of the organization that asks."""
    organization = organization_by_id(invitation.organization_id)
    facts = {
        "name": invitation.name,
        "organization": organization.name,
        "who": invitation.invited_by.name,
        "link": link,
        "until": invitation.expires_at,
    }
    language = organization.locale
    with translation.override(language), formats.display(language), timezone.override(organization.time_zone):
        subject = " ".join(render_to_string("hierarchy/people/mail/invitation_subject.txt", facts).split())
        body = render_to_string("hierarchy/people/mail/invitation_body.txt", facts).strip() + "\n"
    return EmailMessage(subject, body, to=[invitation.email], headers={"Auto-Submitted": "auto-generated"})
