"""What is still open when a meeting is to be closed, and where each of it goes."""

from dataclasses import dataclass
from datetime import timedelta

from governance.deviations.selectors.topics import Topic, asks_body, topic_of, was_asked_in_writing
from governance.parties.constants import SubjectKind
from hierarchy.organization.selectors import thresholds

from ..constants import Presence
from ..models.meetings import AgendaItem, Attendance, Meeting
from ..rules import Electorate
from .meetings import next_meetings
from .seats import electorate_at


@dataclass(frozen=True, slots=True)
class OpenItem:
    """An item without a decision. It goes to the committee's next meeting, where one is planned.

    `in_writing`: a trade-off for which that comes too late, so that the members are asked by circulation.
    """

    item: AgendaItem
    next_meeting: Meeting | None
    in_writing: bool


@dataclass(frozen=True, slots=True)
class Closing:
    """What closing the meeting now would leave: open items, and an attendance that is missing or too small."""

    open_items: tuple[OpenItem, ...]
    voters: Electorate
    attendance_taken: bool

    @property
    def asks(self) -> bool:
        """Whether there is anything to be asked about before it is closed."""
        return bool(self.open_items) or not self.attendance_taken or not self.voters.has_quorum


def closing_of(meeting: Meeting) -> Closing:
    """What closing a meeting in session would leave now."""
    later = next(iter(next_meetings(meeting.committee, meeting.starts_at, 1)), None)
    soon = timedelta(days=thresholds().deviation_meeting_days)
    is_soon = later is not None and later.starts_at - meeting.starts_at <= soon
    items = meeting.items.filter(decision__isnull=True).select_related("measure").order_by("position")
    return Closing(
        tuple(_open_item(item, later, is_soon) for item in items if _is_undecided(item)),
        electorate_at(meeting, None),
        _attendance_taken(meeting),
    )


def _is_undecided(item: AgendaItem) -> bool:
    """What of a measure has recovered, or was decided beside the meeting, goes nowhere."""
    return item.subject_kind != SubjectKind.DEVIATION or _topic(item) is not None


def _open_item(item: AgendaItem, later: Meeting | None, is_soon: bool) -> OpenItem:
    """As the clock of deviations will do: it asks in writing above the body's amount, once."""
    topic = _topic(item) if item.subject_kind == SubjectKind.DEVIATION and not is_soon else None
    in_writing = topic is not None and asks_body(topic.deviations) and not was_asked_in_writing(topic.measure.pk)
    return OpenItem(item, later, in_writing)


def _topic(item: AgendaItem) -> Topic | None:
    return topic_of(item.measure_id) if item.measure_id else None


def _attendance_taken(meeting: Meeting) -> bool:
    """Whether anybody besides who opened the meeting is down as there, where there is anybody else."""
    seats = Attendance.objects.filter(meeting=meeting)
    others = seats.exclude(member_id=meeting.chaired_by_id)
    return not others.exists() or others.exclude(presence=Presence.ABSENT).exists()
