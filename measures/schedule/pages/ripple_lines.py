"""What a slip causes, as pages show it: one sentence, a line per measure, the path, and money by period.

Of a measure that the reader may not see, its code and its owner are shown, and how far its dates move: neither
its name, nor its milestones' names, nor its money (domain section 8).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.urls import reverse
from django.utils.translation import ngettext

from cat4.fiscal import fiscal_year, fiscal_year_bounds
from cat4.web import bars, charts, formats
from cat4.wording import counted
from measures.constants import DependencyKind
from measures.facts.calendar import Calendar

from ..selectors.moved_money import MoneyMoved, PartMoved
from ..selectors.network import GateMove, RipplePreview
from ..selectors.ripples import HopView, MeasureName, RippleView
from .drawing import terms

MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class MovedDate:
    """A milestone of an affected measure: `M5 +30 days`, and from when to when, or what took the move up."""

    said: str
    note: str


@dataclass(frozen=True, slots=True)
class AffectedLine:
    """A measure of the table; `amount` is empty where its money isn't the reader's to see."""

    name: str
    href: str
    sub: str
    dates: tuple[MovedDate, ...]
    gates: tuple[MovedDate, ...]
    amount: Decimal | None
    is_hidden: bool


@dataclass(frozen=True, slots=True)
class Cause:
    """The head of the ripple component."""

    title: str
    href: str
    tag: str
    tag_kind: str
    status: str = ""


@dataclass(frozen=True, slots=True)
class Effect:
    """A line of the ripple component."""

    title: str
    href: str
    shift: str
    amount: str
    is_loss: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class Horizon:
    """Until when moved money is summed: the end of the next fiscal year. What comes back later is no consolation."""

    fiscal_year: int
    last_month: date

    def of(self, part: PartMoved, money: MoneyMoved) -> Decimal:
        """The sum of a part's quarters until then."""
        pairs = zip(money.quarters, part.amounts, strict=True)
        return sum((amount for (year, _), amount in pairs if year <= self.fiscal_year), Decimal(0))


def horizon(window: Calendar) -> Horizon:
    """Of the organization, today."""
    year = fiscal_year(window.current_month, window.fiscal_year_start) + 1
    return Horizon(year, fiscal_year_bounds(year, window.fiscal_year_start)[1])


def sentence(preview: RipplePreview, until: Horizon, currency: str) -> tuple[str, str]:
    """`3 measures move, 2 gates move, EUR 0.75m comes later or is lost.`, and how many take the slip up."""
    moving = {hop.measure.id for hop in preview.moved}
    absorbing = {hop.measure.id for hop in preview.hops} - moving
    parts = [_moves(len(moving), "measure"), _moves(len(preview.gates), "gate")]
    total = until.of(preview.money.total, preview.money)
    said = f"{', '.join(parts)}, {_money_in_words(total, currency)}."
    if not absorbing:
        return said, ""
    absorbed = ngettext("One measure absorbs the slip.", "%(count)d measures absorb the slip.", len(absorbing))
    return said, absorbed % {"count": len(absorbing)}


def _moves(number: int, noun: str) -> str:
    return f"{counted(number, noun) if number else f'no {noun}'} {'moves' if number <= 1 else 'move'}"


def _money_in_words(total: Decimal, currency: str) -> str:
    if not total:
        return "no money moves"
    amount = f"{currency} {formats.number(abs(total) / MILLION, 2)}m"
    return f"{amount} comes later or is lost" if total < 0 else f"{amount} comes earlier or in addition"


def affected(preview: RipplePreview, numbers: Mapping[UUID, str], until: Horizon) -> list[AffectedLine]:
    """A line per measure that moves or takes the slip up, the milestone's own measure first."""
    amounts = {part.id: until.of(part, preview.money) for part in preview.money.by_measure}
    gates: dict[UUID, list[GateMove]] = defaultdict(list)
    for gate in preview.gates:
        gates[gate.measure.id].append(gate)
    hops: dict[UUID, list[HopView]] = defaultdict(list)
    names: dict[UUID, MeasureName] = {}
    for hop in preview.hops:
        hops[hop.measure.id].append(hop)
        names[hop.measure.id] = hop.measure
    own = preview.milestone.measure_id
    order = sorted(names, key=lambda key: (key != own, names[key].code))
    lines = [
        _line(names[key], [_moved(hop, numbers) for hop in hops[key]], gates[key], amounts.get(key)) for key in order
    ]
    if own not in names:
        measure = preview.milestone.measure
        name = MeasureName(own, measure.code, measure.name, measure.owner.name if measure.owner else "", True)
        lines.insert(0, _line(name, [], gates[own], amounts.get(own)))
    return lines


