"""Geometry of a year by month: bars inside the outline of the plan, each part drawn as what it rests on.

As charts.py: from Decimals to SVG attributes, without drawing anything.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from .charts import Amount, Gridline, Mark, Scale, TableRow, Tick, Unit, clocked, coordinate, scale

ZERO = Decimal(0)
MONTH_HEAD = ("Plan", "Validated", "Reported", "Forecast", "Unconfirmed")
# How the parts of a month are drawn, in their order.
PART_CLASSES = ("b-act", "b-rep", "b-fc", "b-loose")


@dataclass(frozen=True)
class Month:
    """One month of a bar chart: its plan, and the parts of what it brings; they add up to the height of its bar.

    `reported` waits for its controller; `unconfirmed` rests on a stale forecast or on none.
    """

    label: str
    plan: Amount = None
    validated: Amount = None
    reported: Amount = None
    forecast: Amount = None
    unconfirmed: Amount = None

    @property
    def parts(self) -> tuple[Amount, ...]:
        """From firm to loose, as they stand on each other."""
        return self.validated, self.reported, self.forecast, self.unconfirmed

    @property
    def expected(self) -> Decimal:
        """What the month brings as far as known."""
        return sum((part for part in self.parts if part is not None), ZERO)


@dataclass(frozen=True)
class Bar:
    x: str
    y: str
    width: str
    height: str
    cls: str


@dataclass(frozen=True)
class BarChart:
    """Months as bars: plan outlined, inside it what the month brings, each part drawn as what it rests on.

    `clocks` stand above bars in which something waits for its controller.
    """

    sentence: str
    unit: str
    gridlines: tuple[Gridline, ...]
    ticks: tuple[Tick, ...]
    bars: tuple[Bar, ...]
    clocks: tuple[Mark, ...]
    head: tuple[str, ...]
    rows: tuple[TableRow, ...]


BAR_LEFT, BAR_RIGHT, BAR_TOP, BAR_BOTTOM = 36, 630, 24, 180


def bar_chart(title: str, months: Sequence[Month], unit: Unit) -> BarChart:
    """Effects per month; parts below zero hang from the zero line."""
    ends = [end for month in months for end in (month.plan, *_reach(month))]
    grid = scale(ends, BAR_TOP, BAR_BOTTOM)
    slot = Decimal(BAR_RIGHT - BAR_LEFT) / max(1, len(months))
    places = [(BAR_LEFT + slot * i + slot / 2, month) for i, month in enumerate(months)]
    outlines = [_bar(x, (ZERO, m.plan), slot * Decimal("0.62"), "b-plan", grid) for x, m in places if m.plan]
    stacks = [bar for x, month in places for bar in _stacked(x, month, slot * Decimal("0.37"), grid)]
    tops = [(x, grid.y(max(_reach(month)))) for x, month in places if month.reported]
    return BarChart(
        sentence=_bar_sentence(title, months, unit),
        unit=unit.name,
        gridlines=grid.gridlines(unit),
        ticks=tuple(Tick(coordinate(x), m.label, bool(i % 3)) for i, (x, m) in enumerate(places)),
        bars=(*outlines, *stacks),
        clocks=tuple(clocked(x, y + 3) for x, y in tops),
        head=MONTH_HEAD,
        rows=tuple(TableRow(m.label, tuple(unit.text(amount) for amount in (m.plan, *m.parts))) for m in months),
    )


def _reach(month: Month) -> tuple[Decimal, Decimal]:
    """How far down and up the parts of a month reach."""
    known = [part for part in month.parts if part is not None]
    return sum((part for part in known if part < 0), ZERO), sum((part for part in known if part > 0), ZERO)


def _stacked(x: Decimal, month: Month, width: Decimal, grid: Scale) -> Iterable[Bar]:
    """The parts on each other, those below zero downwards."""
    up = down = ZERO
    for part, cls in zip(month.parts, PART_CLASSES, strict=True):
        if part and part > 0:
            yield _bar(x, (up, up + part), width, cls, grid)
            up += part
        elif part:
            yield _bar(x, (down, down + part), width, cls, grid)
            down += part


def _bar(x: Decimal, ends: tuple[Decimal, Decimal], width: Decimal, cls: str, grid: Scale) -> Bar:
    first, last = sorted(grid.y(end) for end in ends)
    return Bar(coordinate(x - width / 2), coordinate(first), coordinate(width), coordinate(last - first), cls)


def _bar_sentence(title: str, months: Sequence[Month], unit: Unit) -> str:
    plan = sum((m.plan or ZERO for m in months), ZERO)
    expected = sum((m.expected for m in months), ZERO)
    difference = unit.signed(expected - plan)
    return f"{title}, {unit.name}. Plan {unit.text(plan)}, at completion {unit.text(expected)}, {difference}."
