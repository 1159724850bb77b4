"""What a person does with their own notices: read them, and say how they want them."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID
from zoneinfo import available_timezones

from django.db import transaction

from cat4 import clock
from cat4.accounts.actor import Actor
from cat4.accounts.selectors import organization_by_id
from cat4.checks import Problems
from cat4.errors import Invalid
from cat4.web.formats import LOCALES

from .actions import mail_of
from .kinds import GROUPS, MailMode
from .models import Notice, NoticePreference
from .selectors import notices_of, own_notice


def mark_read(actor: Actor, notice_id: UUID, *, is_read: bool = True) -> Notice:
    """Mark one as read, or as unread again. Marked twice, the first time counts.

    Raises:
        Http404.
    """
    notice = own_notice(actor, notice_id)
    if (notice.read_at is not None) != is_read:
        notice.read_at = clock.now() if is_read else None
        notice.save(update_fields=["read_at"])
    return notice


def mark_all_read(actor: Actor, *, group: str = "", until: datetime | None = None) -> int:
    """Mark everything as read, of one group where one is given; what came after `until` stays unread.

    Raises:
        Invalid: there is no such group.
    """
    if group and group not in GROUPS:
        raise Invalid({"group": f"Choose one of: {', '.join(GROUPS)}."})
    unread = notices_of(actor, group=group, unread=True).order_by()
    return unread.filter(created_at__lte=until or clock.now()).update(read_at=clock.now())


@transaction.atomic
def save_preferences(
    actor: Actor,
    *,
    mail: str,
    digest_hour: int = 7,
    time_zone: str = "",
    language: str = "",
    muted: Collection[str] = (),
) -> NoticePreference:
    """Say how the notices of this organization are mailed, and which groups not to be told of.

    What waits to be mailed follows the new choice at once. Empty zone and language are the organization's.

    Raises:
        Invalid: by field.
    """
    _check(mail=mail, digest_hour=digest_hour, time_zone=time_zone, language=language, muted=muted)
    facts = {
        "mail": mail,
        "digest_hour": digest_hour,
        "time_zone": time_zone,
        "language": language,
        "muted": [group for group in GROUPS if group in muted],
    }
    preference, _ = NoticePreference.objects.update_or_create(person_id=actor.user_id, defaults=facts)
    waiting = Notice.objects.filter(person_id=actor.user_id, mailed_at__isnull=True, mail_after__isnull=False)
    waiting.update(**mail_of(preference, organization_by_id(actor.organization_id), clock.now()))
    return preference


def _check(*, mail: str, digest_hour: int, time_zone: str, language: str, muted: Collection[str]) -> None:
    problems = Problems()
    if mail not in list(MailMode):
        problems.add("mail", f"Choose one of: {', '.join(MailMode)}.")
    if not 0 <= digest_hour <= 23:
        problems.add("digest_hour", "An hour from 0 to 23.")
    if time_zone and time_zone not in available_timezones():
        problems.add("time_zone", "An IANA name, such as Europe/Vienna.")
    if language and language not in LOCALES:
        problems.add("language", f"Choose one of: {', '.join(LOCALES)}.")
    unknown = sorted(set(muted) - set(GROUPS))
    if unknown:
        problems.add("muted", f"There is no group {', '.join(unknown)}.")
    problems.stop_if_any()


def empty_old(before: datetime) -> int:
    """Forget what was read before an instant, but not that it was told: its event stays told."""
    old = Notice.objects.filter(read_at__lt=before, emptied_at__isnull=True)
    return old.update(emptied_at=clock.now(), facts={}, path="/", mail_after=None)
