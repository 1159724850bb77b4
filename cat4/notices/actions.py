"""Telling people what happened: a row in the caller's transaction, once per event and person."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from cat4 import clock
from cat4.accounts.selectors import open_memberships
from cat4.tenancy.context import current_organization_id
from cat4.tenancy.models import Organization

from . import visibility
from .kinds import MANDATORY, MailMode, group_of
from .models import Notice, NoticePreference
from .schedule import next_digest

# One slash at the start, then neither a second one nor a backslash, which browsers read as one.
_INSIDE = re.compile(r"/(?![/\\])[\w\-./?=&%#:]*")


@transaction.atomic(savepoint=False)
def notify(
    kind: str,
    *,
    event: str,
    people: Iterable[UUID | None],
    path: str,
    facts: Mapping[str, Any],
    measure_id: UUID | None = None,
) -> int:
    """Tell people of an event, each once however often this is called; returns how many notices are new.

    Nobody is told who is no active member, who muted the group of a kind that may be muted, or who doesn't
    see the measure `measure_id`.

    Args:
        kind: such as "gate.decided"; templates/notices/<kind>.txt says it in words.
        event: what happened, such as "decision:<id>".
        people: ids; None is passed over, so that an unnamed controller needs no `if`.
        path: of the page inside the organization, such as "/deviations/<id>/".
        facts: what the template needs: text, numbers, dates, instants and Decimals.

    Raises:
        ValueError: `path` could lead out of the organization.
    """
    if not _INSIDE.fullmatch(path):
        raise ValueError(f"{path!r} is no path inside an organization.")
    told = {person for person in people if person is not None}
    memberships = open_memberships(current_organization_id(), told)
    if measure_id is not None:
        seeing = visibility.who_may_be_told(memberships, measure_id)
        memberships = [membership for membership in memberships if membership.user_id in seeing]
    preferences = {row.person_id: row for row in NoticePreference.objects.filter(person_id__in=told)}
    now = clock.now()
    notices = [
        Notice(
            person_id=membership.user_id,
            kind=kind,
            event=event,
            path=path,
            facts=dict(facts),
            measure_id=measure_id,
            created_at=now,
            **mail_of(preferences.get(membership.user_id), membership.organization, now),
        )
        # In one order for everybody, so that two senders never wait for each other.
        for membership in sorted(memberships, key=lambda membership: membership.user_id)
        if _wants(kind, preferences.get(membership.user_id))
    ]
    return _insert(notices)


def settle(*events: str) -> int:
    """What was asked needs no answer any more: unread notices whose event begins so are read, and not mailed.

    Returns how many. In the transaction of the answer, whoever gave it.
    """
    if not events:
        return 0
    begins = reduce(or_, (Q(event__startswith=event) for event in events))
    waiting = Notice.objects.filter(begins, read_at__isnull=True)
    return waiting.update(read_at=clock.now(), mail_after=None)


def _wants(kind: str, preference: NoticePreference | None) -> bool:
    return kind in MANDATORY or preference is None or group_of(kind) not in preference.muted


def mail_of(preference: NoticePreference | None, organization: Organization, now: datetime) -> dict[str, Any]:
    """The fields of a notice that say when and how it is mailed."""
    chosen = preference or NoticePreference()
    if chosen.mail == MailMode.NONE:
        return {"is_digest": False, "mail_due_at": None, "mail_after": None}
    due = now
    if chosen.mail == MailMode.DAILY:
        zone = chosen.time_zone or organization.time_zone
        due = next_digest(now, hour=chosen.digest_hour, time_zone=zone)
    return {"is_digest": chosen.mail == MailMode.DAILY, "mail_due_at": due, "mail_after": due}


def _insert(notices: list[Notice]) -> int:
    """Insert what is new; two at once wait for each other at the unique key, and the second adds nothing."""
    if not notices:
        return 0
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
    new = Notice.objects.filter(pk__in=[notice.pk for notice in notices]).values_list("is_digest", "mail_due_at")
    if any(due and not is_digest for is_digest, due in new):
        _ask_for_mail(current_organization_id())
    return len(new)


@dataclass(frozen=True, slots=True)
class _Nudge:
    """Ask a worker to mail what an organization has waiting; equal when it is the same one."""

    organization_id: UUID

    def __call__(self) -> None:
        from .tasks import nudge

        nudge(self.organization_id)


def _ask_for_mail(organization_id: UUID) -> None:
    """After commit, once per transaction. The notice itself is the outbox of its mail: the sweep finds it anyway."""
    nudge = _Nudge(organization_id)
    if all(waiting[1] != nudge for waiting in connection.run_on_commit):
        transaction.on_commit(nudge, robust=True)
