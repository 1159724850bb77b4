"""The parts of a cockpit as its components take them: key figures, matrix, waterfall, funnel, shares, lists."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import ngettext, ngettext_lazy

from cat4.web.bars import BarRow, Stage, Step, funnel, waterfall
from cat4.web.formats import month, number, percent
from cat4.wording import listed
from governance.constants import RequestKind
from hierarchy.constants import Level
from measures.constants import Doi, Lifecycle, Status
from measures.formulas.pipeline import cover
from reporting.constants import RATED
from reporting.figures.selectors.lists import MOST_COUNTED, Waiting
from reporting.figures.sums import Sum
from reporting.past.pages import key_of

from ..selectors.cockpit import Cockpit
from .headline import days_in_words
from .units import unit_of

_ROWS = ((Status.GREEN, "green", "On track"), (Status.AMBER, "amber", "Late"), (Status.RED, "red", "Very late"))
_NAMES = {Status.GREEN: "green", Status.AMBER: "amber", Status.RED: "red"}
_NODES = {
    Level.PORTFOLIO: ngettext_lazy("%d portfolio", "%d portfolios"),
    Level.PROGRAM: ngettext_lazy("%d program", "%d programs"),
    Level.PROJECT: ngettext_lazy("%d project", "%d projects"),
    Level.PACKAGE: ngettext_lazy("%d package", "%d packages"),
}
_BADNESS = {Status.GREEN: 0, Status.AMBER: 1, Status.RED: 2}


def explorer_url(page: Cockpit, **filters: object) -> str:
    """The list of measures behind a figure, of the same moment."""
    pairs: dict[str, Any] = {"node": page.node.pk, **filters}
    if page.as_of:
        pairs["asof"] = key_of(page.as_of)
    return f"{reverse('reporting:explorer')}?{urlencode(pairs, doseq=True)}"


@dataclass(frozen=True, slots=True)
class Figure:
    """A key figure of the first row; `delta` is the difference to what it is compared with."""

    label: str
    value: str
    note: str
    href: str
    is_bad: bool = False
    delta: str = ""
    is_gain: bool = True


def figures(page: Cockpit) -> list[Figure]:
    """Target, what stands at or past each gate, and where the forecast ends."""
    unit, sums, target = unit_of(page), page.sums, page.target
    stages = [
        (label, sums.at_or_past(doi), doi)
        for label, doi in (("Identified", Doi.IDENTIFIED), ("Decided", Doi.DECIDED), ("Implemented", Doi.IMPLEMENTED))
    ]
    node_url = reverse("hierarchy:node", kwargs={"pk": page.node.pk})
    gap = sums.everything.forecast - target.amount if target else None
    reached = unit.text(target.amount) if target else unit.text(None)
    return [
        Figure("Target", reached, f"run-rate by {month(target.by)}" if target else "not set", node_url),
        *(
            Figure(label, unit.text(total.plan), measures_in_words(total.measures), _past(page, doi))
            for label, total, doi in stages
        ),
        Figure(
            "Closed, confirmed",
            unit.text(sums.closed.validated),
            measures_in_words(sums.closed.measures),
            _past(page, Doi.CLOSED),
        ),
        Figure("Forecast", unit.text(sums.everything.forecast), "at completion", _past(page, Doi.IDENTIFIED)),
        Figure(
            "Gap",
            unit.signed(gap),
            "forecast less target" if target else "no target",
            explorer_url(page, sort="against-plan"),
            is_bad=unit.is_negative(gap),
        ),
    ]


def _past(page: Cockpit, doi: int) -> str:
    """Measures that have reached a degree and go on, or are closed."""
    degrees = [degree.value for degree in Doi if degree >= doi]
    return explorer_url(page, doi=degrees, lifecycle=[Lifecycle.ACTIVE, Lifecycle.CLOSED], governable="yes")


def measures_in_words(count: int) -> str:
    """`1 measure`, `12 measures`."""
    return ngettext("%d measure", "%d measures", count) % count


@dataclass(frozen=True, slots=True)
class Cell:
    """Measures in work with one pair of statuses."""

    potential: str
    count: int
    plan: str
    miss: str
    href: str
    tone: str
    is_trap: bool


@dataclass(frozen=True, slots=True)
class Row:
    status: str
    name: str
    cells: tuple[Cell, ...]


def matrix(page: Cockpit) -> list[Row]:
    """Implementation against potential; only green on dates and red on money has the frame."""
    return [
        Row(status, name, tuple(_cell(page, implementation, potential) for potential in RATED))
        for implementation, status, name in _ROWS
    ]


def _cell(page: Cockpit, implementation: Status, potential: Status) -> Cell:
    total, unit = page.sums.pair(implementation, potential), unit_of(page)
    is_trap = (implementation, potential) == (Status.GREEN, Status.RED)
    badness = _BADNESS[implementation] + _BADNESS[potential]
    return Cell(
        potential=_NAMES[potential],
        count=total.measures,
        plan=unit.words(total.plan),
        miss="" if unit.is_nothing(total.against_plan) else unit.signed(total.against_plan),
        href=explorer_url(
            page,
            implementation=implementation.value,
            potential=potential.value,
            lifecycle=[Lifecycle.ACTIVE, Lifecycle.ON_HOLD],
            governable="yes",
        ),
        tone="hi" if is_trap or badness > 2 else "mid" if badness else "lo",
        is_trap=is_trap,
    )


def in_work(page: Cockpit) -> str:
    """`29 measures, EUR 84.6m`: what the matrix holds."""
    pairs = [page.sums.pair(status, *RATED) for status in RATED]
    plan = sum((pair.plan for pair in pairs), Decimal(0))
    return f"{measures_in_words(sum(pair.measures for pair in pairs))}, {unit_of(page).words(plan)}"


def bridge(page: Cockpit) -> tuple[BarRow, ...]:
    """From the target, or the plan where none is set, down to what controllers have confirmed."""
    sums = page.sums
    closed = sums.closed
    steps = [
        _start(page),
        Step("Not decided", -sums.between(1, 2).plan, "f2", note="DoI 1 and 2", href=_at(page, 1, 2)),
        Step("Being implemented", -sums.between(3, 3).plan, "f3", note="DoI 3", href=_at(page, 3)),
        Step("Awaiting closure", -sums.between(4, 4).plan, "f4", note="DoI 4", href=_at(page, 4)),
        *(
            Step(
                label,
                -sums.in_lifecycle(lifecycle).plan,
                "f0",
                note="has left the forecast",
                href=_gone(page, lifecycle),
            )
            for label, lifecycle in (("On hold", Lifecycle.ON_HOLD), ("Cancelled", Lifecycle.CANCELLED))
            if sums.in_lifecycle(lifecycle).plan
        ),
        _confirmed_against_plan(page, closed),
        Step("Realised", closed.validated, "b-act", note="confirmed by controllers", is_total=True, href=_at(page, 5)),
    ]
    if page.target:
        missing = page.target.amount - sums.everything.plan
        label, note = ("Not identified", "no measure yet") if missing >= 0 else ("Beyond target", "more than is asked")
        steps.insert(1, Step(label, -missing, "b-open", note=note, href=explorer_url(page)))
    return waterfall(steps, unit_of(page).unit)


def _start(page: Cockpit) -> Step:
    if page.target:
        return Step("Target", page.target.amount, "b-plan", note=f"{month(page.target.by)} run-rate", is_total=True)
    return Step("Plan", page.sums.everything.plan, "b-plan", note="no target is set", is_total=True)


def _confirmed_against_plan(page: Cockpit, closed: Sum) -> Step:
    difference = closed.validated - closed.plan
    label, cls = ("Confirmed above plan", "f5") if difference > 0 else ("Confirmed below plan", "b-neg")
    return Step(label, difference, cls, note="DoI 5", href=_at(page, 5))


def _at(page: Cockpit, *degrees: int) -> str:
    return explorer_url(page, doi=degrees, lifecycle=[Lifecycle.ACTIVE, Lifecycle.CLOSED], governable="yes")


def _gone(page: Cockpit, lifecycle: Lifecycle) -> str:
    return explorer_url(page, lifecycle=lifecycle.value, governable="yes")


def stages(page: Cockpit) -> tuple[BarRow, ...]:
    """Money and measures at or past each gate."""
    reached = [(doi, page.sums.at_or_past(doi)) for doi in Doi if doi >= Doi.IDENTIFIED]
    rows = [Stage(doi, doi.label, total.plan, total.measures, _past(page, doi)) for doi, total in reached]
    return funnel(rows, unit_of(page).unit, whole=page.target.amount if page.target else None)


def confidence(page: Cockpit) -> str:
    """How sure the forecast at completion of this fiscal year is: the shares of its parts (domain 6.4)."""
    shares = page.outlook.fac.shares
    if shares is None:
        return "nothing is expected yet"
    return ", ".join(f"{percent(share)} {source.value}" for source, share in shares.items())


def cover_words(page: Cockpit) -> str:
    """`At plan. Decided is hard: EUR 82.9m, 72% of target; weighted EUR 64.2m.` (domain 6.5, 6.6)."""
    found, unit = page.sums.pipeline(page.thresholds), unit_of(page)
    covered = cover(found, page.target.amount) if page.target else None
    share = f", {percent(covered.hard_share)} of target" if covered and covered.hard_share is not None else ""
    undecided = f", {unit.words(covered.not_decided)} not yet decided" if covered and covered.not_decided > 0 else ""
    return f"At plan. Hard {unit.words(found.hard)}{share}{undecided}; weighted {unit.words(found.weighted)}."


def doubt_words(page: Cockpit) -> str:
    """The reverse of the green trap (domain 7): the money arrives although the work is very late."""
    doubtful = page.sums.pair(Status.RED, Status.GREEN)
    if not doubtful.measures:
        return ""
    return f"Attribution doubtful: {measures_in_words(doubtful.measures)}, {unit_of(page).words(doubtful.plan)} plan."


def trap_words(page: Cockpit) -> str:
    """The green trap counted, valued and aged, for the foot of the matrix."""
    trap, unit = page.sums.trap, unit_of(page)
    if not trap.measures:
        return "No measure is green on dates and short of money."
    red = page.sums.pair(Status.GREEN, Status.RED).measures
    age = f", the oldest for {days_in_words(page.trap_days)}" if page.trap_days else ""
    plan, missing = unit.words(trap.plan), unit.signed(trap.against_plan)
    counted = f"{measures_in_words(trap.measures)}, {red} of them red"
    return f"Green on dates, not on money: {counted}, {plan} plan, {missing}{age}."


def stale_words(page: Cockpit) -> str:
    """`6 of 14 stale forecasts, the oldest first.`"""
    words = ngettext("%s stale forecast", "%s stale forecasts", page.stale_count)
    return _shown_of(len(page.stale), page.stale_count, words)


def waiting_lines(page: Cockpit) -> list[tuple[Waiting, str]]:
    """The requests, each with what it asks for: `Gate 2 to 3`, `Hold`."""
    return [(asked, _asks_for(asked)) for asked in page.waiting]


def _asks_for(asked: Waiting) -> str:
    if asked.kind == RequestKind.ADVANCE:
        return f"Gate {asked.from_doi} to {asked.to_doi}"
    return str(asked.kind.label)


def waiting_words(page: Cockpit) -> str:
    """`6 of 9 requests, the oldest first.`"""
    words = ngettext("%s request", "%s requests", page.waiting_count)
    return _shown_of(len(page.waiting), page.waiting_count, words)


def _shown_of(shown: int, count: int, words: str) -> str:
    counted = words % (f"more than {number(MOST_COUNTED)}" if count > MOST_COUNTED else number(count))
    return f"{shown} of {counted}, the oldest first." if count > shown else f"{counted}."


def contents(page: Cockpit) -> str:
    """`Portfolio of 4 programs, 8 projects, 12 packages and 40 measures.`"""
    nodes = [words % page.below[level] for level, words in _NODES.items() if page.below.get(level)]
    return f"{page.node.kind} of {listed([*nodes, measures_in_words(page.sums.measures)])}."
