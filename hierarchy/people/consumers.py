"""What follows outside the database: the letter of an invitation."""

from uuid import UUID

from cat4.outbox.registry import consumes
from hierarchy.constants import Topic

from .actions.invitation_mail import mail_invitation


@consumes(Topic.INVITATION_DUE)
def mail(invitation_id: UUID) -> None:
    """Sent once; an invitation that was answered or withdrawn meanwhile needs no letter."""
    mail_invitation(invitation_id)
