"""Exchange rates (domain 6.10): units of the reporting currency per unit of a currency.

Performance is reported at the plan rate of a month's fiscal year. A missing rate is an error, never 1.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from cat4.errors import Invalid

from ..constants import RateKind
from ..fiscal import fiscal_year, fiscal_year_bounds
from ..models import ExchangeRate
from .settings import organization

ONE = Decimal(1)


class MissingRate(Invalid):
    """There is no plan rate for a currency in a fiscal year."""

    def __init__(self, currency: str, fiscal_year: int) -> None:
        self.currency = currency
        self.fiscal_year = fiscal_year
        super().__init__(
            {
                "currency": f"There is no plan rate for {currency} in fiscal year {fiscal_year}. "
                "An administrator sets it in the settings, under exchange rates."
            }
        )


class PlanRates(dict[tuple[str, int], Decimal]):
    """Plan rates by (currency, fiscal year). Asking for one that is missing raises MissingRate."""

    def __missing__(self, key: tuple[str, int]) -> Decimal:
        raise MissingRate(*key)


def plan_rate(currency: str, month: date) -> Decimal:
    """The plan rate for a month; 1 for the reporting currency.

    Raises:
        MissingRate: none is set for the fiscal year of `month`.
    """
    year = fiscal_year(month, organization().fiscal_year_start)
    return plan_rates([currency], [year])[currency, year]


def plan_rates(currencies: Iterable[str], years: Iterable[int]) -> PlanRates:
    """The plan rates of several currencies and fiscal years in one query; 1 for the reporting currency."""
    home, years, wanted = organization(), list(years), set(currencies)
    year_of = {fiscal_year_bounds(year, home.fiscal_year_start)[0]: year for year in years}
    found = ExchangeRate.objects.filter(kind=RateKind.PLAN, currency__in=wanted, month__in=list(year_of))
    rates = PlanRates({(rate.currency, year_of[rate.month]): rate.rate for rate in found})
    if home.currency in wanted:
        rates.update({(home.currency, year): ONE for year in years})
    return rates


def average_rates(currencies: Iterable[str]) -> dict[tuple[str, date], Decimal]:
    """The average rates of months by (currency, first day of the month), those that are set."""
    found = ExchangeRate.objects.filter(kind=RateKind.AVERAGE, currency__in=set(currencies))
    return {(rate.currency, rate.month): rate.rate for rate in found}
