"""Geometry of bar rows (waterfall, funnel) and of the small drawings in tables.

Pure functions like those of charts.py; widths are percentages of the room the bar gets, as text.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from cat4.web.charts import ZERO, Amount, Unit, coordinate, share


@dataclass(frozen=True)
class Step:
    """One row of a waterfall: a total starts at zero, any other step starts where the last one ended.

    `cls` is the fill: b-plan, b-open (not identified), f0 to f5, b-neg (a real loss), b-act (the result).
    """

    label: str
    amount: Decimal
    cls: str
    note: str = ""
    is_total: bool = False
    href: str = ""


@dataclass(frozen=True)
class BarRow:
    label: str
    value: str
    width: str
    cls: str
    note: str = ""
    x: str = "0"
    end: str = ""  # where the connector to the next row stands; empty on the last row
    is_total: bool = False
    href: str = ""
    count: int | None = None
    degree: int | None = None


def waterfall(steps: Sequence[Step], unit: Unit) -> tuple[BarRow, ...]:
    """From a target to what is realised, each row starting where the row above ended."""
    spans, at = [], ZERO
    for step in steps:
        start = ZERO if step.is_total else at
        at = start + step.amount
        spans.append((start, at))
    low = min([ZERO, *(min(span) for span in spans)])
    whole = max([ZERO, *(max(span) for span in spans)]) - low
    return tuple(
        BarRow(
            label=step.label,
            note=step.note,
            value=unit.text(step.amount),
            x=share(min(span) - low, whole),
            width=share(abs(step.amount), whole),
            cls=step.cls,
            end=share(span[1] - low, whole) if index < len(steps) else "",
            is_total=step.is_total and index > 1,
            href=step.href,
        )
        for index, (step, span) in enumerate(zip(steps, spans, strict=True), start=1)
    )


@dataclass(frozen=True)
class Stage:
    """What stands at or past one degree of implementation."""

    degree: int
    label: str
    amount: Decimal
    count: int
    href: str = ""


def funnel(stages: Sequence[Stage], unit: Unit, *, whole: Amount = None) -> tuple[BarRow, ...]:
    """Money at or past each degree, as a share of `whole` (the target) or of the widest stage."""
    full = max([whole or ZERO, *(stage.amount for stage in stages)], default=ZERO)
    return tuple(
        BarRow(
            label=stage.label,
            value=unit.text(stage.amount),
            width=share(stage.amount, full),
            cls=f"f{stage.degree}",
            href=stage.href,
            count=stage.count,
            degree=stage.degree,
        )
        for stage in stages
    )


@dataclass(frozen=True)
class Shift:
    """A row of money that moves: a loss to the left of the axis, a gain to the right of it."""

    label: str
    value: str
    cls: str
    x: str
    width: str
    axis: str


def shifts(moves: Sequence[tuple[str, Decimal]], unit: Unit) -> tuple[Shift, ...]:
    """Amounts that come later (below zero) and that come in their place, on one scale round a common axis."""
    low = min([ZERO, *(amount for _, amount in moves)])
    whole = max([ZERO, *(amount for _, amount in moves)]) - low
    return tuple(
        Shift(
            label=label,
            value=unit.signed(amount),
            cls="b-neg" if amount < 0 else "b-fc",
            x=share(min(amount, ZERO) - low, whole),
            width=share(abs(amount), whole),
            axis=share(-low, whole),
        )
        for label, amount in moves
    )


@dataclass(frozen=True)
class Segment:
    degree: int
    x: str
    width: str


def degrees(amounts: Sequence[Decimal]) -> tuple[Segment, ...]:
    """Shares by degree from 5 on the left to 0 on the right, one percent apart; empty degrees take no room."""
    filled = [(degree, amount) for degree, amount in reversed(list(enumerate(amounts))) if amount > 0]
    whole = sum((amount for _, amount in filled), ZERO)
    room, at, segments = Decimal(100 - max(0, len(filled) - 1)), ZERO, []
    for degree, amount in filled:
        width = amount * room / whole
        segments.append(Segment(degree, coordinate(at), coordinate(width)))
        at += width + 1
    return tuple(segments)


@dataclass(frozen=True)
class Due:
    words: str
    cls: str
    width: str
    is_over: bool


def due(passed: int, allowed: int) -> Due:
    """Days used of the days allowed: amber from two thirds, red once they are over."""
    is_over = passed > allowed
    words = f"Day {passed}, escalated" if is_over else f"Day {passed} of {allowed}"
    is_close = passed * 3 > allowed * 2
    cls = "b-r" if is_over else "b-a" if is_close else "b-fc"
    return Due(words, cls, share(Decimal(min(passed, allowed)), Decimal(allowed)), is_over)
