"""Geometry of a roadmap: from dates to SVG attributes, without drawing anything.

Pure functions over frozen dataclasses, in whole pixels: the plot is as wide as its time and scrolls sideways,
the names stand beside it as text. A lane is one line of the plot; its marks are dated results.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from cat4.fiscal import add_months, fiscal_quarter, fiscal_year
from cat4.web import formats

HEAD, GROUP, LANE, FOOT = 48, 32, 44, 20
HALF = 7  # half a diamond
_BAR, _LETTER, _GAP = 18, 8, 3
_MONTHS_A_QUARTER = 3


class Zoom(StrEnum):
    """What one column of the plot is."""

    WEEKS = "weeks"
    MONTHS = "months"
    QUARTERS = "quarters"


# Tenths of a pixel for a day, and how many months the plot spans.
_TENTHS = {Zoom.WEEKS: 45, Zoom.MONTHS: 14, Zoom.QUARTERS: 6}
SPAN = {Zoom.WEEKS: 8, Zoom.MONTHS: 24, Zoom.QUARTERS: 60}


class Look(StrEnum):
    """How a mark looks, by what is true of it."""

    PLAN = "ms"
    DONE = "ms-done"
    LATE = "ms-late"
    MOVED = "ms-moved"


@dataclass(frozen=True, slots=True)
class Mark:
    """A dated result: expected on `on`, first promised for `was_on`. `label` stands beside it, `words` say it all."""

    key: str
    on: date
    was_on: date
    look: Look
    label: str
    words: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Lane:
    """One line: from `start` to `end`, finished until `done_until`."""

    marks: Sequence[Mark]
    start: date
    end: date
    done_until: date | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Lanes under one head."""

    name: str
    lanes: Sequence[Lane]


@dataclass(frozen=True, slots=True)
class Link:
    """An arrow between two marks by their keys; hot when it pushes."""

    start: str
    end: str
    is_hot: bool
    words: str


@dataclass(frozen=True, slots=True)
class Scale:
    """Days to pixels: 0 at `first`, `width` at `last`."""

    first: date
    last: date
    tenths: int

    def x(self, day: date) -> int:
        return (day - self.first).days * self.tenths // 10

    @property
    def width(self) -> int:
        return self.x(self.last)

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last

    def inside(self, day: date) -> int:
        """The pixel of the day, or of the nearer end of the plot."""
        return min(max(self.x(day), 0), self.width)


def scale(first_month: date, zoom: Zoom) -> Scale:
    """The time from the first day of `first_month` on that a zoom shows."""
    return Scale(first_month, add_months(first_month, SPAN[zoom]), _TENTHS[zoom])


@dataclass(frozen=True, slots=True)
class Tick:
    """A line with words to its right; without a line in the upper row of the head."""

    x: int
    text_x: int
    text: str


@dataclass(frozen=True, slots=True)
class Diamond:
    """A drawn mark; with a ghost where it was promised and a line between them.

    A dot tells what was moved by others from what is late by itself, without colour.
    """

    path: str
    cls: str
    words: str
    href: str
    dot: str = ""
    label: str = ""
    label_x: int = 0
    label_y: int = 0
    label_cls: str = ""
    ghost: str = ""
    tail_from: int = 0
    tail_to: int = 0
    y: int = 0


@dataclass(frozen=True, slots=True)
class Bar:
    """A drawn lane: its bar, the finished part, its lower edge and its marks."""

    y: int
    edge: int
    x: int
    width: int
    done_width: int
    diamonds: tuple[Diamond, ...]


@dataclass(frozen=True, slots=True)
class Arrow:
    """A drawn link."""

    path: str
    is_hot: bool
    words: str

    @property
    def cls(self) -> str:
        return "dep dep-hot" if self.is_hot else "dep"


@dataclass(frozen=True, slots=True)
class Plot:
    """Everything of the drawing."""

    width: int
    height: int
    upper: tuple[Tick, ...]
    lower: tuple[Tick, ...]
    heads: tuple[int, ...]
    bars: tuple[Bar, ...]
    arrows: tuple[Arrow, ...]
    today: int | None

    @property
    def foot(self) -> int:
        return self.height - 6


def plot(
    groups: Sequence[Group], links: Iterable[Link], on: Scale, zoom: Zoom, *, today: date, fiscal_year_start: int = 1
) -> Plot:
    """The drawing of grouped lanes. What lies outside of the time isn't drawn, nor an arrow that leads there."""
    y, heads, bars, places = HEAD, [], [], {}
    for group in groups:
        heads.append(y)
        y += GROUP
        for lane in group.lanes:
            middle = y + LANE // 2
            bars.append(_bar(lane, on, y))
            places.update({mark.key: (on.x(mark.on), middle) for mark in lane.marks if on.holds(mark.on)})
            y += LANE
    upper, lower = _ticks(on, zoom, fiscal_year_start)
    return Plot(
        width=on.width,
        height=y + FOOT,
        upper=upper,
        lower=lower,
        heads=tuple(heads),
        bars=tuple(bars),
        arrows=tuple(_arrow(link, places) for link in links if link.start in places and link.end in places),
        today=on.x(today) if on.holds(today) else None,
    )