def _line(
    measure: MeasureName, dates: Sequence[MovedDate], gates: Iterable[GateMove], amount: Decimal | None
) -> AffectedLine:
    owner = measure.owner or "No owner yet"
    seen = measure.is_visible
    return AffectedLine(
        name=measure.name if seen else measure.code,
        href=reverse("measures:milestones", args=[measure.id]) if seen else "",
        sub=f"{measure.code} · {owner}" if seen else owner,
        dates=tuple(dates),
        gates=tuple(MovedDate(f"Gate {gate.doi}", _span(gate.before_on, gate.after_on)) for gate in gates if seen),
        amount=(amount or Decimal(0)) if seen else None,
        is_hidden=not seen,
    )


def _moved(hop: HopView, numbers: Mapping[UUID, str]) -> MovedDate:
    said = f"{_short(hop, numbers)} {formats.days(hop.days)}"
    if not hop.measure.is_visible:
        return MovedDate(said, "")
    if not hop.days:
        return MovedDate(_short(hop, numbers), f"Absorbed by {counted(hop.slack_used_days, 'day')} of slack")
    note = _span(hop.before_on, hop.after_on)
    return MovedDate(
        said, f"{note}, {counted(hop.slack_used_days, 'day')} of slack used" if hop.slack_used_days else note
    )


def _short(hop: HopView, numbers: Mapping[UUID, str]) -> str:
    number = numbers.get(hop.milestone_id, "M")
    return f"{number} {hop.milestone}" if hop.measure.is_visible else number


def _span(first: object, then: object) -> str:
    return f"{formats.day(first)} to {formats.day(then)}"  # type: ignore[arg-type]  # dates of hops and gates


def effects(hops: Iterable[HopView], money: MoneyMoved, numbers: Mapping[UUID, str], until: Horizon) -> list[Effect]:
    """The path in order; a measure's money stands at its first milestone that moves."""
    amounts = {part.id: until.of(part, money) for part in money.by_measure}
    lines = []
    for hop in hops:
        measure, amount = hop.measure, Decimal(0)
        if hop.days and measure.is_visible:
            amount = amounts.pop(measure.id, Decimal(0))
        shown = f"{measure.code} {measure.name}" if measure.is_visible else f"{measure.code}, {measure.owner}"
        lines.append(
            Effect(
                title=f"{shown}, {_short(hop, numbers)}",
                href=reverse("measures:milestones", args=[measure.id]) if measure.is_visible else "",
                shift=formats.days(hop.days),
                amount=formats.signed(amount / 1000) if amount else "",
                is_loss=amount < 0,
                note=f"{counted(hop.slack_used_days, 'day')} of slack used" if hop.slack_used_days else "",
            )
        )
    return lines


def cause_of(view: RippleView, number: str) -> Cause:
    """What set a ripple off, at the head of its path."""
    measure, ripple = view.measure, view.ripple
    seen = measure.is_visible
    return Cause(
        title=f"{measure.name}, {number} {view.trigger}" if seen else f"{measure.code} {number}, {measure.owner}",
        href=reverse("measures:milestones", args=[measure.id]) if seen else "",
        tag=f"{formats.days(ripple.days)}, now {formats.day(ripple.after_on)}",
        tag_kind="r" if ripple.days > 0 else "g",
    )


def path_rows(hops: Iterable[HopView], numbers: Mapping[UUID, str]) -> list[tuple[str, str, HopView]]:
    """The path as a table: the milestone, what it waits for with the terms of the dependency, and the hop."""
    rows = []
    for hop in hops:
        measure = hop.measure
        source = terms(DependencyKind(hop.via_kind), hop.via_lag_days).removeprefix(", ") if hop.via_kind else ""
        rows.append((f"{measure.code} {_short(hop, numbers)}", source or "finish to start", hop))
    return rows


def quarter_shifts(money: MoneyMoved, currency: str) -> tuple[bars.Shift, ...]:
    """Bars by fiscal quarter, in thousands."""
    named = [f"Q{quarter} {year}" for year, quarter in money.quarters]
    moves = list(zip(named, money.total.amounts, strict=True))
    return bars.shifts([(name, amount) for name, amount in moves if amount], charts.thousands(currency))


@dataclass(frozen=True, slots=True)
class PartLine:
    """A business unit or a legal entity with its moved money."""

    name: str
    amount: Decimal


def parts(found: Sequence[PartMoved], money: MoneyMoved, until: Horizon) -> list[PartLine]:
    """The parts with what moves until the horizon."""
    return [PartLine(part.name, until.of(part, money)) for part in found]


def stored_sentence(view: RippleView) -> str:
    """`3 milestones of 2 measures move. One measure absorbs it.`"""
    moving = {hop.measure.id for hop in view.moved}
    absorbing = {hop.measure.id for hop in view.hops} - moving
    if moving:
        verb = "moves" if len(view.moved) == 1 else "move"
        said = f"{counted(len(view.moved), 'milestone')} of {counted(len(moving), 'measure')} {verb}."
    else:
        said = "No other milestone moves."
    if not absorbing:
        return said
    absorbed = ngettext("One measure absorbs it.", "%(count)d measures absorb it.", len(absorbing))
    return f"{said} {absorbed % {'count': len(absorbing)}}"
