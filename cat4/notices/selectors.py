"""Reads of a person's own notices, and of nobody else's."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from uuid import UUID

from django.db.models import Case, Count, IntegerField, QuerySet, Value, When
from django.http import Http404
from django.utils import timezone

from cat4.accounts.actor import Actor

from .kinds import GROUPS, MANDATORY, group_of
from .models import Notice, NoticePreference
from .rendering import Words, words_of
from .visibility import tellable


@dataclass(frozen=True, slots=True)
class Line:
    """A notice in words."""

    row: Notice
    words: Words

    @property
    def is_waiting(self) -> bool:
        """Whether it asks its reader for something."""
        return self.row.kind in MANDATORY

    @property
    def group(self) -> str:
        group = group_of(self.row.kind)
        return GROUPS.get(group, group.capitalize())


@dataclass(frozen=True, slots=True)
class Day:
    """The notices of a day, apart by whether they were read."""

    day: date
    is_read: bool
    lines: list[Line]


def notices_of(actor: Actor, *, group: str = "", unread: bool = False) -> QuerySet[Notice]:
    """What the person was told and may still see: unread first, then the latest first."""
    mine = Notice.objects.filter(tellable(actor), person_id=actor.user_id, emptied_at__isnull=True)
    if group:
        mine = mine.filter(kind__startswith=f"{group}.")
    if unread:
        mine = mine.filter(read_at__isnull=True)
    is_read = Case(When(read_at__isnull=True, then=Value(0)), default=Value(1), output_field=IntegerField())
    return mine.order_by(is_read, "-created_at", "-id")


def unread_count(actor: Actor) -> int:
    """How many the person has not read."""
    return notices_of(actor, unread=True).order_by().count()


def unread_by_group(actor: Actor) -> dict[str, int]:
    """The groups of which the person has notices, with how many are unread; in the order of their names."""
    rows = notices_of(actor).order_by().values("kind").annotate(all=Count("id"), read=Count("read_at"))
    counts: dict[str, int] = {}
    for row in rows:
        group = group_of(row["kind"])
        counts[group] = counts.get(group, 0) + row["all"] - row["read"]
    return {group: counts[group] for group in GROUPS if group in counts}


def lines_of(notices: Iterable[Notice]) -> list[Line]:
    """Notices in words, in the language of the moment."""
    return [Line(notice, words_of(notice)) for notice in notices]


def by_day(lines: Iterable[Line]) -> list[Day]:
    """Lines that are in order, under their days in the current time zone."""

    def key(line: Line) -> tuple[bool, date]:
        return line.row.read_at is not None, timezone.localtime(line.row.created_at).date()

    return [Day(day, is_read, list(found)) for (is_read, day), found in groupby(lines, key)]


def own_notice(actor: Actor, pk: UUID) -> Notice:
    """One of the person's notices.

    Raises:
        Http404: it is another's, of another organization, emptied, or about what they no longer see.
    """
    notice = notices_of(actor).filter(pk=pk).first()
    if notice is None:
        raise Http404("There is no such notice.")
    return notice


def told_events(events: Iterable[str]) -> set[str]:
    """Those of the events that anybody was told of, so that a duty needn't ask again."""
    return set(Notice.objects.filter(event__in=list(events)).values_list("event", flat=True))


def told_people(event: str) -> set[UUID]:
    """Who was told of an event."""
    return set(Notice.objects.filter(event=event).values_list("person_id", flat=True))


def preference_of(user_id: UUID) -> NoticePreference:
    """How the person wants to be told here; the defaults, unsaved, where they never said."""
    return NoticePreference.objects.filter(person_id=user_id).first() or NoticePreference(person_id=user_id)
