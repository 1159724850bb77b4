"""Exchange rates (domain 6.10): units of the reporting currency per unit of a currency.

Performance is reported at the plan rate of a month's fiscal year. A missing rate is an error, never 1.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet
from django.http import Http404

from cat4.errors import Invalid
from cat4.fiscal import add_months, fiscal_year, fiscal_year_bounds
from hierarchy.constants import RateKind
from hierarchy.models import ExchangeRate, RateChange, RateSet
from hierarchy.organization.selectors import organization

ONE = Decimal(1)
# A rate of a kind: its currency, and the first day of its month.
RateKey = tuple[str, date]


class MissingRate(Invalid):
    """There is no plan rate of a currency pair in a fiscal year; never taken as 1."""

    def __init__(self, currency: str, home: str, fiscal_year: int) -> None:
        self.currency, self.home, self.fiscal_year = currency, home, fiscal_year
        super().__init__(
            {
                "currency": f"There is no plan rate {currency} to {home} for fiscal year {fiscal_year}. "
                "An administrator sets it in the settings, under exchange rates."
            }
        )


class PlanRates(dict[tuple[str, int], Decimal]):
    """Plan rates into `home` by (currency, fiscal year). Asking for one that is missing raises MissingRate."""

    home = ""

    def __missing__(self, key: tuple[str, int]) -> Decimal:
        raise MissingRate(key[0], self.home, key[1])


def plan_rate(currency: str, month: date) -> Decimal:
    """The plan rate for a month; 1 for the reporting currency.

    Raises:
        MissingRate: none is set for the fiscal year of `month`.
    """
    year = fiscal_year(month, organization().fiscal_year_start)
    return plan_rates([currency], [year])[currency, year]


def plan_rates(currencies: Iterable[str], years: Iterable[int]) -> PlanRates:
    """The plan rates of several currencies and fiscal years in at most one query; 1 for the reporting currency."""
    home, years, wanted = organization(), list(years), set(currencies)
    year_of = {fiscal_year_bounds(year, home.fiscal_year_start)[0]: year for year in years}
    foreign = wanted - {home.currency}
    stored = ExchangeRate.objects.filter(kind=RateKind.PLAN, currency__in=foreign, month__in=list(year_of))
    # Most organizations have lines in one currency: nothing to ask.
    found = stored if foreign and years else ()
    rates = PlanRates({(rate.currency, year_of[rate.month]): rate.rate for rate in found})
    rates.home = home.currency
    if home.currency in wanted:
        rates.update({(home.currency, year): ONE for year in years})
    return rates


def average_rates(currencies: Iterable[str]) -> dict[tuple[str, date], Decimal]:
    """The average rates of months by (currency, first day of the month), those that are set."""
    found = ExchangeRate.objects.filter(kind=RateKind.AVERAGE, currency__in=set(currencies))
    return {(rate.currency, rate.month): rate.rate for rate in found}


def rates_of(kind: str) -> dict[RateKey, Decimal]:
    """Every rate of a kind as it holds now."""
    found = ExchangeRate.objects.filter(kind=kind).values_list("currency", "month", "rate")
    return {(currency, month): rate for currency, month, rate in found}


def rate_in_force(kind: str, currency: str, month: date) -> Decimal | None:
    """The rate of a kind that stands on a month, None where none is set."""
    found = ExchangeRate.objects.filter(kind=kind, currency=currency, month=month).values_list("rate", flat=True)
    return found.first()


def governs(kind: str, month: date, months: Collection[date]) -> bool:
    """Whether a rate that stands on `month` holds for one of `months`; a plan rate holds for twelve."""
    last = add_months(month, 11) if kind == RateKind.PLAN else month
    return any(month <= other <= last for other in months)


def last_number(kind: str) -> int:
    """The number of the latest version of a kind, 0 before the first."""
    return RateSet.objects.filter(kind=kind).aggregate(last=Max("number"))["last"] or 0


def rate_versions(kind: str = "") -> QuerySet[RateSet]:
    """The versions of a kind, or of every kind, the latest first, with how many rates each set and changed."""
    versions = RateSet.objects.filter(kind=kind) if kind else RateSet.objects.all()
    counted = {"rates": Count("changes"), "changed": Count("changes", filter=Q(changes__before__isnull=False))}
    return versions.annotate(**counted).order_by("-at", "-number", "id")


def rate_version(pk: UUID) -> RateSet:
    """One version, with the same counts.

    Raises:
        Http404: unknown, or of another organization.
    """
    version = rate_versions().filter(pk=pk).first()
    if version is None:
        raise Http404("There is no such version.")
    return version


def rate_history(kind: str, currency: str, month: date) -> QuerySet[RateChange]:
    """What one rate was set to, the latest first."""
    found = RateChange.objects.filter(rate_set__kind=kind, currency=currency, month=month)
    return found.select_related("rate_set").order_by("-rate_set__number")


def rates_at(kind: str, number: int) -> dict[RateKey, Decimal]:
    """The rates that held at a version, 0 being before the first: those of today without the later changes."""
    rates = rates_of(kind)
    later = RateChange.objects.filter(rate_set__kind=kind, rate_set__number__gt=number)
    for change in later.order_by("-rate_set__number"):
        key = (change.currency, change.month)
        if change.before is None:
            rates.pop(key, None)
        else:
            rates[key] = change.before
    return rates


@dataclass(frozen=True, slots=True)
class RateDifference:
    """A rate that two versions give differently; None where one has none."""

    currency: str
    month: date
    before: Decimal | None
    after: Decimal | None

    @property
    def share(self) -> Decimal | None:
        """The change as a fraction of the first rate."""
        return None if self.before is None or self.after is None else self.after / self.before - 1

    @property
    def percent(self) -> Decimal | None:
        return None if self.share is None else self.share * 100


def compare_versions(kind: str, first: int, second: int) -> list[RateDifference]:
    """What differs between two versions of a kind, by currency and month."""
    before, after = rates_at(kind, first), rates_at(kind, second)
    keys = sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))
    return [RateDifference(*key, before.get(key), after.get(key)) for key in keys]
