"""Reads of meetings, their papers and their minutes."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from cat4 import clock
from cat4.accounts.actor import Actor
from hierarchy.models import Committee
from hierarchy.organization.selectors import thresholds

from ..constants import EARLY, HELD, MeetingState
from ..models.meetings import AgendaItem, Meeting, MeetingAgenda, MinuteNote
from .overview import visible_committees
from .subjects import Subject


def visible_meetings(actor: Actor) -> QuerySet[Meeting]:
    """Meetings of the committees that the person may follow."""
    related = ("committee", "committee__node", "committee__escalation", "called_by", "chaired_by")
    found = Meeting.objects.filter(organization_id=actor.organization_id)
    return found.filter(committee__in=visible_committees(actor)).select_related(*related)


def visible_meeting(actor: Actor, pk: UUID) -> Meeting:
    """One of them, or Http404."""
    found = visible_meetings(actor).filter(pk=pk).first()
    if found is None:
        raise Http404("There is no such meeting.")
    return found


def meeting_for_write(actor: Actor, pk: UUID) -> Meeting:
    """A meeting that the person may follow, locked until the end of the transaction, or Http404."""
    locked = visible_meetings(actor).select_for_update(of=("self",)).filter(pk=pk).first()
    if locked is None:
        raise Http404("There is no such meeting.")
    return locked


def item_for_write(actor: Actor, pk: UUID) -> AgendaItem:
    """An item of the agenda with its meeting locked, or Http404."""
    meeting_id = AgendaItem.objects.filter(pk=pk).values_list("meeting_id", flat=True).first()
    if meeting_id is None:
        raise Http404("There is no such item.")
    meeting = meeting_for_write(actor, meeting_id)
    item = AgendaItem.objects.select_related("measure", "request", "motion").get(pk=pk)
    item.meeting = meeting
    return item


def papers_lock_at(meeting: Meeting) -> datetime:
    """When the papers lock: hours before the start, or when it was called at shorter notice."""
    before = meeting.starts_at - timedelta(hours=thresholds().papers_lock_hours)
    return max(before, meeting.called_at)


def hours_early(meeting: Meeting) -> int:
    """How many hours from now a planned meeting starts, rounded; 0 below one hour, and once it began."""
    ahead = meeting.starts_at - clock.now()
    if meeting.state != MeetingState.PLANNED or ahead < EARLY:
        return 0
    return round(ahead / timedelta(hours=1))


def was_early(meeting: Meeting) -> int:
    """How many hours before its time a meeting was opened; 0 below one hour."""
    ahead = meeting.starts_at - meeting.started_at if meeting.started_at else timedelta(0)
    return round(ahead / timedelta(hours=1)) if ahead >= EARLY else 0


def last_held(committee: Committee, before: datetime | None = None) -> Meeting | None:
    """The last meeting of a committee that took place, before an instant."""
    held = Meeting.objects.filter(committee_id=committee.pk, state__in=HELD)
    if before is not None:
        held = held.filter(starts_at__lt=before)
    return held.order_by("-starts_at").first()


def next_meetings(committee: Committee, after: datetime | None = None, count: int = 3) -> list[Meeting]:
    """The planned meetings after an instant, by default from now on."""
    planned = Meeting.objects.filter(
        committee_id=committee.pk, state=MeetingState.PLANNED, starts_at__gt=after or clock.now()
    )
    return list(planned.order_by("starts_at")[:count])


def item_from(meeting: Meeting, position: int, subject: Subject) -> AgendaItem:
    """What waits for the committee as an item of the agenda, not saved: its draft until the papers lock."""
    return AgendaItem(
        meeting=meeting,
        position=position,
        subject_kind=subject.kind,
        subject_id=subject.id,
        request=subject.request,
        motion=subject.motion,
        measure=subject.measure,
        title=subject.title,
        summary=subject.summary,
        missing=list(subject.missing),
    )


def next_meeting_before(committee: Committee) -> Meeting | None:
    """The next planned meeting whose papers are still open: what comes now stands on its agenda."""
    planned = Meeting.objects.filter(committee_id=committee.pk, state=MeetingState.PLANNED, agenda__isnull=True)
    return planned.filter(starts_at__gt=clock.now()).order_by("starts_at").first()


def items_of(meeting: Meeting) -> list[AgendaItem]:
    """The items as locked, with what was decided on them."""
    items = meeting.items.select_related("measure", "request", "motion", "decision", "decision__decided_by")
    items = items.prefetch_related("votes__member", "votes__cast_by", "notes__author", "lost_votes__item")
    return list(items.prefetch_related("decision__conditions__responsible"))


def kept_agenda(meeting: Meeting) -> MeetingAgenda | None:
    """The papers as they were kept; None while they aren't locked."""
    return MeetingAgenda.objects.filter(meeting=meeting).first()


def meeting_notes(meeting: Meeting) -> list[MinuteNote]:
    """What was noted about the meeting as a whole, in its order."""
    return list(meeting.notes.filter(item__isnull=True).select_related("author"))
