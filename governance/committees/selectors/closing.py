"""What is still open when a meeting is to be closed, and where each of it goes."""

from dataclasses import dataclass
from datetime import timedelta

from governance.deviations.selectors.topics import was_asked_in_writing
from governance.deviations.selectors.weights import asks_body
from governance.parties.constants import SubjectKind
from hierarchy.organization.selectors import thresholds

from ..constants import Presence
from ..models.meetings import AgendaItem, Attendance, Meeting
from ..rules import Electorate
from .meetings import next_meetings
from .seats import electorate_at
from .subjects import Subject, load_subject


@dataclass(frozen=True, slots=True)
class OpenItem:
    """An item that is still to be decided. It goes to the committee's next meeting, where one is planned.

    What was withdrawn, has recovered or was decided beside the meeting goes nowhere.

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
        tuple(
            _open_item(item, subject, later, is_soon)
            for item, subject in ((item, load_subject(item.subject_kind, item.subject_id)) for item in items)
            if subject.is_open
        ),
        electorate_at(meeting, None),
        _attendance_taken(meeting),
    )


def _open_item(item: AgendaItem, subject: Subject, later: Meeting | None, is_soon: bool) -> OpenItem:
    """As the clock of deviations will do: it asks in writing above the body's amount, once."""
    in_writing = (
        subject.kind == SubjectKind.DEVIATION
        and not is_soon
        and asks_body(subject.deviations)
        and not was_asked_in_writing(subject.id)
    )
    return OpenItem(item, later, in_writing)


def _attendance_taken(meeting: Meeting) -> bool:
    """Whether anybody besides who opened the meeting is down as there, where there is anybody else."""
    seats = Attendance.objects.filter(meeting=meeting)
    others = seats.exclude(member_id=meeting.chaired_by_id)
    return not others.exists() or others.exclude(presence=Presence.ABSENT).exists()
