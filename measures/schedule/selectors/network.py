"""What waits for what: dependencies, what they can be linked to, and a slip before it is saved (domain section 8)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Upper
from django.http import Http404

from cat4.accounts.actor import Actor
from cat4.matching import matches
from cat4.wording import listed
from measures.constants import DependencyKind, Lifecycle
from measures.core.selectors.measures import measure_to_change, visible_measures, visible_part
from measures.facts.calendar import calendar
from measures.facts.measures import facts_of
from measures.formulas.dates import expected_date
from measures.formulas.facts import MeasureFacts, MilestoneFacts, RateMissing
from measures.formulas.ripple import Hop, Move, QuarterMoney, quarters_moved
from measures.models import Dependency, Measure, Milestone

from .affected import Stretch, pin_of, stretch_from
from .moved_money import MoneyMoved, money_moved
from .ripples import HopView, MeasureName, name_for_reader, names_of

MOST_PICKABLE = 30


@dataclass(frozen=True, slots=True)
class GateMove:
    """A planned gate date that can't be kept: the gate would come at `after_on` at the earliest."""

    measure: MeasureName
    doi: int
    planned_on: date
    before_on: date
    after_on: date
    days: int


@dataclass(frozen=True, slots=True)
class RipplePreview:
    """Everything that a slip would cause. Nothing of it is written.

    `owners` are the people who would have to answer; `warnings` what the pass left out or took as it is.
    """

    milestone: Milestone
    before_on: date
    after_on: date
    days: int
    hops: tuple[HopView, ...]
    measures: tuple[MeasureName, ...]
    owners: tuple[str, ...]
    gates: tuple[GateMove, ...]
    money: MoneyMoved
    warnings: tuple[str, ...]

    @property
    def moved(self) -> tuple[HopView, ...]:
        """The milestones that would really move."""
        return tuple(hop for hop in self.hops if hop.days)

    @property
    def measure_ids(self) -> set[UUID]:
        """The milestone's own measure, and every one that the path touches."""
        return {self.milestone.measure_id, *(hop.measure.id for hop in self.hops)}

    @property
    def visible_gates(self) -> tuple[GateMove, ...]:
        """Those whose planned dates are the reader's to see."""
        return tuple(gate for gate in self.gates if gate.measure.is_visible)


def preview_slip(actor: Actor, milestone_id: UUID, *, forecast_on: date) -> RipplePreview:
    """What moving the owner's forecast to this day would cause; the same pass as when it is saved.

    Raises:
        Http404: none of that id, or of a measure that the person may not see.
    """
    milestone = visible_part(actor, Milestone, milestone_id)
    now = stretch_from([milestone.pk])
    before = pin_of(now.rows[milestone.pk], now.today)
    then = now.forecast(milestone.pk, forecast_on)
    move = then.move(milestone.pk, before) if milestone.actual_on is None else _still(milestone, before.on)
    return _preview(actor, milestone, then, move)


def _still(milestone: Milestone, on: date) -> Move:
    """A milestone that is done moves no more."""
    return Move(milestone.pk, on, on, 0, (), {})


def _preview(actor: Actor, milestone: Milestone, stretch: Stretch, move: Move) -> RipplePreview:
    ids = {hop.id for hop in move.hops} | {hop.via.predecessor for hop in move.hops}
    found = Milestone.objects.filter(pk__in=ids).select_related("measure__owner")
    named = {named_milestone.pk: named_milestone for named_milestone in found} | {milestone.pk: milestone}
    names = names_of(actor, [named_milestone.measure for named_milestone in named.values()])
    hops = tuple(_hop(hop, named, names) for hop in move.hops)
    moved = {hop.measure.id: hop.measure for hop in hops if hop.days and hop.measure.id != milestone.measure_id}
    before, after = dates_by_measure(
        milestone, move, {key: named_milestone.measure_id for key, named_milestone in named.items()}
    )
    facts = facts_of(list(before))
    money, missing = _money(facts, before, after)
    later = {hop.measure.id: hop.measure for hop in hops if hop.days > 0}
    owners = {measure.owner for key, measure in later.items() if key != milestone.measure_id and measure.owner}
    return RipplePreview(
        milestone=milestone,
        before_on=move.before_on,
        after_on=move.after_on,
        days=move.days,
        hops=hops,
        measures=tuple(sorted(moved.values(), key=lambda measure: measure.code)),
        owners=tuple(sorted(owners)),
        gates=tuple(_gates(facts, names, before, after, stretch)),
        money=money_moved({key: quarters for key, quarters in money.items() if names[key].is_visible}),
        warnings=(*warnings_of(actor, stretch), *missing),
    )


