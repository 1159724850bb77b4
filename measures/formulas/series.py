"""A measure month by month: its recurring hard EBITDA in cents, as roll-ups add it up (domain 6.2, 6.3)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cat4.fiscal import month_range

from .facts import Group, LineFacts, MeasureFacts
from .money import expected_months
from .phasing import cents

_CENTS = 100
_COLUMNS = ("plan", "forecast", "reported", "validated")


@dataclass(frozen=True, slots=True)
class Series:
    """Months from `first_month` on without a gap, in cents of the reporting currency; None and empty without one.

    `forecast` is what a month is expected to bring, `reported` what was reported and not validated.
    """

    first_month: date | None = None
    plan: tuple[int, ...] = ()
    forecast: tuple[int, ...] = ()
    reported: tuple[int, ...] = ()
    validated: tuple[int, ...] = ()


def month_series(facts: MeasureFacts) -> Series:
    """Twelve times a month is the run-rate of that moment: one-off, soft and avoided effects aren't in it.

    Months are converted at the plan rate of their fiscal year before they are summed, and rounded once.

    Raises:
        RateMissing: a month needs a plan rate that isn't set.
    """
    columns: dict[str, dict[date, Decimal]] = {name: defaultdict(Decimal) for name in _COLUMNS}
    for line in facts.lines_of(Group.HARD, recurring_only=True):
        _add(columns, facts, line)
    months = [month for amounts in columns.values() for month in amounts]
    if not months:
        return Series()
    span = list(month_range(min(months), max(months)))
    series = {name: tuple(_in_cents(amounts.get(month)) for month in span) for name, amounts in columns.items()}
    return Series(span[0], **series)


def _add(columns: dict[str, dict[date, Decimal]], facts: MeasureFacts, line: LineFacts) -> None:
    organization = facts.organization

    def add(column: str, month: date, amount: Decimal) -> None:
        columns[column][month] += organization.at_plan_rate(amount, line.currency, organization.year_of(month))

    for month, expected in expected_months(facts, line).items():
        add("forecast", month, expected.amount)
    for known in line.months:
        if known.plan is not None:
            add("plan", known.month, known.plan)
        if known.validated is not None:
            add("validated", known.month, known.validated)
        elif known.reported is not None:
            add("reported", known.month, known.reported)


def _in_cents(amount: Decimal | None) -> int:
    return int(cents(amount) * _CENTS) if amount else 0
