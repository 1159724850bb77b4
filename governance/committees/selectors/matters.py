"""What belongs to a matter that is decided: trade-offs of a measure follow one another under its id (section 9)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID

from django.db.models import Max, Min, Q

from cat4 import clock
from governance.deviations.constants import DeviationOutcome
from governance.deviations.models import Deviation, DeviationDecision
from governance.parties.constants import SubjectKind
from hierarchy.committees.cadence import at_local_time
from hierarchy.organization.selectors import organization

from ..models.meetings import AgendaItem
from ..models.resolutions import Circulation
from .subjects import Subject


@dataclass(frozen=True, slots=True)
class Matter:
    """What is decided, and in which time what was said of it is about it: of all but trade-offs at any time."""

    kind: str
    subject_id: UUID
    since: datetime | None = None
    until: datetime | None = None

    @classmethod
    def of_subject(cls, subject: Subject) -> Matter:
        """As it is now."""
        return cls._at(subject.kind, subject.id, clock.now(), None)

    @classmethod
    def of_item(cls, item: AgendaItem) -> Matter:
        """As it was in the item's meeting, until it was decided or the meeting was over."""
        decision = getattr(item, "decision", None)
        until = decision.decided_at if decision else item.meeting.closed_at
        return cls._at(item.subject_kind, item.subject_id, item.meeting.started_at or clock.now(), until)

    @classmethod
    def of_circulation(cls, circulation: Circulation) -> Matter:
        """As it was asked."""
        return cls._at(circulation.subject_kind, circulation.subject_id, circulation.opened_at, circulation.ended_at)

    @classmethod
    def _at(cls, kind: str, subject_id: UUID, at: datetime, until: datetime | None) -> Matter:
        if kind != SubjectKind.DEVIATION:
            return cls(kind, subject_id)
        return cls(kind, subject_id, _began(subject_id, at), until)

    def within(self, column: str) -> Q:
        """The condition that an instant lies in its time."""
        found = Q()
        if self.since is not None:
            found &= Q(**{f"{column}__gte": self.since})
        if self.until is not None:
            found &= Q(**{f"{column}__lte": self.until})
        return found


def _began(measure_id: UUID, at: datetime) -> datetime | None:
    """When the trade-off of a measure that stood at an instant began: with what was open, after the last decision.

    Waiting decides nothing.
    """
    zone = organization().time_zone
    day = clock.day_of(at, zone)
    open_then = Deviation.objects.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=day), opened_on__lte=day)
    opened_on = open_then.filter(measure=measure_id).aggregate(first=Min("opened_on"))["first"]
    decisions = DeviationDecision.objects.filter(deviation__measure=measure_id, decided_at__lt=at)
    decided_at = decisions.exclude(outcome=DeviationOutcome.WAIT).aggregate(last=Max("decided_at"))["last"]
    instants = [decided_at] if decided_at else []
    if opened_on:
        instants.append(at_local_time(opened_on, time(), zone))
    return max(instants, default=None)
