"""What a meeting has to know before it decides, section by section, as lines that can be kept as they were."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import ngettext

from cat4 import clock
from cat4.web import formats
from hierarchy.models import Committee
from hierarchy.organization.selectors import organization, thresholds
from measures.constants import Lifecycle, Status, StatusKind
from measures.models import Measure, MeasureStatus, RippleAnswer

from ..constants import FLAGGED_APPEARANCE, PENDING_CONDITIONS, ConditionState, MeetingState
from ..models.meetings import Meeting, MeetingAgenda
from ..models.resolutions import CommitteeDecision, Condition
from .agenda_figures import changes_in_words, funnel_in_words, validated_since
from .meetings import next_meetings
from .seats import electorate_at, seats_of

_MOST_LINES = 12
_AHEAD = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a section. `route` and `pk` name the page behind it."""

    text: str
    sub: str = ""
    tag: str = ""
    tag_kind: str = ""
    route: str = ""
    pk: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the agenda; without lines it says so with `nothing`."""

    key: str
    title: str
    lines: list[Line] = field(default_factory=list)
    nothing: str = ""
    sub: str = ""


def section_from(stored: Mapping[str, Any]) -> Section:
    """A section as it was kept."""
    lines = [Line(**line) for line in stored["lines"]]
    return Section(stored["key"], stored["title"], lines, stored["nothing"], stored["sub"])


def sections_of(meeting: Meeting, previous: Meeting | None, figures: Mapping[str, str]) -> list[Section]:
    """Everything but the items, in the order of the domain: before is what opens the meeting, after what closes it."""
    committee = meeting.committee
    return [
        _quorum(meeting),
        _last_minutes(previous),
        _conditions(committee, meeting),
        _changes(previous, figures),
        _traps(committee),
        _stale(committee),
        _ripples(committee),
        _validated(committee, previous),
        _dates(committee, meeting),
    ]


def _quorum(meeting: Meeting) -> Section:
    voters = electorate_at(meeting, None)
    lines = [Line(seat.name, seat_words(seat.role)) for seat in seats_of(meeting.committee)]
    sub = f"{voters.needed} of {len(voters.entitled)} members needed"
    return Section("quorum", "Quorum", lines, "Nobody has a seat yet.", sub)


def seat_words(role: str) -> str:
    """`Chair`, `Deputy chair`, `Member`."""
    return {"chair": "Chair", "deputy": "Deputy chair"}.get(role, "Member")


def _last_minutes(previous: Meeting | None) -> Section:
    if previous is None:
        return Section("minutes", "Last minutes", nothing="This is the first meeting.")
    decisions = CommitteeDecision.objects.filter(item__meeting_id=previous.pk).order_by("number")
    signed = previous.state == MeetingState.SIGNED
    head = Line(
        f"Meeting of {formats.day(previous.starts_at)}",
        ngettext("%d decision", "%d decisions", len(decisions)) % len(decisions),
        "Signed" if signed else "Not signed",
        "g" if signed else "a",
        "governance:meeting",
        str(previous.pk),
    )
    lines = [Line(f"{one.number}. {one.title}", one.outcome_label) for one in decisions]
    return Section("minutes", "Last minutes", [head, *lines])


def appearances_of(conditions: Iterable[Condition], committee: Committee, meeting: Meeting) -> dict[UUID, int]:
    """On how many agendas each condition stood, the one of `meeting` included."""
    locked = MeetingAgenda.objects.filter(meeting__committee_id=committee.pk).exclude(meeting_id=meeting.pk)
    instants = list(
        locked.exclude(meeting__state=MeetingState.CANCELLED)
        .filter(meeting__starts_at__lt=meeting.starts_at)
        .values_list("locked_at", flat=True)
    )
    return {one.pk: 1 + sum(at >= one.created_at for at in instants) for one in conditions}


def _conditions(committee: Committee, meeting: Meeting) -> Section:
    found = list(
        Condition.objects.filter(committee_id=committee.pk, state__in=PENDING_CONDITIONS).select_related(
            "responsible", "measure", "decision"
        )
    )
    seen = appearances_of(found, committee, meeting)
    today = clock.today(organization().time_zone)
    lines = [_condition(one, seen[one.pk], one.due_on < today) for one in found]
    return Section("conditions", "Open conditions", lines, "No condition is open.")


def _condition(condition: Condition, appearances: int, overdue: bool) -> Line:
    about = f"{condition.measure.name}: " if condition.measure else ""
    sub = f"{condition.responsible.name}, due {formats.day(condition.due_on)}, decision {condition.decision.number}"
    if appearances >= FLAGGED_APPEARANCE:
        sub += f", on the agenda for the {_ordinal(appearances)} time"
    reported = condition.state == ConditionState.FULFILLED
    flagged = appearances >= FLAGGED_APPEARANCE or overdue
    tag = "Reported fulfilled" if reported else "Overdue" if overdue else "Again" if flagged else "Open"
    kind = "i" if reported else "r" if flagged else ""
    return Line(f"{about}{condition.text}", sub, tag, kind, "governance:condition", str(condition.pk))


def _ordinal(number: int) -> str:
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    return f"{number}{({1: 'st', 2: 'nd', 3: 'rd'}).get(number % 10, 'th')}"


def _changes(previous: Meeting | None, figures: Mapping[str, str]) -> Section:
    kept = MeetingAgenda.objects.filter(meeting_id=previous.pk).first() if previous else None
    before = kept.figures if kept else None
    lines = [Line(label, difference, value) for label, value, difference in changes_in_words(figures, before)]
    since = f"change since {formats.day(previous.starts_at)}" if previous and kept else "no earlier meeting to compare"
    lines.append(Line("Degree of implementation", funnel_in_words(figures, before)))
    return Section("changes", "Cover and funnel", lines, sub=f"k{organization().currency}, {since}")


def _open_measures(committee: Committee) -> Any:
    return Measure.objects.filter(committee_id=committee.pk, lifecycle__in=[Lifecycle.ACTIVE, Lifecycle.ON_HOLD])


def _traps(committee: Committee) -> Section:
    """Green on dates, red on money: on time, and will miss its money all the same."""
    green = MeasureStatus.objects.filter(kind=StatusKind.IMPLEMENTATION, value=Status.GREEN).values("measure")
    red = MeasureStatus.objects.filter(kind=StatusKind.POTENTIAL, value=Status.RED).values("measure")
    found = _open_measures(committee).filter(pk__in=green).filter(pk__in=red).select_related("owner").order_by("code")
    lines = [_measure_line(one, one.owner.name if one.owner else "") for one in found[:_MOST_LINES]]
    return Section(
        "traps", "Green traps", lines, "No measure is on time and short of money.", "On time, short of money"
    )


def _measure_line(measure: Measure, sub: str) -> Line:
    return Line(f"{measure.name} ({measure.code})", sub, route="measures:detail", pk=str(measure.pk))


def _stale(committee: Committee) -> Section:
    """By business unit: measures with a plan whose forecast nobody confirmed for too long."""
    cutoff = clock.now() - timedelta(days=thresholds().stale_after_days)
    stale = _open_measures(committee).filter(
        Q(forecast_confirmed_at__lt=cutoff) | Q(forecast_confirmed_at__isnull=True), doi__in=(3, 4)
    )
    by_unit = Counter(stale.values_list("business_unit__name", flat=True))
    lines = [
        Line(unit or "No unit", ngettext("%d measure", "%d measures", count) % count)
        for unit, count in sorted(by_unit.items())
    ]
    days = thresholds().stale_after_days
    return Section("stale", "Stale data by unit", lines, f"Every forecast was confirmed within {days} days.")


def _ripples(committee: Committee) -> Section:
    open_answers = RippleAnswer.objects.filter(
        measure__committee_id=committee.pk, answered_at__isnull=True, ripple__superseded_at__isnull=True
    )
    found = open_answers.select_related("measure", "measure__owner", "ripple__trigger").order_by("due_on")
    lines = [
        Line(
            f"{one.measure.name}: moved by {one.ripple.trigger.name}",
            f"{one.measure.owner.name if one.measure.owner else 'nobody'}, answer due {formats.day(one.due_on)}",
            route="measures:ripple",
            pk=str(one.ripple_id),
        )
        for one in found[:_MOST_LINES]
    ]
    return Section("ripples", "Ripples without an answer", lines, "Every ripple is answered.")


def _validated(committee: Committee, previous: Meeting | None) -> Section:
    since = previous.starts_at if previous else clock.now() - timedelta(days=30)
    amount = validated_since(committee, since)
    home = organization()
    words = "a plan rate is missing" if amount is None else f"{formats.thousands(amount)} k{home.currency}"
    line = Line(f"Since {formats.day(since)}", "Hard EBITDA that controllers validated", words)
    return Section("validated", "Value validated", [line])


def _dates(committee: Committee, meeting: Meeting) -> Section:
    meetings = [
        Line("Next meeting", formats.moment(one.starts_at)) for one in next_meetings(committee, meeting.starts_at)
    ]
    today = clock.today(organization().time_zone)
    due = _open_measures(committee).filter(doi=2, decide_by__range=(today, today + _AHEAD)).order_by("decide_by")
    gates = [_measure_line(one, f"Gate 3 planned for {formats.day(one.decide_by)}") for one in due[:_MOST_LINES]]
    return Section("dates", "Next dates", [*meetings, *gates], "No date is set.")
