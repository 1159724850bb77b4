"""The columns of the explorer, each said once: the page's heads and cells, the choice of sorts and the file follow."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum, auto

from .keyset import Sort
from .rows import Row

Value = str | int | Decimal | date | None


class Format(StrEnum):
    """How page and file write a value; `pages/formats.py` says it in words."""

    TEXT = auto()
    LEVEL = auto()
    NAME = auto()
    DEGREE = auto()
    STATUS = auto()
    BOTH_STATUSES = auto()
    LIFECYCLE = auto()
    YES_NO = auto()
    AMOUNT = auto()
    CURRENCY = auto()
    DIFFERENCE = auto()
    LOSS = auto()
    SHARE = auto()
    MONTH = auto()
    COUNT = auto()
    OVERDUE = auto()
    OWNER = auto()


@dataclass(frozen=True, slots=True)
class Column:
    """A column: what it reads from a row, and where that is seen.

    `name` is what addresses call it (`sort=year-against-plan`). `head` stands over it on the page, and is empty where
    the page says the value elsewhere; `file_head` stands over it in the file. With a `sort` lists can be ordered by it.
    """

    name: str
    read: Callable[[Row], Value]
    format: Format
    head: str
    file_head: str
    sort: Sort | None = None


def _of_year(name: str) -> Callable[[Row], Value]:
    """A figure of the fiscal year; none where a row has no year."""
    return lambda row: getattr(row.year, name) if row.year else None


# In the order of the file. On the page the first cell has kind or code, name and remarks of a row, and the last one its
# owner or how many measures it has; the currency stands over the table.
COLUMNS = (
    Column("level", lambda row: row.sub if row.is_node else None, Format.LEVEL, "", "Level"),
    Column("code", lambda row: "" if row.is_node else row.sub, Format.NAME, "Name", "Code", Sort("code", str)),
    Column("name", lambda row: row.name, Format.TEXT, "", "Name", Sort("name", str)),
    Column("package", lambda row: row.above, Format.TEXT, "", "Package"),
    Column("doi", lambda row: row.doi, Format.DEGREE, "DoI", "DoI", Sort("-doi")),
    Column("lifecycle", lambda row: row.lifecycle, Format.LIFECYCLE, "", "Lifecycle"),
    Column("governable", lambda row: None if row.is_node else row.governable, Format.YES_NO, "", "Governable"),
    Column("implementation", lambda row: row.implementation, Format.BOTH_STATUSES, "Impl · Money", "Implementation"),
    Column("potential", lambda row: row.potential, Format.STATUS, "", "Potential"),
    Column("plan", lambda row: row.plan, Format.AMOUNT, "Plan", "Plan run-rate", Sort("-plan")),
    Column("forecast", lambda row: row.forecast, Format.AMOUNT, "Forecast", "Forecast run-rate", Sort("-forecast")),
    Column(
        "against-plan", lambda row: row.against_plan, Format.DIFFERENCE, "vs plan", "Forecast against plan",
        Sort("against_plan"),
    ),
    Column("actual", lambda row: row.actual, Format.AMOUNT, "Actual", "Validated run-rate", Sort("-actual")),
    Column("currency", lambda row: None, Format.CURRENCY, "", "Currency"),
    Column("overdue", lambda row: row.overdue, Format.OVERDUE, "Overdue", "Overdue milestones"),
    Column("owner", lambda row: row.owner, Format.OWNER, "Owner", "Owner"),
    Column("measures", lambda row: row.measures if row.is_node else None, Format.COUNT, "", "Measures"),
    Column("plan-year", _of_year("plan"), Format.AMOUNT, "Plan", "Plan in year", Sort("-plan_year")),
    Column("fac", _of_year("fac"), Format.AMOUNT, "Forecast", "FAC in year", Sort("-fac")),
    # The difference of the two before it, which the file leaves to the spreadsheet.
    Column(
        "year-against-plan", _of_year("against_plan"), Format.DIFFERENCE, "vs plan", "", Sort("year_against_plan")
    ),
    Column(
        "unconfirmed", _of_year("unconfirmed"), Format.SHARE, "Unconfirmed", "Unconfirmed share", Sort("-unconfirmed")
    ),
    Column("exit", _of_year("exit"), Format.AMOUNT, "Exit", "Exit run-rate", Sort("-exit_rate")),
    Column("carry-over", _of_year("carry_over"), Format.AMOUNT, "Carry-over", "Carry-over", Sort("-carried")),
    Column("timing", _of_year("timing"), Format.LOSS, "Timing", "Timing loss", Sort("-timing")),
    Column("size", _of_year("size"), Format.LOSS, "Size", "Size loss", Sort("-size")),
    Column("cancelled", _of_year("cancelled"), Format.LOSS, "Cancelled", "Cancelled loss", Sort("-cancelled_part")),
    Column("on-hold", _of_year("on_hold"), Format.LOSS, "On hold", "On hold loss", Sort("-held_part")),
    Column("fx", _of_year("fx"), Format.DIFFERENCE, "Rates", "Exchange rates", Sort("fx")),
    Column("payback", _of_year("payback"), Format.MONTH, "Payback", "Payback", Sort("payback", date)),
    Column("incomplete", lambda row: row.incomplete, Format.TEXT, "", "Incomplete"),
)  # fmt: skip
SORTS = {column.name: column.sort for column in COLUMNS if column.sort}


@dataclass(frozen=True, slots=True)
class ColumnSet:
    """What the page may show between the statuses and the owner, in this order."""

    label: str
    names: tuple[str, ...]


RUN_RATE, YEAR, VARIANCE = "", "year", "variance"
SETS = {
    RUN_RATE: ColumnSet("Run-rate", ("plan", "forecast", "against-plan", "actual", "overdue")),
    YEAR: ColumnSet(
        "This fiscal year",
        ("plan-year", "fac", "year-against-plan", "unconfirmed", "exit", "carry-over", "payback"),
    ),
    VARIANCE: ColumnSet("Why it is off plan", ("plan-year", "timing", "size", "cancelled", "on-hold", "fac", "fx")),
}
_FIRST, _LAST = ("code", "doi", "implementation"), ("owner",)
_BY_NAME = {column.name: column for column in COLUMNS}
_SHOWN = {key: tuple(_BY_NAME[name] for name in (*_FIRST, *those.names, *_LAST)) for key, those in SETS.items()}


def columns_of(set_name: str) -> tuple[Column, ...]:
    """The columns of the page with one of the sets."""
    return _SHOWN[set_name]
