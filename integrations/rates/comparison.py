"""What the reference rates say about an organization's months: averages, closings, a proposal for the plan.

Pure. A currency that isn't quoted and a month without quotes are named, never guessed.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cat4.fiscal import fiscal_year_bounds, month_range
from cat4.wording import month_name
from hierarchy.constants import RateKind

from .ecb import EURO, Quotes, average, rounded

Rates = dict[tuple[str, date], Decimal]


@dataclass(frozen=True, slots=True)
class PlanBasis:
    """The plan rates of a fiscal year come from the mean of the quotes of these months."""

    fiscal_year: int
    first: date
    last: date

    @property
    def months(self) -> list[date]:
        return list(month_range(self.first, self.last))


@dataclass(frozen=True, slots=True)
class Gap:
    """Months in a row for which a currency has no quote."""

    currency: str
    first: date
    last: date

    def __str__(self) -> str:
        if self.first == self.last:
            return f"{self.currency} has no quote in {month_name(self.first)}."
        return f"{self.currency} has no quote from {month_name(self.first)} to {month_name(self.last)}."


@dataclass(frozen=True, slots=True)
class Proposal:
    """The rates that a file gives, by kind, and what it couldn't give, in sentences."""

    file_name: str
    sha256: str
    last_quote: date
    rates: dict[str, Rates]
    not_quoted: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    plan: PlanBasis | None = None

    @property
    def source(self) -> str:
        """What the version says where its rates come from."""
        return f"ECB reference rates to {self.last_quote:%d %b %Y} ({self.file_name[:80]}, {self.sha256[:12]})"


@dataclass(frozen=True, slots=True)
class Asked:
    """For whom rates are proposed: the months of the fiscal calendar, and the currencies that are used."""

    home: str
    currencies: frozenset[str]
    first_month: date
    last_month: date
    fiscal_year_start: int = 1
    plan: PlanBasis | None = None


def propose(quotes: Quotes, asked: Asked) -> Proposal:
    """The average (mean of the month's quotes) and closing (last quote) rates of every complete month.

    Rates are cross rates into the reporting currency, taken day by day before they are averaged.
    """
    remarks: list[str] = []
    wanted = sorted(asked.currencies - {asked.home})
    not_quoted = tuple(code for code in wanted if not _is_quoted(quotes, code))
    quoted = [code for code in wanted if code not in not_quoted]
    rates: dict[str, Rates] = {kind: {} for kind in RateKind.values}
    if not _is_quoted(quotes, asked.home):
        remarks.append(f"{asked.home}, the reporting currency, isn't in the file: no rate follows from it.")
        return Proposal(quotes.name, quotes.sha256, quotes.last_day, rates, not_quoted, tuple(remarks), asked.plan)
    months = _complete_months(quotes, asked, remarks)
    for code in quoted:
        remarks.extend(_monthly(quotes, asked.home, code, months, rates))
    if asked.plan is not None:
        _planned(quotes, asked, quoted, rates, remarks)
    return Proposal(quotes.name, quotes.sha256, quotes.last_day, rates, not_quoted, tuple(remarks), asked.plan)


def _is_quoted(quotes: Quotes, code: str) -> bool:
    return code == EURO or code in quotes.currencies


def _complete_months(quotes: Quotes, asked: Asked, remarks: list[str]) -> list[date]:
    """The months of the fiscal calendar that the file holds whole; what it holds in part is said."""
    begins, ends = min(quotes.by_month), max(quotes.by_month)
    months = list(month_range(max(begins, asked.first_month), min(ends, asked.last_month)))
    if not months:
        remarks.append(
            f"The file runs from {quotes.first_day:%d %b %Y} to {quotes.last_day:%d %b %Y}: "
            "it holds no month of the fiscal calendar."
        )
    incomplete = {month: why for month in months if (why := quotes.why_incomplete(month))}
    remarks.extend(f"{why} It isn't taken." for why in incomplete.values())
    return [month for month in months if month not in incomplete]


def _monthly(quotes: Quotes, home: str, code: str, months: list[date], rates: dict[str, Rates]) -> list[str]:
    """Enter a currency's rates; the months without a quote come back as sentences."""
    empty = []
    for month in months:
        found = quotes.quotes_of([month], code, home)
        if found:
            rates[RateKind.AVERAGE][code, month] = average(found)
            rates[RateKind.CLOSING][code, month] = rounded(found[-1])
        else:
            empty.append(month)
    return [str(gap) for gap in _gaps(code, months, set(empty).__contains__)]


def _gaps(code: str, months: Iterable[date], is_empty: Callable[[date], bool]) -> Iterable[Gap]:
    first = last = None
    for month in months:
        if is_empty(month):
            first, last = first or month, month
        elif first and last:
            yield Gap(code, first, last)
            first = None
    if first and last:
        yield Gap(code, first, last)


def _planned(quotes: Quotes, asked: Asked, quoted: list[str], rates: dict[str, Rates], remarks: list[str]) -> None:
    """The plan rates: only from months that are there and whole."""
    plan = asked.plan
    if plan is None:
        return
    lacking = [month for month in plan.months if month not in quotes.by_month or quotes.why_incomplete(month)]
    if lacking:
        named = ", ".join(map(month_name, lacking))
        remarks.append(f"No plan rates for {plan.fiscal_year}: the file doesn't hold all of {named}.")
        return
    first, _ = fiscal_year_bounds(plan.fiscal_year, asked.fiscal_year_start)
    for code in quoted:
        without = [month for month in plan.months if not quotes.quotes_of([month], code, asked.home)]
        if without:
            remarks.append(f"No plan rate of {code}: it has no quote in {month_name(without[0])}.")
        else:
            rates[RateKind.PLAN][code, first] = average(quotes.quotes_of(plan.months, code, asked.home))
