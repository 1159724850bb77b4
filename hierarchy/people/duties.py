"""What comes with the day: access that ends while somebody is still answerable, and letters that wait."""

from datetime import date

from cat4.duties.registry import duty

from .actions.endings import warn_of_endings
from .actions.invitation_mail import mail_waiting_invitations


@duty("members.endings")
def warn(today: date) -> int:
    """Administrators hear in time, and again when nobody did anything."""
    return warn_of_endings(today)


@duty("members.invitations")
def mail_invitations(today: date) -> int:
    """Letters that no mail server took so far."""
    return mail_waiting_invitations()
