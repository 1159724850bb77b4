"""What a meeting has to know before it decides: quorum, last minutes, conditions, figures and dates."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from cat4 import clock
from governance.closures.models import ClosureSignature
from governance.constants import Outcome
from governance.deviations.constants import DATA_KINDS, DeviationState
from governance.deviations.models import Deviation
from governance.gates.models import GateDecision
from hierarchy.models import Committee
from hierarchy.organization.selectors import organization, thresholds
from measures.constants import Doi, Lifecycle, Status, StatusKind
from measures.facts.freshness import stale_today
from measures.models import Measure, MeasureStatus, RippleAnswer

from ..constants import FLAGGED_APPEARANCE, PENDING_CONDITIONS, MeetingState
from ..models.meetings import Meeting, MeetingAgenda
from ..models.resolutions import CommitteeDecision, Condition
from ..rules import Electorate, Seat
from ..supply import Standing, standing_of
from .agenda_figures import validated_since
from .meetings import next_meetings
from .seats import electorate_at, seats_of
from .urgent import TakenNoteOf, decided_alone

_MOST_LINES = 12
_AHEAD = timedelta(days=60)
_WITHOUT_LAST = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class LastMeeting:
    """The meeting before, with what it decided, and the figures that its papers kept: None where they kept none."""

    meeting: Meeting
    decisions: tuple[CommitteeDecision, ...]
    figures: Mapping[str, str] | None


@dataclass(frozen=True, slots=True)
class OpenCondition:
    """A condition that is pending, and on how many agendas it stood, this one included."""

    condition: Condition
    appearances: int
    is_overdue: bool

    @property
    def is_back_again(self) -> bool:
        """It stood on so many agendas that it is flagged."""
        return self.appearances >= FLAGGED_APPEARANCE


@dataclass(frozen=True, slots=True)
class Closed:
    """A measure that was closed since the last meeting: by which decision, and the run-rate that was signed."""

    decision: GateDecision
    run_rate: Decimal | None


@dataclass(frozen=True, slots=True)
class Opening:
    """Everything but the items. `stale` counts measures by unit; `validated` is None while a plan rate is missing."""

    voters: Electorate
    seats: tuple[Seat, ...]
    last: LastMeeting | None
    conditions: tuple[OpenCondition, ...]
    decided_alone: tuple[TakenNoteOf, ...]
    figures: Mapping[str, str]
    traps: tuple[Measure, ...]
    stale: tuple[tuple[str, int], ...]
    stale_after_days: int
    ripples: tuple[RippleAnswer, ...]
    validated: Decimal | None
    validated_since: datetime
    meetings: tuple[Meeting, ...]
    gates: tuple[Measure, ...]
    closures: tuple[Closed, ...]
    standing: Standing


def opening_of(meeting: Meeting, previous: Meeting | None, figures: Mapping[str, str]) -> Opening:
    """What opens a meeting, as it is now."""
    committee = meeting.committee
    since = previous.starts_at if previous else clock.now() - _WITHOUT_LAST
    today = clock.today(organization().time_zone)
    stale_after_days = thresholds().stale_after_days
    return Opening(
        voters=electorate_at(meeting, None),
        seats=tuple(seats_of(committee)),
        last=_last(previous) if previous else None,
        conditions=tuple(_conditions(meeting, today)),
        decided_alone=decided_alone(committee, since),
        figures=figures,
        traps=tuple(_traps(committee)[:_MOST_LINES]),
        stale=_stale(committee),
        stale_after_days=stale_after_days,
        ripples=tuple(_ripples(committee)[:_MOST_LINES]),
        validated=validated_since(committee, since),
        validated_since=since,
        meetings=tuple(next_meetings(committee, meeting.starts_at)),
        gates=tuple(_gates(committee, today)[:_MOST_LINES]),
        closures=_closures(committee, since),
        standing=standing_of(committee.node),
    )


def _closures(committee: Committee, since: datetime) -> tuple[Closed, ...]:
    """Closures of its measures after an instant, the earliest first: controllers signed them, the body takes note."""
    decisions = GateDecision.objects.filter(
        measure__committee_id=committee.pk, outcome=Outcome.ADVANCE, to_doi=Doi.CLOSED, decided_at__gt=since
    )
    found = list(decisions.select_related("measure", "decided_by").order_by("number")[:_MOST_LINES])
    signed = ClosureSignature.objects.filter(request__in=[row.request_id for row in found]).order_by("number")
    run_rates = dict(signed.values_list("request_id", "run_rate"))
    return tuple(Closed(row, run_rates.get(row.request_id)) for row in found)


def _last(previous: Meeting) -> LastMeeting:
    decisions = CommitteeDecision.objects.filter(item__meeting_id=previous.pk).order_by("number")
    kept = MeetingAgenda.objects.filter(meeting_id=previous.pk).first()
    return LastMeeting(previous, tuple(decisions), kept.figures if kept else None)


def _conditions(meeting: Meeting, today: date) -> list[OpenCondition]:
    pending = Condition.objects.filter(committee_id=meeting.committee_id, state__in=PENDING_CONDITIONS)
    found = list(pending.select_related("responsible", "measure", "decision"))
    seen = appearances_of(found, meeting)
    return [OpenCondition(condition, seen[condition.pk], condition.due_on < today) for condition in found]


def appearances_of(conditions: Iterable[Condition], meeting: Meeting) -> dict[UUID, int]:
    """On how many agendas of the committee each condition stood, the one of `meeting` included."""
    locked = MeetingAgenda.objects.filter(meeting__committee_id=meeting.committee_id).exclude(meeting_id=meeting.pk)
    instants = list(
        locked.exclude(meeting__state=MeetingState.CANCELLED)
        .filter(meeting__starts_at__lt=meeting.starts_at)
        .values_list("locked_at", flat=True)
    )
    return {condition.pk: 1 + sum(at >= condition.created_at for at in instants) for condition in conditions}


def _open_measures(committee: Committee) -> QuerySet[Measure]:
    return Measure.objects.filter(committee_id=committee.pk, lifecycle__in=[Lifecycle.ACTIVE, Lifecycle.ON_HOLD])


def _traps(committee: Committee) -> QuerySet[Measure]:
    """Green on dates, red on money: on time, and will miss its money all the same."""
    green = MeasureStatus.objects.filter(kind=StatusKind.IMPLEMENTATION, value=Status.GREEN).values("measure")
    red = MeasureStatus.objects.filter(kind=StatusKind.POTENTIAL, value=Status.RED).values("measure")
    trapped = _open_measures(committee).filter(pk__in=green).filter(pk__in=red)
    return trapped.select_related("owner").order_by("code")


def _stale(committee: Committee) -> tuple[tuple[str, int], ...]:
    """By business unit, first those without one: measures with a plan whose data nobody confirmed for too long.

    Their forecast, by the rule of every report, or what a deviation of data that is open says.
    """
    unconfirmed = Deviation.objects.filter(measure=OuterRef("pk"), state=DeviationState.OPEN, kind__in=DATA_KINDS)
    stale = _open_measures(committee).filter(stale_today() | Exists(unconfirmed), doi__in=(3, 4))
    units = (name or "" for name in stale.values_list("business_unit__name", flat=True))
    return tuple(sorted(Counter(units).items()))


def _ripples(committee: Committee) -> QuerySet[RippleAnswer]:
    """Those without an answer, the nearest day first."""
    unanswered = RippleAnswer.objects.filter(
        measure__committee_id=committee.pk, answered_at__isnull=True, ripple__superseded_at__isnull=True
    )
    return unanswered.select_related("measure", "measure__owner", "ripple__trigger").order_by("due_on")


def _gates(committee: Committee, today: date) -> QuerySet[Measure]:
    """Measures that are to pass gate 3 within the next weeks, the nearest first."""
    ahead = _open_measures(committee).filter(doi=2, decide_by__range=(today, today + _AHEAD))
    return ahead.order_by("decide_by")
