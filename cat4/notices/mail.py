"""Notices as mail: one per notice, or one a day; of each organization its own.

A letter is a set of notices whose rows stay locked while the mail server answers, and are marked in the same
transaction: no two workers send the same, and a worker that dies leaves them to the next. Only what the
server took just before a crash is sent again, under the same Message-ID, by which mail programs know it.
A server that can't be reached ends the round and costs nothing: the next round begins where this one did.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from smtplib import SMTPDataError, SMTPException, SMTPNotSupportedError, SMTPRecipientsRefused, SMTPSenderRefused
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db.models import QuerySet

from cat4 import clock
from cat4.accounts.models import Membership
from cat4.accounts.selectors import open_memberships
from cat4.tenancy.context import organization_context

from . import visibility
from .attachments import attach, attached_to
from .models import Notice, NoticePreference
from .rendering import Words, in_language, reading, words_of
from .schedule import MOST_ATTEMPTS, put_off

log = logging.getLogger(__name__)

# What concerns one letter; everything else that a mail server says concerns the server.
REFUSED = (SMTPRecipientsRefused, SMTPSenderRefused, SMTPDataError, SMTPNotSupportedError)


class ServerDown(Exception):
    """The mail server can't be reached, or ended the talk."""


@dataclass(frozen=True, slots=True)
class Head:
    """The first notice of a letter; of a digest it stands for all that are due for the person."""

    notice_id: UUID
    person_id: UUID
    is_digest: bool


@dataclass(frozen=True, slots=True)
class Item:
    """A notice in a letter."""

    words: Words
    url: str


def send_due(organization_id: UUID) -> int:
    """Mail what is due of an organization; returns how many letters the server took.

    Raises:
        ServerDown: nothing is lost; call again later.
    """
    with organization_context(organization_id):
        heads = _heads()
    if not heads:
        return 0
    with mail_server() as server:
        return sum(_send(organization_id, head, server) for head in heads)


def _waiting() -> QuerySet[Notice]:
    return Notice.objects.filter(mailed_at__isnull=True, mail_after__lte=clock.now())


def _heads() -> list[Head]:
    heads: dict[object, Head] = {}
    for notice_id, person_id, is_digest in _waiting().order_by("id").values_list("id", "person_id", "is_digest"):
        heads.setdefault(person_id if is_digest else notice_id, Head(notice_id, person_id, is_digest))
    return list(heads.values())


def has_mail_server() -> bool:
    """Whether letters leave at all: what is only logged must not hold a link that opens something."""
    return not settings.EMAIL_BACKEND.endswith((".console.EmailBackend", ".dummy.EmailBackend"))


@contextmanager
def mail_server() -> Iterator[Any]:
    """An open connection to the mail server."""
    server: Any = get_connection()
    try:
        server.open()
    except (SMTPException, OSError) as error:
        raise ServerDown(str(error)) from error
    try:
        yield server
    finally:
        server.close()


def _send(organization_id: UUID, head: Head, server: Any) -> int:
    with organization_context(organization_id):
        notices = _claim(head)
        try:
            letter = _compose(organization_id, head.person_id, notices)
        except Exception as error:
            # One letter that can't be written must not keep the others from being sent.
            log.exception("mail to %s can't be written", head.person_id)
            return _postpone(notices, error)
        if letter is None:
            return _drop(notices)
        try:
            server.send_messages([letter])
        except REFUSED as error:
            return _postpone(notices, error)
        except (SMTPException, OSError) as error:
            raise ServerDown(str(error)) from error
        Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(mailed_at=clock.now(), mail_error="")
        return 1


def _claim(head: Head) -> list[Notice]:
    """The notices of a letter, locked; none when another worker has them. What was read needs no digest."""
    first = _waiting().select_for_update(skip_locked=True).filter(pk=head.notice_id).first()
    if first is None or not head.is_digest:
        return [first] if first else []
    mine = _waiting().filter(person_id=head.person_id, is_digest=True)
    return list(mine.select_for_update().order_by("id"))


def _compose(organization_id: UUID, person_id: UUID, notices: list[Notice]) -> EmailMultiAlternatives | None:
    """The letter in the recipient's language; None when there is nothing left to tell, or nobody to tell it."""
    membership = next(iter(open_memberships(organization_id, {person_id})), None)
    if membership is None or not notices:
        return None
    seen = visibility.tellable(visibility.actors_of([membership])[0])
    told = Notice.objects.filter(seen, pk__in=[notice.pk for notice in notices]).order_by("id")
    told = told.filter(read_at__isnull=True) if notices[0].is_digest else told
    preference = NoticePreference.objects.filter(person_id=person_id).first() or NoticePreference()
    organization = membership.organization
    with reading(
        language=preference.language or organization.locale,
        time_zone=preference.time_zone or organization.time_zone,
    ):
        items = [Item(words_of(notice), _address(membership, f"/notices/{notice.pk}/")) for notice in told]
        if not items:
            return None
        letter = _letter(membership, items, _mark(notices))
        attach(letter, [found for notice in told for found in attached_to(notice, membership.user.email)])
        return letter


def _letter(membership: Membership, items: list[Item], mark: str) -> EmailMultiAlternatives:
    facts = {
        "organization": membership.organization.name,
        "name": membership.user.name,
        "items": items,
        "today": clock.now(),
        "preferences_url": _address(membership, "/notices/preferences/"),
    }
    letter = EmailMultiAlternatives(
        subject=" ".join(in_language("mail/subject.txt", facts).split()),
        body=in_language("mail/body.txt", facts).strip() + "\n",
        to=[membership.user.email],
        headers={
            "Message-ID": f"<{mark}@{settings.PUBLIC_URL.partition('://')[2].partition(':')[0].partition('/')[0]}>",
            "List-Unsubscribe": f"<{facts['preferences_url']}>",
            "Auto-Submitted": "auto-generated",
        },
    )
    letter.attach_alternative(in_language("mail/body.html", facts, is_html=True), "text/html")
    return letter


def _address(membership: Membership, path: str) -> str:
    return f"{settings.PUBLIC_URL}/o/{membership.organization.slug}{path}"


def _mark(notices: list[Notice]) -> str:
    """The same for the same notices, and for no others."""
    return sha256("".join(str(notice.pk) for notice in notices).encode()).hexdigest()[:40]


def _postpone(notices: list[Notice], error: Exception) -> int:
    """Wait longer after each refusal, and give up after so many that no waiting would help."""
    for notice in notices:
        notice.mail_attempts += 1
        notice.mail_error = f"{type(error).__name__}: {error}"[:500]
        is_hopeless = notice.mail_attempts >= MOST_ATTEMPTS
        notice.mail_after = None if is_hopeless else clock.now() + put_off(notice.mail_attempts)
        notice.save(update_fields=["mail_attempts", "mail_error", "mail_after"])
    return 0


def _drop(notices: list[Notice]) -> int:
    Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(mail_after=None)
    return 0
