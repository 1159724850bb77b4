"""The roadmap: measures in work, their milestones in a stretch of time, and what waits for what (domain section 8)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Greatest, Least

from cat4.accounts.actor import Actor
from hierarchy.calendar.selectors.calendar import work_calendar
from hierarchy.calendar.workdays import WorkCalendar
from hierarchy.constants import Level
from hierarchy.models import Node
from measures.constants import DependencyKind, Lifecycle, StatusKind
from measures.core.selectors.measures import visible_measures
from measures.core.selectors.numbering import milestone_numbers
from measures.formulas.dates import expected_date, pushed_to
from measures.models import Dependency, Measure, Milestone
from measures.status.selectors.statuses import status_map

MOST_ROWS = 120
IN_WORK = (Lifecycle.ACTIVE, Lifecycle.ON_HOLD)


class State(StrEnum):
    """What is true of a date; the worst of what applies."""

    DONE = "done"
    LATE = "late"
    MOVED = "moved"
    PLAN = "plan"


@dataclass(frozen=True, slots=True)
class Dated:
    """A milestone as it is expected today; `days` are working days against the baseline, positive is later."""

    id: UUID
    number: str
    name: str
    baseline_on: date
    expected_on: date
    days: int
    state: State


@dataclass(frozen=True, slots=True)
class RoadmapRow:
    """A measure with its statuses and milestones, from the first date to the last."""

    id: UUID
    code: str
    name: str
    owner: str
    implementation: str
    potential: str
    milestones: tuple[Dated, ...]
    start_on: date
    end_on: date
    done_until: date | None


@dataclass(frozen=True, slots=True)
class RoadmapLink:
    """An arrow: the successor waits for the predecessor, and is pushed by it when hot."""

    predecessor_id: UUID
    successor_id: UUID
    kind: DependencyKind
    lag_days: int
    is_hot: bool


@dataclass(frozen=True, slots=True)
class Roadmap:
    """Rows by the program in which they lie, and the links between what is shown."""

    groups: tuple[tuple[str, tuple[RoadmapRow, ...]], ...]
    links: tuple[RoadmapLink, ...]
    total: int
    links_beyond: int
    without_dates: int

    @property
    def rows(self) -> tuple[RoadmapRow, ...]:
        return tuple(row for _, rows in self.groups for row in rows)


def state_of(milestone: Milestone, today: date, days: int) -> State:
    """Moved when what it waits for pushes it beyond its own forecast; late by that forecast, or overdue, otherwise."""
    if milestone.actual_on:
        return State.DONE
    pushed_on = pushed_to(milestone)
    if pushed_on and pushed_on > max(milestone.baseline_on, today):
        return State.MOVED
    return State.LATE if days > 0 else State.PLAN


def roadmap(
    actor: Actor,
    *,
    node: Node | None,
    first: date,
    last: date,
    today: date,
    only_slips: bool = False,
    page: int = 1,
) -> Roadmap:
    """Up to `MOST_ROWS` measures that have a date between `first` and `last`, in the order of the tree.

    The number of queries doesn't grow with the rows.
    """
    measures = visible_measures(actor).filter(lifecycle__in=IN_WORK)
    if node is not None:
        measures = measures.filter(package__path__contains=[node.pk])
    dated = measures.filter(Exists(_within(first, last, today)))
    if only_slips:
        dated = dated.filter(Exists(_slipping(today)))
    names, order = _packages()
    found = sorted(dated.order_by().values_list("pk", "package_id", "code"), key=lambda row: (order[row[1]], row[2]))
    shown = [pk for pk, _, _ in found[(page - 1) * MOST_ROWS : page * MOST_ROWS]]
    rows = _rows(shown, today)
    links, beyond = _links(rows)
    return Roadmap(
        groups=_grouped(rows, {pk: names[package] for pk, package, _ in found}),
        links=links,
        total=len(found),
        links_beyond=beyond,
        without_dates=measures.filter(milestones__isnull=True).count(),
    )


def _expected(today: date) -> Coalesce:
    """`expected_date` in SQL; the database's GREATEST passes over NULL."""
    return Coalesce("actual_on", Greatest("forecast_on", "computed_on", Value(today)))


def _within(first: date, last: date, today: date) -> QuerySet[Milestone]:
    """Milestones that reach, from baseline to expected date, between two days."""
    expected = _expected(today)
    dates = Milestone.objects.filter(measure=OuterRef("pk")).annotate(
        earliest=Least("baseline_on", expected), latest=Greatest("baseline_on", expected)
    )
    return dates.filter(earliest__lte=last, latest__gte=first)


