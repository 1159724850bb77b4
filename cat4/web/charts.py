"""Geometry of the charts: from Decimals to SVG attributes, without drawing anything.

Pure functions over frozen dataclasses. Coordinates leave as text with a point, whatever the locale;
the words of a chart are written in the locale. Bars start at zero, a chart has at most five gridlines,
and its sentence states the finding. Rows of bars (waterfall, funnel) and the
small drawings of tables are in bars.py.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from cat4.web import formats

ZERO = Decimal(0)
MAX_GRIDLINES = 5
NICE_STEPS = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(3), Decimal(5))
LABEL_GAP = Decimal(18)  # height of a line of text: closer end labels would overlap

Amount = Decimal | None


@dataclass(frozen=True)
class Unit:
    """What amounts are shown in: `name` for the head, amounts divided by `divisor`, with `digits` decimals."""

    name: str
    divisor: int = 1
    digits: int = 0

    def text(self, amount: Amount) -> str:
        return formats.number(None if amount is None else amount / self.divisor, self.digits)

    def signed(self, amount: Amount) -> str:
        return formats.signed(None if amount is None else amount / self.divisor, self.digits)

    def is_negative(self, amount: Amount) -> bool:
        """Whether the amount is below zero as this unit writes it."""
        return formats.is_negative(self.text(amount))


def millions(currency: str) -> Unit:
    """Portfolio pages: EUR m with one decimal."""
    return Unit(f"{currency} m", 1_000_000, 1)


def thousands(currency: str) -> Unit:
    """Measure pages: kEUR without decimals."""
    return Unit(f"k{currency}", 1_000)


def coordinate(value: Decimal) -> str:
    """A coordinate with one decimal, always with a point."""
    return f"{formats.rounded_to(value, 1):f}"


def share(part: Decimal, whole: Decimal) -> str:
    """`part` of `whole` as a percentage with two decimals; 0 when there is no whole."""
    return f"{formats.rounded_to(part * 100 / whole if whole else ZERO, 2):f}"


# Scales ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Gridline:
    y: str
    text_y: str
    text: str


@dataclass(frozen=True)
class Scale:
    """Vertical scale: `low` at `bottom`, `high` at `top`, a line at every `step`."""

    low: Decimal
    high: Decimal
    step: Decimal
    top: Decimal
    bottom: Decimal

    def y(self, amount: Decimal) -> Decimal:
        return self.bottom - (amount - self.low) * (self.bottom - self.top) / (self.high - self.low)

    def gridlines(self, unit: Unit) -> tuple[Gridline, ...]:
        count = int((self.high - self.low) / self.step) + 1
        digits = 0 if self.step % unit.divisor == 0 else 1
        lines = []
        for amount in (self.low + index * self.step for index in range(count)):
            y = self.y(amount)
            lines.append(Gridline(coordinate(y), coordinate(y + 4), formats.number(amount / unit.divisor, digits)))
        return tuple(lines)


def scale(amounts: Iterable[Amount], top: int, bottom: int) -> Scale:
    """The tightest round scale that holds zero and all `amounts` with at most five gridlines."""
    known = [amount for amount in amounts if amount is not None] + [ZERO]
    low, high = min(known), max(known)
    if low == high:
        high = Decimal(1)
    step = _step(low, high)
    floor = (low / step).to_integral_value(ROUND_FLOOR) * step
    ceiling = (high / step).to_integral_value(ROUND_CEILING) * step
    return Scale(floor, ceiling, step, Decimal(top), Decimal(bottom))


def _step(low: Decimal, high: Decimal) -> Decimal:
    """The smallest round step that needs at most five lines from below `low` to above `high`."""
    magnitude = Decimal(10) ** (((high - low) / (MAX_GRIDLINES - 1)).adjusted())
    candidates = (step * power for power in (magnitude, magnitude * 10) for step in NICE_STEPS)
    return next(step for step in candidates if _lines(low, high, step) <= MAX_GRIDLINES)


def _lines(low: Decimal, high: Decimal, step: Decimal) -> int:
    return int((high / step).to_integral_value(ROUND_CEILING) - (low / step).to_integral_value(ROUND_FLOOR)) + 1


# Series: the shared rows behind lines and bars ----------------------------------------------------


@dataclass(frozen=True)
class Period:
    """One quarter of a curve; None where there is no figure. `unconfirmed` and `reported` are parts of the forecast."""

    label: str
    plan: Amount = None
    forecast: Amount = None
    actual: Amount = None
    href: str = ""
    unconfirmed: Amount = None
    reported: Amount = None


@dataclass(frozen=True)
class TableRow:
    label: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Tick:
    x: str
    text: str
    is_optional: bool


SERIES_HEAD = ("Plan", "Forecast", "Of it reported", "Actual")


def _rows(periods: Sequence[Period], unit: Unit) -> tuple[TableRow, ...]:
    return tuple(
        TableRow(p.label, tuple(unit.text(amount) for amount in (p.plan, p.forecast, p.reported or None, p.actual)))
        for p in periods
    )


def _last(periods: Sequence[Period], series: str) -> tuple[int, Decimal] | None:
    """Index and amount of the last period that has a figure in `series`."""
    known = [(index, getattr(p, series)) for index, p in enumerate(periods) if getattr(p, series) is not None]
    return known[-1] if known else None


# Line chart ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Mark:
    x: str
    y: str
    text: str = ""
    text_x: str = ""
    text_y: str = ""


@dataclass(frozen=True)
class LineChart:
    """Plan, forecast and actual over time. The band is what the forecast misses or gains against plan.

    `hatch` lies below the forecast line, as high as what nobody has confirmed of it. `reported` are the points of the
    forecast in which months are reported and wait for their controller.
    """

    sentence: str
    unit: str
    gridlines: tuple[Gridline, ...]
    ticks: tuple[Tick, ...]
    plan: str
    forecast: str
    actual: str
    band: str
    hatch: str
    reported: tuple[Mark, ...]
    now: Mark | None
    target: Mark | None
    plan_end: Mark | None
    forecast_end: Mark | None
    head: tuple[str, ...]
    rows: tuple[TableRow, ...]


CLOCK = Decimal(12)  # the side of a clock
LEFT, RIGHT, LINE_TOP, LINE_BOTTOM = 40, 580, 20, 224


def line_chart(title: str, periods: Sequence[Period], unit: Unit, *, target: Amount = None) -> LineChart:
    """Run-rate over time; the now line stands at the last period that has an actual."""
    amounts = [amount for p in periods for amount in (p.plan, p.forecast, p.actual)]
    grid = scale([*amounts, target], LINE_TOP, LINE_BOTTOM)
    xs = [Decimal(LEFT) + Decimal(RIGHT - LEFT) * i / max(1, len(periods) - 1) for i in range(len(periods))]
    drawn, ends = _joined(periods), _ends(xs, periods, grid, unit)
    return LineChart(
        sentence=_line_sentence(title, periods, unit, target),
        unit=unit.name,
        gridlines=grid.gridlines(unit),
        ticks=_ticks([p.label for p in periods], xs, len(periods) // 4 or 1),
        plan=_path(xs, [p.plan for p in drawn], grid),
        forecast=_path(xs, [p.forecast for p in drawn], grid),
        actual=_path(xs, [p.actual for p in drawn], grid),
        band=_band(xs, drawn, grid),
        hatch=_hatch(xs, periods, drawn, grid),
        reported=_reported(xs, periods, grid),
        now=_now(xs, periods, grid, unit),
        target=_target(target, grid, unit),
        plan_end=ends[0],
        forecast_end=ends[1],
        head=SERIES_HEAD,
        rows=_rows(periods, unit),
    )


def _joined(periods: Sequence[Period]) -> list[Period]:
    """The forecast line starts where the actual line ends, so that the curve has no hole."""
    last = _last(periods, "actual")
    if last is None:
        return list(periods)
    return [
        Period(p.label, p.plan, p.actual if i == last[0] else (p.forecast if i > last[0] else None), p.actual)
        for i, p in enumerate(periods)
    ]


def _path(xs: Sequence[Decimal], amounts: Sequence[Amount], grid: Scale) -> str:
    points = [(x, grid.y(amount)) for x, amount in zip(xs, amounts, strict=True) if amount is not None]
    return " ".join(f"{coordinate(x)},{coordinate(y)}" for x, y in points)


def _band(xs: Sequence[Decimal], periods: Sequence[Period], grid: Scale) -> str:
    both = [(x, p) for x, p in zip(xs, periods, strict=True) if p.plan is not None and p.forecast is not None]
    if len(both) <= 1:
        return ""
    there = _path([x for x, _ in both], [p.plan for _, p in both], grid)
    back = _path([x for x, _ in reversed(both)], [p.forecast for _, p in reversed(both)], grid)
    return f"{there} {back}"


def _hatch(xs: Sequence[Decimal], periods: Sequence[Period], drawn: Sequence[Period], grid: Scale) -> str:
    """From the forecast line down by what is unconfirmed of it; nothing of an actual is."""
    if not any(p.unconfirmed and d.actual is None for p, d in zip(periods, drawn, strict=True)):
        return ""
    tops = [p.forecast for p in drawn]
    floors = [
        None if top is None else top - (p.unconfirmed or ZERO if p.actual is None else ZERO)
        for p, top in zip(periods, tops, strict=True)
    ]
    there = _path(xs, tops, grid)
    back = _path(list(reversed(xs)), list(reversed(floors)), grid)
    return f"{there} {back}"


def _reported(xs: Sequence[Decimal], periods: Sequence[Period], grid: Scale) -> tuple[Mark, ...]:
    """An outlined point with a clock above it, for each period without a validated actual."""
    points = (
        (x, grid.y(p.forecast))
        for x, p in zip(xs, periods, strict=True)
        if p.reported and p.actual is None and p.forecast is not None
    )
    return tuple(clocked(x, y) for x, y in points)


def clocked(x: Decimal, y: Decimal) -> Mark:
    """A mark with the place of its clock, above it."""
    return Mark(coordinate(x), coordinate(y), text_x=coordinate(x - CLOCK / 2), text_y=coordinate(y - CLOCK - 6))


def _now(xs: Sequence[Decimal], periods: Sequence[Period], grid: Scale, unit: Unit) -> Mark | None:
    last = _last(periods, "actual")
    if last is None:
        return None
    x, y = xs[last[0]], grid.y(last[1])
    text_y = min(y + 16, Decimal(LINE_BOTTOM - 4))
    return Mark(coordinate(x), coordinate(y), unit.text(last[1]), coordinate(x + 9), coordinate(text_y))


def _target(target: Amount, grid: Scale, unit: Unit) -> Mark | None:
    if target is None:
        return None
    y = grid.y(target)
    return Mark(str(LEFT), coordinate(y), f"Target {unit.text(target)}", str(LEFT + 4), coordinate(y - 6))


def _ends(xs: Sequence[Decimal], periods: Sequence[Period], grid: Scale, unit: Unit) -> tuple[Mark | None, Mark | None]:
    """Labels at the ends of plan and forecast; two that would touch move apart around their middle."""
    lasts = [_last(periods, "plan"), _last(periods, "forecast")]
    ys = [grid.y(last[1]) if last else None for last in lasts]
    text_ys = _apart(ys[0], ys[1]) if ys[0] is not None and ys[1] is not None else ys
    plan, forecast = (_end(xs, *ends, unit) for ends in zip(lasts, ys, text_ys, strict=True))
    return plan, forecast


def _end(xs: Sequence[Decimal], last: tuple[int, Decimal] | None, y: Amount, text_y: Amount, unit: Unit) -> Mark | None:
    if last is None or y is None or text_y is None:
        return None
    x = xs[last[0]]
    return Mark(coordinate(x), coordinate(y), unit.text(last[1]), coordinate(x + 8), coordinate(text_y + 4))


def _apart(first: Decimal, second: Decimal) -> list[Decimal | None]:
    if abs(first - second) >= LABEL_GAP:
        return [first, second]
    middle, half = (first + second) / 2, LABEL_GAP / 2
    return [middle - half, middle + half] if first <= second else [middle + half, middle - half]


def _ticks(labels: Sequence[str], xs: Sequence[Decimal], every: int) -> tuple[Tick, ...]:
    """A label at every `every`-th place; every second of them may go on a phone."""
    places = range(0, len(labels), every)
    return tuple(Tick(coordinate(xs[i]), labels[i], bool(order % 2)) for order, i in enumerate(places))


def _line_sentence(title: str, periods: Sequence[Period], unit: Unit, target: Amount) -> str:
    parts = [f"{title}, {unit.name}."]
    if (now := _last(periods, "actual")) is not None:
        period = periods[now[0]]
        parts.append(f"Actual {unit.text(now[1])} against plan {unit.text(period.plan)} in {period.label}.")
    plan, forecast = _last(periods, "plan"), _last(periods, "forecast")
    goal = f" and target {unit.text(target)}" if target is not None else ""
    if plan is not None and forecast is not None:
        parts.append(f"Forecast ends at {unit.text(forecast[1])} against plan {unit.text(plan[1])}{goal}.")
    return " ".join(parts)