def _bar(lane: Lane, on: Scale, top: int) -> Bar:
    x, end = on.inside(lane.start), on.inside(lane.end)
    done = on.inside(lane.done_until) - x if lane.done_until else 0
    return Bar(
        y=top + (LANE - _BAR) // 2,
        edge=top + LANE,
        x=x,
        width=max(end - x, 0),
        done_width=max(done, 0),
        diamonds=tuple(_diamonds(lane.marks, on, top + LANE // 2)),
    )


def _diamonds(marks: Iterable[Mark], on: Scale, y: int) -> Iterable[Diamond]:
    """The marks of a lane in the order of time, each label where it covers no other mark: beside, above, or nowhere."""
    shown = sorted((mark for mark in marks if on.holds(mark.on) or on.holds(mark.was_on)), key=lambda mark: mark.on)
    above_until = 0
    for index, mark in enumerate(shown):
        follower = _left(shown[index + 1], on) if index + 1 < len(shown) else on.width
        x = on.x(mark.on)
        start, wide = x + HALF + _GAP, len(mark.label) * _LETTER
        label, text_x, text_y = mark.label, start, y + 4
        if start + wide > follower:
            text_x, text_y = x + _GAP, y - 12
            if text_x < above_until or text_x + wide > on.width:
                label = ""
            else:
                above_until = text_x + wide
        yield _diamond(mark, on, y, label=label, label_x=text_x, label_y=text_y)


def _left(mark: Mark, on: Scale) -> int:
    """Where a mark begins: at its ghost, when that lies before it."""
    return min(on.x(mark.on), on.x(mark.was_on)) - HALF


def _diamond(mark: Mark, on: Scale, y: int, *, label: str, label_x: int, label_y: int) -> Diamond:
    x, was = on.x(mark.on), on.x(mark.was_on)
    is_here, has_moved = on.holds(mark.on), abs(x - was) > HALF
    apart = has_moved and abs(x - was) > 2 * HALF
    ends = sorted((on.inside(mark.was_on), on.inside(mark.on)))
    return Diamond(
        path=_shape(x, y) if is_here else "",
        cls=mark.look,
        words=mark.words,
        href=mark.href,
        dot=f"M{x} {y - 2}l2 2-2 2-2-2z" if mark.look == Look.MOVED and is_here else "",
        label=label if is_here else "",
        label_x=label_x,
        label_y=label_y,
        label_cls={Look.LATE: "late", Look.MOVED: "moved"}.get(mark.look, "hi"),
        ghost=_shape(was, y) if has_moved and on.holds(mark.was_on) else "",
        tail_from=ends[0] + HALF if apart else 0,
        tail_to=ends[1] - HALF if apart else 0,
        y=y,
    )


def _shape(x: int, y: int) -> str:
    return f"M{x} {y - HALF}l{HALF} {HALF}-{HALF} {HALF}-{HALF}-{HALF}z"


def _arrow(link: Link, places: Mapping[str, tuple[int, int]]) -> Arrow:
    """Out of the one mark along the edge of its lane and into the other, from above or from below."""
    (x1, y1), (x2, y2) = places[link.start], places[link.end]
    half = LANE // 2
    if y1 == y2:
        path = f"M{x1} {y1 + HALF}V{y1 + half - 4}H{x2}V{y2 + HALF + 2}"
    elif y2 > y1:
        path = f"M{x1} {y1 + HALF}V{y1 + half}H{x2}V{y2 - HALF - 2}"
    else:
        path = f"M{x1} {y1 - HALF}V{y1 - half}H{x2}V{y2 + HALF + 2}"
    return Arrow(path, link.is_hot, link.words)


# The head: two rows of time ---------------------------------------------------------------------


def _ticks(on: Scale, zoom: Zoom, fiscal_year_start: int) -> tuple[tuple[Tick, ...], tuple[Tick, ...]]:
    """Months over weeks, quarters over months, or years over quarters; quarters and years are the fiscal ones."""
    months = [add_months(on.first, count) for count in range(SPAN[zoom])]
    quarters = [month for month in months if (month.month - fiscal_year_start) % _MONTHS_A_QUARTER == 0]
    if zoom == Zoom.WEEKS:
        return _tick_row(on, months, formats.month), _tick_row(on, _mondays(on), _week)
    if zoom == Zoom.MONTHS:
        named = {month: quarter_name(month, fiscal_year_start) for month in quarters}
        return _tick_row(on, quarters, named.__getitem__), _tick_row(on, months, formats.month_of_year)
    years = [month for month in quarters if month.month == fiscal_year_start]
    year_row = _tick_row(on, years, lambda month: str(fiscal_year(month, fiscal_year_start)))
    return year_row, _tick_row(on, quarters, lambda month: f"Q{fiscal_quarter(month, fiscal_year_start)}")


def _tick_row(on: Scale, days: Iterable[date], text: Callable[[date], str]) -> tuple[Tick, ...]:
    return tuple(Tick(on.x(day), on.x(day) + 6, text(day)) for day in days)


def quarter_name(month: date, fiscal_year_start: int) -> str:
    """`Q4 2026`, counted in the fiscal year, which is named by the calendar year of its end."""
    return f"Q{fiscal_quarter(month, fiscal_year_start)} {fiscal_year(month, fiscal_year_start)}"


def _week(monday: date) -> str:
    return f"W{monday.isocalendar().week}"


def _mondays(on: Scale) -> list[date]:
    first = on.first + timedelta(days=-on.first.weekday() % 7)
    return [first + timedelta(days=days) for days in range(0, (on.last - first).days, 7)]