def _slipping(today: date) -> QuerySet[Milestone]:
    """Open milestones that are expected later than promised."""
    still = Milestone.objects.filter(measure=OuterRef("pk"), actual_on__isnull=True)
    return still.annotate(expected=_expected(today)).filter(expected__gt=F("baseline_on"))


def _packages() -> tuple[dict[UUID, str], dict[UUID, tuple[tuple[int, str], ...]]]:
    """By package: the words of its portfolio and program, and its place in the tree."""
    nodes = {node.pk: node for node in Node.objects.only("pk", "path", "level", "name", "position")}
    packages = [node for node in nodes.values() if node.level == Level.PACKAGE]
    several = sum(node.level == Level.PORTFOLIO for node in nodes.values()) > 1
    names, order = {}, {}
    for package in packages:
        above = [nodes[pk] for pk in package.path]
        shown = above[Level.PORTFOLIO : Level.PROGRAM + 1] if several else above[Level.PROGRAM : Level.PROGRAM + 1]
        names[package.pk] = " › ".join(node.name for node in shown)
        order[package.pk] = tuple((node.position, f"{node.name.casefold()} {node.pk}") for node in above)
    return names, order


def _rows(ids: Sequence[UUID], today: date) -> dict[UUID, RoadmapRow]:
    measures = Measure.objects.filter(pk__in=ids).select_related("owner").in_bulk(ids)
    statuses, numbers, calendar = status_map(ids), milestone_numbers(ids), work_calendar()
    milestones: dict[UUID, list[Milestone]] = defaultdict(list)
    for milestone in Milestone.objects.filter(measure__in=ids):
        milestones[milestone.measure_id].append(milestone)
    rows = {}
    for pk in ids:
        measure, parts = measures[pk], milestones[pk]
        dated = tuple(_dated(part, numbers[part.pk], today, calendar) for part in parts)
        rows[pk] = RoadmapRow(
            id=pk,
            code=measure.code,
            name=measure.name,
            owner=measure.owner.name if measure.owner else "",
            implementation=statuses[pk][StatusKind.IMPLEMENTATION].shown,
            potential=statuses[pk][StatusKind.POTENTIAL].shown,
            milestones=dated,
            start_on=min(_started(part, calendar) for part in parts),
            end_on=max(max(dated_milestone.baseline_on, dated_milestone.expected_on) for dated_milestone in dated),
            done_until=max(
                (dated_milestone.expected_on for dated_milestone in dated if dated_milestone.state == State.DONE),
                default=None,
            ),
        )
    return rows


def _started(milestone: Milestone, calendar: WorkCalendar) -> date:
    """The day on which the work towards a milestone begins, as it was promised or as it is expected."""
    first = min(milestone.baseline_on, milestone.actual_on or milestone.forecast_on)
    return calendar.add(first, -milestone.duration_days)


def _dated(milestone: Milestone, number: str, today: date, calendar: WorkCalendar) -> Dated:
    expected = expected_date(milestone, today)
    days = calendar.between(milestone.baseline_on, expected)
    return Dated(
        id=milestone.pk,
        number=number,
        name=milestone.name,
        baseline_on=milestone.baseline_on,
        expected_on=expected,
        days=days,
        state=state_of(milestone, today, days),
    )


def _links(rows: dict[UUID, RoadmapRow]) -> tuple[tuple[RoadmapLink, ...], int]:
    """The links between shown measures, and how many lead to others."""
    touching = Dependency.objects.filter(Q(predecessor__measure__in=rows) | Q(successor__measure__in=rows))
    states = {milestone.id: milestone.state for row in rows.values() for milestone in row.milestones}
    shown, beyond = [], 0
    for link in touching:
        if link.predecessor_id not in states or link.successor_id not in states:
            beyond += 1
            continue
        hot = states[link.successor_id] == State.MOVED and states[link.predecessor_id] in {State.LATE, State.MOVED}
        kind = DependencyKind(link.kind)
        shown.append(RoadmapLink(link.predecessor_id, link.successor_id, kind, link.lag_days, hot))
    return tuple(shown), beyond


def _grouped(rows: dict[UUID, RoadmapRow], names: dict[UUID, str]) -> tuple[tuple[str, tuple[RoadmapRow, ...]], ...]:
    groups: dict[str, list[RoadmapRow]] = defaultdict(list)
    for pk, row in rows.items():
        groups[names[pk]].append(row)
    return tuple((name, tuple(found)) for name, found in groups.items())