def _hop(hop: Hop, named: Mapping[UUID, Milestone], names: Mapping[UUID, MeasureName]) -> HopView:
    milestone = named[hop.id]
    return HopView(
        milestone_id=hop.id,
        milestone=name_for_reader(milestone, names),
        measure=names[milestone.measure_id],
        came_from=name_for_reader(named[hop.via.predecessor], names),
        via_kind=hop.via.kind,
        via_lag_days=hop.via.lag,
        before_on=hop.before_on,
        after_on=hop.after_on,
        days=hop.days,
        slack_used_days=hop.slack_used,
    )


Dates = dict[UUID, dict[UUID, date]]


def dates_by_measure(milestone: Milestone, move: Move, measures: Mapping[UUID, UUID]) -> tuple[Dates, Dates]:
    """The dates before and after, by measure and milestone, of all that moves; the trigger included."""
    before: Dates = defaultdict(dict)
    after: Dates = defaultdict(dict)
    before[milestone.measure_id][milestone.pk] = move.before_on
    after[milestone.measure_id][milestone.pk] = move.after_on
    for hop in move.hops:
        if hop.days:
            before[measures[hop.id]][hop.id], after[measures[hop.id]][hop.id] = hop.before_on, hop.after_on
    return before, after


def _money(
    facts: Mapping[UUID, MeasureFacts], before: Dates, after: Dates
) -> tuple[dict[UUID, tuple[QuarterMoney, ...]], list[str]]:
    moved, missing = {}, []
    for measure_id, measure in facts.items():
        try:
            moved[measure_id] = quarters_moved(measure, before[measure_id], after[measure_id])
        except RateMissing as error:
            missing.append(str(error))
    return moved, sorted(set(missing))


def _gates(
    facts: Mapping[UUID, MeasureFacts], names: Mapping[UUID, MeasureName], before: Dates, after: Dates, stretch: Stretch
) -> Iterable[GateMove]:
    """DoI 4 waits for the last critical milestone, DoI 5 comes no earlier than DoI 4."""
    for measure_id, measure in facts.items():
        was, now = (
            _last_critical(measure, before[measure_id], stretch.today),
            _last_critical(measure, after[measure_id], stretch.today),
        )
        for doi, planned in ((4, measure.implement_by), (5, measure.close_by)):
            if planned is None or was is None or now is None or measure.doi >= doi:
                continue
            old, new = max(planned, was), max(planned, now)
            if new > old and measure_id in names:
                days = stretch.calendar.between(old, new)
                yield GateMove(names[measure_id], doi, planned, old, new, days)


def _last_critical(facts: MeasureFacts, dates: Mapping[UUID, date], today: date) -> date | None:
    def expected(milestone: MilestoneFacts) -> date:
        known = dates.get(milestone.id) if milestone.id else None
        return known or milestone.expected_on(today)

    return max((expected(milestone) for milestone in facts.milestones if milestone.is_critical), default=None)


def warnings_of(actor: Actor, stretch: Stretch) -> list[str]:
    """What milestones of the part wait for although it rests, or no longer because it will not come."""
    doubtful = {
        link.predecessor: row.lifecycle
        for link in stretch.links
        if (row := stretch.rows.get(link.predecessor) or stretch.before.get(link.predecessor))
        and row.actual_on is None
        and row.lifecycle != Lifecycle.ACTIVE
    }
    if not doubtful:
        return []
    sentences = []
    rows = Milestone.objects.filter(pk__in=list(doubtful)).select_related("measure__owner").order_by("measure__code")
    names = names_of(actor, [milestone.measure for milestone in rows])
    for milestone in rows:
        what = f"{name_for_reader(milestone, names) or 'A milestone'} of {names[milestone.measure_id]}"
        if doubtful[milestone.pk] == Lifecycle.ON_HOLD:
            sentences.append(f"{what} is on hold: it counts with its dates, which nobody works towards.")
        else:
            state = Lifecycle(doubtful[milestone.pk]).label.lower()
            sentences.append(f"{what} is {state} and will not come: nothing waits for it any more.")
    return sentences


@dataclass(frozen=True, slots=True)
class DependencyView:
    """A dependency from the side of one measure: the other milestone with no more than everybody may know."""

    id: UUID
    mine: str
    mine_id: UUID
    other: str
    other_id: UUID
    other_on: date
    measure: MeasureName
    kind: DependencyKind
    lag_days: int
    note: str
    version: int
    is_done: bool
    warning: str


@dataclass(frozen=True, slots=True)
class Dependencies:
    """What a measure's milestones wait for, and what waits for them."""

    waits_for: tuple[DependencyView, ...]
    waited_for_by: tuple[DependencyView, ...]


