"""What is kept of what a committee had before it, in words: the opening of its papers, the ways to decide.

Papers are written once, when they lock or when a decision is made, and never change: what stands here is stored to
the letter, marks and links included. Until then pages show the same words of the present values.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import ngettext

from cat4.tenancy.models import Organization
from cat4.web import formats
from governance.deviations.constants import DeviationOutcome
from governance.deviations.models import DeviationOption
from governance.deviations.pages import deviation_choices
from governance.deviations.selectors.choices import deviation_consequences
from governance.gates.pages.choices import Choice, decision_choices
from governance.gates.selectors.checklists import foreseen_by_outcome
from governance.gates.selectors.kept import measure_to_keep
from governance.parties.constants import SubjectKind
from hierarchy.constants import TargetEffect, TargetKind
from hierarchy.organization.selectors import organization
from measures.constants import Doi
from measures.models import Measure, RippleAnswer
from measures.status.selectors.totals import totals_map

from .constants import ConditionState, MeetingState
from .selectors.agenda_figures import SUMS
from .selectors.opening import LastMeeting, OpenCondition, Opening
from .selectors.subjects import Subject
from .supply import Standing

_SUMS = {
    "plan_run_rate": "Plan, run-rate",
    "forecast_run_rate": "Forecast, run-rate",
    "validated_run_rate": "Validated, run-rate",
    "plan_in_year": "Plan, in year",
    "fac_in_year": "At completion, in year",
}


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


def sections_of(opening: Opening, home: Organization) -> list[Section]:
    """Everything but the items, in the order of the domain: before is what opens the meeting, after what closes it.

    In the organization's zone and way of writing, whoever locks them.
    """
    with formats.as_read_in(home):
        return [
            _quorum(opening),
            _last_minutes(opening.last),
            _conditions(opening),
            _decided_alone(opening, home.currency),
            _changes(opening, home.currency),
            _cover(opening.standing, home.currency),
            _curve(opening.standing, home.currency),
            _closures(opening, home.currency),
            _traps(opening),
            _stale(opening),
            _ripples(opening),
            _validated(opening, home.currency),
            _dates(opening),
        ]


def _quorum(opening: Opening) -> Section:
    lines = [Line(seat.name, seat_words(seat.role)) for seat in opening.seats]
    sub = f"{opening.voters.needed} of {len(opening.voters.entitled)} members needed"
    return Section("quorum", "Quorum", lines, "Nobody has a seat yet.", sub)


def seat_words(role: str) -> str:
    """`Chair`, `Deputy chair`, `Member`."""
    return {"chair": "Chair", "deputy": "Deputy chair"}.get(role, "Member")


def _last_minutes(last: LastMeeting | None) -> Section:
    if last is None:
        return Section("minutes", "Last minutes", nothing="This is the first meeting.")
    count = len(last.decisions)
    signed = last.meeting.state == MeetingState.SIGNED
    head = Line(
        f"Meeting of {formats.day(last.meeting.starts_at)}",
        ngettext("%d decision", "%d decisions", count) % count,
        "Signed" if signed else "Not signed",
        "g" if signed else "a",
        "governance:meeting",
        str(last.meeting.pk),
    )
    lines = [Line(f"{decision.number}. {decision.title}", decision.outcome_label) for decision in last.decisions]
    return Section("minutes", "Last minutes", [head, *lines])


def _conditions(opening: Opening) -> Section:
    lines = [_condition(condition) for condition in opening.conditions]
    return Section("conditions", "Open conditions", lines, "No condition is open.")


def _decided_alone(opening: Opening, currency: str) -> Section:
    """What the chair decided alone since the last meeting, to take note of (domain section 4)."""
    lines = [
        Line(
            f"{note.label}: {note.measure.name} ({note.measure.code})",
            f"Decision {note.number}, {note.person}, {formats.day(note.decided_at)}: {note.reason}",
            "" if note.weight is None else f"{formats.thousands(note.weight)} k{currency} a year",
            route="measures:detail",
            pk=str(note.measure.pk),
        )
        for note in opening.decided_alone
    ]
    return Section("alone", "Decided by the chair alone", lines, "The chair decided nothing alone.", "To take note of")


def _condition(found: OpenCondition) -> Line:
    condition = found.condition
    about = f"{condition.measure.name}: " if condition.measure else ""
    sub = f"{condition.responsible.name}, due {formats.day(condition.due_on)}, decision {condition.decision.number}"
    if found.is_back_again:
        sub += f", on the agenda for the {_ordinal(found.appearances)} time"
    reported = condition.state == ConditionState.FULFILLED
    flagged = found.is_back_again or found.is_overdue
    tag = "Reported fulfilled" if reported else "Overdue" if found.is_overdue else "Again" if flagged else "Open"
    kind = "i" if reported else "r" if flagged else ""
    return Line(f"{about}{condition.text}", sub, tag, kind, "governance:condition", str(condition.pk))


def _ordinal(number: int) -> str:
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    return f"{number}{({1: 'st', 2: 'nd', 3: 'rd'}).get(number % 10, 'th')}"


def _changes(opening: Opening, currency: str) -> Section:
    """Each sum with its difference since the last meeting, in thousands of the reporting currency."""
    last = opening.last
    before = last.figures if last and last.figures else {}
    lines = [_sum(name, opening.figures, before) for name in SUMS]
    since = "no earlier meeting to compare"
    if last and last.figures is not None:
        since = f"change since {formats.day(last.meeting.starts_at)}"
    lines.append(Line("Degree of implementation", _funnel(opening.figures, before)))
    return Section("changes", "Sums and funnel", lines, sub=f"k{currency}, {since}")


def _sum(name: str, now: Mapping[str, str], before: Mapping[str, str]) -> Line:
    value = Decimal(now[name])
    difference = formats.signed((value - Decimal(before[name])) / 1000) if name in before else ""
    return Line(_SUMS[name], difference, formats.thousands(value))


def _funnel(now: Mapping[str, str], before: Mapping[str, str]) -> str:
    """`DoI 0: 3, 1: 4 (+1), 2: 7`."""
    parts = []
    for degree in Doi:
        key = f"doi_{degree.value}"
        moved = int(now[key]) - int(before.get(key, now[key]))
        parts.append(f"{degree.value}: {now[key]}" + (f" ({formats.signed(moved)})" if moved else ""))
    return f"DoI {', '.join(parts)}"


def _cover(standing: Standing, currency: str) -> Section:
    lines = [
        Line(
            f"{TargetEffect(cover.effect).label}, {TargetKind(cover.kind).label.lower()} {cover.fiscal_year}",
            f"Target {formats.thousands(cover.target)}, decided {_or_none(cover.decided)}, "
            f"expected {_or_none(cover.expected)}",
            formats.percent(cover.share) if cover.share is not None else "",
        )
        for cover in standing.covers
    ]
    return Section("cover", "Target cover", lines, "No target is set.", f"k{currency}, share of the target")


def _or_none(amount: Decimal | None) -> str:
    return "none" if amount is None else formats.thousands(amount)


_POINTS = {
    "plan_in_year": "Plan, in year",
    "fac_in_year": "At completion, in year",
    "validated_in_year": "Validated, in year",
    "plan_exit_run_rate": "Plan, exit run-rate",
    "exit_run_rate": "Forecast, exit run-rate",
}


def _curve(standing: Standing, currency: str) -> Section:
    """The ends of the S-curve now, each with what moved since the last month was locked."""
    lines = [
        Line(
            _POINTS[point.name],
            "" if point.then is None else f"{formats.signed((point.now - point.then) / 1000)} since the lock",
            formats.thousands(point.now),
        )
        for point in standing.points
    ]
    month = standing.locked_month
    since = f"change since {formats.month(month)} was locked" if month else "no month is locked yet"
    return Section("curve", "S-curve since the last lock", lines, "No figure is known yet.", f"k{currency}, {since}")


def _closures(opening: Opening, currency: str) -> Section:
    lines = [
        Line(
            f"{closed.decision.measure.name} ({closed.decision.measure.code})",
            f"Signed {formats.day(closed.decision.decided_at)} by {closed.decision.decided_by.name}, "
            f"decision {closed.decision.number}",
            "" if closed.run_rate is None else f"{formats.thousands(closed.run_rate)} k{currency}",
            route="measures:detail",
            pk=str(closed.decision.measure_id),
        )
        for closed in opening.closures
    ]
    since = f"Since {formats.day(opening.validated_since)}, to take note"
    return Section("closures", "Closures", lines, "No measure was closed.", since)


def _traps(opening: Opening) -> Section:
    lines = [_measure(trap, trap.owner.name if trap.owner else "") for trap in opening.traps]
    return Section(
        "traps", "Green traps", lines, "No measure is on time and short of money.", "On time, short of money"
    )


def _measure(measure: Measure, sub: str) -> Line:
    return Line(f"{measure.name} ({measure.code})", sub, route="measures:detail", pk=str(measure.pk))


def _stale(opening: Opening) -> Section:
    lines = [
        Line(unit or "No unit", ngettext("%d measure", "%d measures", count) % count) for unit, count in opening.stale
    ]
    nothing = f"Every forecast was confirmed within {opening.stale_after_days} days."
    return Section("stale", "Stale data by unit", lines, nothing)


def _ripples(opening: Opening) -> Section:
    lines = [_ripple(ripple) for ripple in opening.ripples]
    return Section("ripples", "Ripples without an answer", lines, "Every ripple is answered.")


def _ripple(asked: RippleAnswer) -> Line:
    owner = asked.measure.owner.name if asked.measure.owner else "nobody"
    return Line(
        f"{asked.measure.name}: moved by {asked.ripple.trigger.name}",
        f"{owner}, answer due {formats.day(asked.due_on)}",
        route="measures:ripple",
        pk=str(asked.ripple_id),
    )


def _validated(opening: Opening, currency: str) -> Section:
    amount = opening.validated
    words = "a plan rate is missing" if amount is None else f"{formats.thousands(amount)} k{currency}"
    since = f"Since {formats.day(opening.validated_since)}"
    return Section("validated", "Value validated", [Line(since, "Hard EBITDA that controllers validated", words)])


def _dates(opening: Opening) -> Section:
    meetings = [Line("Next meeting", formats.moment(meeting.starts_at)) for meeting in opening.meetings]
    gates = [_measure(gate, f"Gate 3 planned for {formats.day(gate.decide_by)}") for gate in opening.gates]
    return Section("dates", "Next dates", [*meetings, *gates], "No date is set.")


def paper_of(subject: Subject) -> dict[str, Any]:
    """The paper of an item as it is kept: what is recommended, what there is to choose, where its measure stands."""
    home = organization()
    with formats.as_read_in(home):
        options = [
            {"label": choice.label, "facts": choice.facts, "text": choice.text}
            for choice in choices_of(subject, home.currency)
        ]
    kept = measure_to_keep(subject.measure) if subject.measure else {}
    return {"recommendation": subject.recommendation, "options": options, "measure": kept}


def choices_of(subject: Subject, currency: str) -> list[Choice]:
    """What there is to choose from, as the decision keeps it: outcomes of a request, ways out of a deviation."""
    if subject.request is not None:
        follows = foreseen_by_outcome(subject.request, subject.outcomes) if subject.is_open else {}
        return decision_choices(subject.request, subject.consequences, currency, follows=follows)
    return [
        Choice(str(option.pk), option.title, _facts(option, currency), option.text, option.is_recommended)
        for option in subject.options
    ]


def choice_taken(subject: Subject, outcome: str, details: Mapping[str, str], currency: str) -> Choice | None:
    """The written option that the details name, else the way that the outcome is; None for a motion."""
    wanted = details.get("option_id") or outcome
    found = next((choice for choice in choices_of(subject, currency) if choice.value == wanted), None)
    if found is not None or outcome not in DeviationOutcome.values or subject.kind != SubjectKind.DEVIATION:
        return found
    totals = totals_map([subject.measure.pk]).get(subject.measure.pk) if subject.measure else None
    consequences = deviation_consequences([DeviationOutcome(outcome)], subject.options, totals)
    return deviation_choices(consequences, currency)[0]


def _facts(option: DeviationOption, currency: str) -> tuple[tuple[str, str], ...]:
    return (
        (f"In year, k{currency}", formats.thousands(option.effect_in_year)),
        (f"Run-rate, k{currency}", formats.thousands(option.effect_run_rate)),
        (f"One-time cost, k{currency}", formats.thousands(option.one_time_cost)),
        ("From", formats.day(option.effective_on)),
    )
