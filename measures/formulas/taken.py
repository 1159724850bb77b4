"""What a resolved overlap takes out of a line, month by month (domain section 11). Pure.

Of the smaller of both amounts the first line keeps its share and the second the rest, in plan, forecast and actual:
together they bring what the larger one alone would, and no euro counts twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .facts import MonthFacts
from .phasing import cents

ZERO = Decimal(0)
_ALL = Decimal(100)
Months = Mapping[date, MonthFacts]


@dataclass(frozen=True, slots=True)
class Taking:
    """How a line gives: what the first keeps in percent of the smaller amount, and whether this line is the first.

    Without a percentage it is merged: the first carries nothing any more, the second all of its own.
    """

    percent: Decimal | None
    is_first: bool

    def of(self, mine: Decimal, other: Decimal) -> Decimal:
        """What is taken out of `mine` in one month: 0, or of its opposite sign."""
        if self.percent is None:
            return -mine if self.is_first else ZERO
        if mine * other <= 0:
            return ZERO
        smaller = mine if abs(mine) <= abs(other) else other
        of_first = cents(smaller * (_ALL - self.percent) / _ALL)
        return -of_first if self.is_first else -(smaller - of_first)


def taken_plan(mine: Mapping[date, Decimal], other: Mapping[date, Decimal], taking: Taking) -> dict[date, Decimal]:
    """What is taken out of the planned months."""
    found = {month: taking.of(amount, other.get(month, ZERO)) for month, amount in mine.items()}
    return {month: amount for month, amount in found.items() if amount}


def taken_months(mine: Months, other: Months, plan: Mapping[date, Decimal], taking: Taking) -> tuple[MonthFacts, ...]:
    """The months of the line that is taken out: its plan as it was kept, the rest as both lines stand now.

    Where the other line has no amount of the same kind yet, what it is expected to bring is compared.
    """
    found = []
    for month in sorted({*plan, *mine}):
        here, there = mine.get(month, MonthFacts(month)), other.get(month, MonthFacts(month))
        forecast = _first_known(there.forecast, there.plan)
        booked = _first_known(there.validated, there.reported, there.forecast, there.plan)

        def taken(amount: Decimal | None, beside: Decimal) -> Decimal | None:
            return None if amount is None else taking.of(amount, beside)

        row = MonthFacts(
            month,
            plan.get(month),
            taken(here.forecast, forecast),
            taken(here.reported, booked),
            taken(here.validated, booked),
        )
        if any((row.plan, row.forecast, row.reported, row.validated)):
            found.append(row)
    return tuple(found)


def _first_known(*amounts: Decimal | None) -> Decimal:
    return next((amount for amount in amounts if amount is not None), ZERO)