def dependencies_of(actor: Actor, measure: Measure) -> Dependencies:
    """Both directions, in the order of the measure's milestones; links inside the measure stand in the first."""
    related = ("predecessor__measure__owner", "successor__measure__owner")
    found = Dependency.objects.select_related(*related).filter(
        Q(successor__measure=measure) | Q(predecessor__measure=measure)
    )
    rows = list(found)
    names = names_of(actor, [linked for row in rows for linked in (row.predecessor.measure, row.successor.measure)])
    today = calendar().today
    into = [row for row in rows if row.successor.measure_id == measure.pk]
    out = [row for row in rows if row.successor.measure_id != measure.pk]
    into.sort(key=lambda row: (row.successor.position, row.predecessor.forecast_on))
    out.sort(key=lambda row: (row.predecessor.position, row.successor.forecast_on))
    return Dependencies(
        tuple(_dependency(row, row.successor, row.predecessor, names, today) for row in into),
        tuple(_dependency(row, row.predecessor, row.successor, names, today) for row in out),
    )


def _dependency(
    row: Dependency, mine: Milestone, other: Milestone, names: Mapping[UUID, MeasureName], today: date
) -> DependencyView:
    return DependencyView(
        id=row.pk,
        mine=mine.name,
        mine_id=mine.pk,
        other=other.name,
        other_id=other.pk,
        other_on=expected_date(other, today),
        measure=names[other.measure_id],
        kind=DependencyKind(row.kind),
        lag_days=row.lag_days,
        note=row.note,
        version=row.version,
        is_done=other.actual_on is not None,
        warning=_standing(other),
    )


def _standing(milestone: Milestone) -> str:
    if milestone.actual_on is not None or milestone.measure.lifecycle == Lifecycle.ACTIVE:
        return ""
    return str(Lifecycle(milestone.measure.lifecycle).label)


@dataclass(frozen=True, slots=True)
class PickableMilestone:
    """What is shown of a milestone that somebody may wait for: no more than this, of a hidden measure only its code."""

    id: UUID
    name: str
    measure: str
    expected_on: date


def pickable_milestones(
    actor: Actor, q: str = "", *, without: Milestone | None = None, most: int = MOST_PICKABLE
) -> list[PickableMilestone]:
    """Milestones of any open measure whose names hold every word of `q`, in the order of their measures.

    One of a measure that the person may not see is found by whoever types the measure's whole code, and takes part
    in a measure: who plans knows the code from whom they wait for, and nobody lists what they may not see.
    """
    seen = Q(measure__in=visible_measures(actor).values("pk"))
    takes_part = visible_measures(actor).exists()
    found = Milestone.objects.filter(
        organization_id=actor.organization_id, measure__lifecycle__in=(Lifecycle.ACTIVE, Lifecycle.ON_HOLD)
    )
    codes = [word.upper() for word in q.split()] if takes_part else []
    found = found.alias(code_in_capitals=Upper("measure__code")).filter(seen | Q(code_in_capitals__in=codes))
    for word in q.split():
        named = matches(word, "name", "measure__code") | (seen & matches(word, "measure__name"))
        found = found.filter(named)
    if without is not None:
        found = found.exclude(pk=without.pk)
    today = calendar().today
    order = ("measure__code", "position", "baseline_on", "id")
    rows = list(found.select_related("measure__owner").order_by(*order)[:most])
    names = names_of(actor, [row.measure for row in rows])
    return [PickableMilestone(row.pk, row.name, str(names[row.measure_id]), expected_date(row, today)) for row in rows]


def visible_dependency(actor: Actor, dependency_id: UUID) -> Dependency:
    """A dependency of a milestone that the person may see, on either side.

    Raises:
        Http404: none of that id here, or of measures that the person may not see.
    """
    seen = visible_measures(actor).values("pk")
    found = Dependency.objects.filter(Q(successor__measure__in=seen) | Q(predecessor__measure__in=seen))
    dependency = found.filter(pk=dependency_id).first()
    if dependency is None:
        raise Http404("There is no such dependency.")
    return dependency


def dependency_to_change(actor: Actor, dependency_id: UUID) -> Dependency:
    """A dependency with its successor's measure locked.

    Raises:
        Http404: none of that id here, or of a measure that the person may not see.
    """
    found = Dependency.objects.select_related("predecessor__measure", "successor").filter(pk=dependency_id).first()
    if found is None:
        raise Http404("There is no such dependency.")
    found.successor.measure = measure_to_change(actor, found.successor.measure_id)
    return found


def names_along(way: Iterable[UUID]) -> str:
    """`Signed (M-1), Delivered (M-2) and Live (M-3)`: the milestones of a path, in order."""
    keys = list(way)
    found = {milestone.pk: milestone for milestone in Milestone.objects.filter(pk__in=keys).select_related("measure")}
    return listed(f"{found[key].name} ({found[key].measure.code})" for key in keys if key in found)
