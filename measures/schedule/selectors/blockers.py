"""Blockers: upstream milestones of other measures that move mine (domain section 8)."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from cat4.accounts.actor import Actor
from hierarchy.calendar.selectors.calendar import work_calendar
from hierarchy.organization.selectors import organization_settings
from measures.constants import Lifecycle
from measures.core.selectors.mine import held_by
from measures.facts.calendar import calendar
from measures.formulas.dates import expected_date, own_date
from measures.formulas.freshness import is_stale
from measures.formulas.network import Link, Network, Pass
from measures.models import Measure, Milestone

from . import network_reads
from .affected import Stretch
from .ripples import MeasureName, names_of


@dataclass(frozen=True, slots=True)
class Pushed:
    """A milestone of mine that a blocker moves by `days` beyond its own date."""

    milestone_id: UUID
    milestone: str
    measure: MeasureName
    own_on: date
    pushed_to: date
    days: int


@dataclass(frozen=True, slots=True)
class Blocker:
    """An upstream milestone with its forecast, its owner and how fresh it is, and nothing else of its measure.

    `stands_behind` counts the steps to mine: 1 is a direct predecessor.
    """

    milestone_id: UUID
    milestone: str
    measure: MeasureName
    forecast_on: date
    expected_on: date
    confirmed_on: date | None
    is_stale: bool
    is_overdue: bool
    is_on_hold: bool
    stands_behind: int
    moves: tuple[Pushed, ...]


def blockers_of(actor: Actor, measure: Measure | None = None) -> list[Blocker]:
    """What moves the open milestones of the person's own measures, the one that moves most first.

    Followed is what really pushes: from each of mine that lies behind its own date, along the links that bind,
    through measures that the person may not see. With a measure: what moves that one's.
    """
    mine = Milestone.objects.filter(
        organization_id=actor.organization_id,
        actual_on__isnull=True,
        measure__lifecycle__in=(Lifecycle.ACTIVE, Lifecycle.ON_HOLD),
    )
    mine = mine.filter(measure=measure) if measure else mine.filter(held_by(actor, "owner", to="measure__"))
    pushed = {
        milestone.pk: milestone for milestone in mine.filter(computed_on__isnull=False).select_related("measure__owner")
    }
    if not pushed:
        return []
    today = calendar().today
    rows = network_reads.upstream(list(pushed))
    stretch = Stretch(rows, {}, network_reads.links_into(rows), today, work_calendar())
    network = stretch.network()
    found = network.finishes()
    moves: dict[UUID, dict[UUID, tuple[int, int]]] = defaultdict(dict)
    own = {milestone.measure_id for milestone in pushed.values()}
    for key in pushed:
        days = found.finish.get(key, 0) - network.own.get(key, 0)
        for upstream_id, steps in _binding(network, found, key):
            if rows[upstream_id].measure_id not in own and rows[upstream_id].actual_on is None:
                moves[upstream_id][key] = (days, steps)
    return _blockers(actor, moves, pushed, stretch, network.dates())


def _binding(network: Network, found: Pass, first: UUID) -> Iterator[tuple[UUID, int]]:
    """The milestones that hold one where it is, directly or through others, and how many steps away."""
    steps = {first: 0}
    queue = [first]
    for key in queue:
        if key not in network.nodes or found.finish[key] <= network.own[key]:
            continue
        for link in network.into.get(key, ()):
            if _binds(network, found, link) and link.predecessor not in steps:
                steps[link.predecessor] = steps[key] + 1
                queue.append(link.predecessor)
                yield link.predecessor, steps[link.predecessor]


def _binds(network: Network, found: Pass, link: Link) -> bool:
    return found.bound(link, network.nodes[link.successor].duration) == found.finish[link.successor]


def _blockers(
    actor: Actor,
    moves: dict[UUID, dict[UUID, tuple[int, int]]],
    pushed: dict[UUID, Milestone],
    stretch: Stretch,
    dates: dict[UUID, date],
) -> list[Blocker]:
    upstream = Milestone.objects.filter(pk__in=list(moves)).select_related("measure__owner")
    rows = {milestone.pk: milestone for milestone in upstream}
    names = names_of(actor, [row.measure for row in (*rows.values(), *pushed.values())])
    settings = organization_settings()
    zone, stale_after = ZoneInfo(settings.organization.time_zone), settings.thresholds.stale_after_days
    found = []
    for key, milestone in rows.items():
        told = [at for at in (milestone.forecast_changed_at, milestone.measure.forecast_confirmed_at) if at]
        confirmed = max(told).astimezone(zone).date() if told else None
        found.append(
            Blocker(
                milestone_id=key,
                milestone=milestone.name,
                measure=names[milestone.measure_id],
                forecast_on=milestone.forecast_on,
                expected_on=expected_date(milestone, stretch.today),
                confirmed_on=confirmed,
                is_stale=is_stale(confirmed, stretch.today, stale_after),
                is_overdue=milestone.forecast_on < stretch.today,
                is_on_hold=milestone.measure.lifecycle == Lifecycle.ON_HOLD,
                stands_behind=min(steps for _, steps in moves[key].values()),
                moves=tuple(
                    _pushed(pushed[mine], names, dates[mine], days, stretch.today)
                    for mine, (days, _) in moves[key].items()
                ),
            )
        )
    return sorted(
        found, key=lambda blocker: (-max(move.days for move in blocker.moves), blocker.stands_behind, blocker.milestone)
    )


def _pushed(milestone: Milestone, names: dict[UUID, MeasureName], to: date, days: int, today: date) -> Pushed:
    own = own_date(milestone, today)
    return Pushed(milestone.pk, milestone.name, names[milestone.measure_id], own, to, days)
