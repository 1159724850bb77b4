"""The explorer's table as its template takes it: texts in one unit, addresses of what opens and leads on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from cat4.fiscal import fiscal_year
from cat4.web.bars import Segment, degrees
from cat4.web.formats import number
from measures.constants import Lifecycle
from reporting.figures.selectors.lists import MOST_COUNTED
from reporting.figures.units import MILLIONS_FROM, PageUnit, unit_for
from reporting.figures.years import year_words

from ..selectors.columns import RUN_RATE, SETS, columns_of
from ..selectors.filters import VIEWS, Filters
from ..selectors.rows import Row
from .formats import FORMATS, Cell, cell


@dataclass(frozen=True, slots=True)
class Line:
    """A row with the texts and addresses of its cells."""

    row: Row
    cells: tuple[Cell, ...]
    remark: str
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
    is_ascending: bool


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


def lines(rows: Iterable[Row], unit: PageUnit, query: QueryDict, columns: str = RUN_RATE) -> list[Line]:
    """Every row with its texts; what is open stays in the address, so that the tree works without JavaScript."""
    rows = list(rows)
    opened = [row.id for row in rows if row.is_open]
    return [_line(row, unit, query, opened, columns) for row in rows]


def _line(row: Row, unit: PageUnit, query: QueryDict, opened: Sequence[UUID], columns: str) -> Line:
    toggled = [pk for pk in opened if pk != row.id] if row.is_open else [*opened, row.id]
    children = reverse("reporting:explorer-children", kwargs={"pk": row.id}) if row.is_node else ""
    amounts = [(degree, amount) for degree, amount in enumerate(row.by_doi) if amount]
    kept = {"columns": columns} if columns else {}
    kept |= {"asof": str(query["asof"])} if query.get("asof") else {}
    asked = urlencode({"depth": str(row.depth), "unit": unit.name, **kept})
    return Line(
        row=row,
        cells=tuple(cell(column, row, unit) for column in columns_of(columns)),
        remark=remark(row),
        segments=degrees(row.by_doi) if amounts else (),
        degrees=", ".join(f"DoI {degree} {unit.text(amount)}" for degree, amount in amounts),
        toggle_url=explorer_url(query, open=",".join(map(str, toggled))) if row.is_node else "",
        load_url=f"{children}?{asked}" if row.is_node else "",
        list_url=explorer_url(QueryDict(), node=row.id, sort="code", **kept) if row.hidden else "",
    )


def remark(row: Row) -> str:
    """What keeps a measure from its money, or a total from being whole, in words."""
    if row.incomplete:
        return row.incomplete
    if not row.governable:
        missing = ", ".join(name.replace("_", " ") for name in row.missing_fields)
        return f"Not governable: {missing}" if missing else "Not governable"
    is_gone = row.lifecycle in {Lifecycle.ON_HOLD, Lifecycle.CANCELLED}
    return str(Lifecycle(row.lifecycle).label) if is_gone else ""


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
            name=column.head,
            href=explorer_url(query, sort=column.name) if column.sort else "",
            is_number=FORMATS[column.format].is_number,
            is_sorted=column.sort is not None and filters.sort == column.name,
            is_ascending=column.sort is not None and not column.sort.is_descending,
        )
        for column in columns_of(filters.columns)
    ]


def in_words(count: int) -> str:
    """`1 measure`, `1,000 measures`, and `more than 1,000 measures` where nobody counted on."""
    noun = "measure" if count == 1 else "measures"
    return f"more than {number(MOST_COUNTED)} {noun}" if count > MOST_COUNTED else f"{number(count)} {noun}"


def what_is_shown(filters: Filters, fiscal_year_start: int, today: date) -> str:
    """The money of the columns in words, for the line under the title."""
    if filters.columns == RUN_RATE:
        return "Run-rate EBITDA"
    return f"EBITDA of {year_words(fiscal_year(today, fiscal_year_start), fiscal_year_start)}"


def column_sets(filters: Filters, query: QueryDict) -> list[Tab]:
    """What the table may show between the statuses and the owner."""
    return [
        Tab(those.label, explorer_url(query, columns=name or None), is_current=filters.columns == name, count=0)
        for name, those in SETS.items()
    ]


def tabs(filters: Filters, counts: dict[str, int]) -> list[Tab]:
    """The saved views with the number of their measures."""
    scope = {"node": str(filters.node)} if filters.node else {}
    scope |= {name: getattr(filters, name) for name in ("columns", "asof") if getattr(filters, name)}
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
    names = ["view", "node", "sort", "columns", "asof"]
    names += [name for name in ("doi", "implementation", "potential", "lifecycle") if len(getattr(filters, name)) > 1]
    return [(name, value) for name in names for value in query.getlist(name) if value]


def unit_of(name: str, currency: str, rows: Sequence[Row]) -> PageUnit:
    """The unit that suits the rows, or the named one of the table that they are loaded into."""
    choices = {unit.name: unit for unit in (unit_for(currency), unit_for(currency, MILLIONS_FROM))}
    amounts = [amount for row in rows for amount in (row.plan, row.forecast)]
    return choices.get(name) or unit_for(currency, *amounts)
