"""The explorer's table as its template takes it: texts in one unit, addresses of what opens and leads on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from cat4.web.bars import Segment, degrees

from .selectors.explorer import Row
from .selectors.filters import VIEWS, Filters
from .units import MILLIONS_FROM, PageUnit, unit_for

_COLUMNS = (("code", "Name"), ("doi", "DoI"), ("", "Impl · Money"), ("plan", "Plan"), ("forecast", "Forecast"))
HEADS = (*_COLUMNS, ("gap", "vs plan"), ("actual", "Actual"), ("", "Overdue"), ("", "Owner"))
_FIRST_NUMBER = 3


@dataclass(frozen=True, slots=True)
class Line:
    """A row with the texts and addresses of its cells."""

    row: Row
    plan: str
    forecast: str
    gap: str
    actual: str
    is_short: bool
    segments: tuple[Segment, ...]
    degrees: str
    toggle_url: str
    load_url: str
    list_url: str


@dataclass(frozen=True, slots=True)
class Head:
    """A column's head; with an address it sorts."""

    name: str
    href: str
    is_number: bool
    is_sorted: bool


@dataclass(frozen=True, slots=True)
class Tab:
    """A saved view."""

    label: str
    href: str
    is_current: bool
    count: int
    is_hot: bool = False


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter of several values, which a select can't show."""

    name: str
    value: str
    remove_url: str


def lines(rows: Iterable[Row], unit: PageUnit, query: QueryDict) -> list[Line]:
    """Every row with its texts; what is open stays in the address, so that the tree works without JavaScript."""
    rows = list(rows)
    opened = [row.id for row in rows if row.is_open]
    return [_line(row, unit, query, opened) for row in rows]


def _line(row: Row, unit: PageUnit, query: QueryDict, opened: Sequence[UUID]) -> Line:
    toggled = [pk for pk in opened if pk != row.id] if row.is_open else [*opened, row.id]
    children = reverse("reporting:explorer-children", kwargs={"pk": row.id}) if row.is_node else ""
    amounts = [(degree, amount) for degree, amount in enumerate(row.by_doi) if amount]
    return Line(
        row=row,
        plan=unit.text(row.plan),
        forecast=unit.text(row.forecast),
        gap=unit.signed(row.gap),
        actual=unit.text(row.actual),
        is_short=row.gap is not None and row.gap < 0,
        segments=degrees(row.by_doi) if amounts else (),
        degrees=", ".join(f"DoI {degree} {unit.text(amount)}" for degree, amount in amounts),
        toggle_url=explorer_url(query, open=",".join(map(str, toggled))) if row.is_node else "",
        load_url=f"{children}?{urlencode({'depth': str(row.depth), 'unit': unit.name})}" if row.is_node else "",
        list_url=explorer_url(QueryDict(), node=row.id, sort="code") if row.hidden else "",
    )


def explorer_url(query: QueryDict, **changes: object) -> str:
    """The explorer with the present query changed; None takes a key out."""
    pairs = query.copy()
    for name in ("export", "cursor"):
        pairs.pop(name, None)
    for name, value in changes.items():
        pairs.pop(name, None)
        if value is not None:
            pairs[name] = str(value)
    return f"{reverse('reporting:explorer')}?{pairs.urlencode()}"


def heads(filters: Filters, query: QueryDict) -> list[Head]:
    """The columns; sorting by one makes the tree a list."""
    return [
        Head(
            name=name,
            href=explorer_url(query, sort=key) if key else "",
            is_number=index >= _FIRST_NUMBER and name != "Owner",
            is_sorted=bool(key) and filters.sort == key,
        )
        for index, (key, name) in enumerate(HEADS)
    ]


def tabs(filters: Filters, counts: dict[str, int]) -> list[Tab]:
    """The saved views with the number of their measures."""
    scope = {"node": str(filters.node)} if filters.node else {}
    labels = {"": "All measures", **VIEWS}
    return [
        Tab(
            label=label,
            href=f"{reverse('reporting:explorer')}?{urlencode(scope | ({'view': name} if name else {}))}",
            is_current=filters.view == name,
            count=counts[name],
            is_hot=name == "trap",
        )
        for name, label in labels.items()
    ]


def chips(filters: Filters, query: QueryDict, top: str) -> list[Chip]:
    """The part of the tree, and filters with several values."""
    names = {"doi": "DoI", "implementation": "Implementation", "potential": "Money", "lifecycle": "Lifecycle"}
    found = [
        Chip(label, _words(name, getattr(filters, name)), explorer_url(query, **{name: None}))
        for name, label in names.items()
        if len(getattr(filters, name)) > 1
    ]
    return [Chip("In", top, explorer_url(query, node=None)), *found] if top else found


def _words(name: str, values: Sequence[str]) -> str:
    if name == "doi":
        return ", ".join(values)
    labels = {"g": "green", "a": "amber", "r": "red", "n": "not rated"}
    return ", ".join(labels.get(value, value.replace("_", " ")) for value in values)


def kept(filters: Filters, query: QueryDict) -> list[tuple[str, str]]:
    """What the filter bar sends along unseen: view, part of the tree, sort, and filters of several values."""
    names = ["view", "node", "sort"]
    names += [name for name in ("doi", "implementation", "potential", "lifecycle") if len(getattr(filters, name)) > 1]
    return [(name, value) for name in names for value in query.getlist(name) if value]


def unit_of(name: str, currency: str, rows: Sequence[Row]) -> PageUnit:
    """The unit that suits the rows, or the named one of the table that they are loaded into."""
    choices = {unit.name: unit for unit in (unit_for(currency), unit_for(currency, MILLIONS_FROM))}
    return choices.get(name) or unit_for(currency, *(row.plan for row in rows), *(row.forecast for row in rows))
