"""Which rates there are, and which are missing."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cat4 import clock
from cat4.fiscal import first_of_month, fiscal_year, fiscal_year_bounds
from hierarchy.constants import RateKind
from hierarchy.models import ExchangeRate, LegalEntity
from hierarchy.organization.selectors import organization_settings


@dataclass(frozen=True, slots=True)
class MissingPlanRate:
    """A currency of a legal entity without a plan rate for a fiscal year."""

    currency: str
    fiscal_year: int
    month: date


@dataclass(frozen=True, slots=True)
class RateTable:
    """The rates that are set, by kind, and the plan rates that are missing."""

    plan: list[tuple[int, ExchangeRate]]
    monthly: list["MonthRates"]
    missing: list[MissingPlanRate]


@dataclass(frozen=True, slots=True)
class MonthRates:
    """The average and closing rate of a currency in a month."""

    currency: str
    month: date
    average: Decimal | None
    closing: Decimal | None


def rate_table() -> RateTable:
    """Every rate, the latest month first."""
    start = organization_settings().organization.fiscal_year_start
    rates = list(ExchangeRate.objects.order_by("-month", "currency", "kind"))
    plan = [(fiscal_year(rate.month, start), rate) for rate in rates if rate.kind == RateKind.PLAN]
    found = {(rate.month, rate.currency, rate.kind): rate.rate for rate in rates if rate.kind != RateKind.PLAN}
    keys = list(dict.fromkeys((month, currency) for month, currency, _ in found))
    monthly = [
        MonthRates(
            currency, month,
            found.get((month, currency, RateKind.AVERAGE)), found.get((month, currency, RateKind.CLOSING)),
        )
        for month, currency in keys
    ]  # fmt: skip
    return RateTable(plan, monthly, missing_plan_rates())


def missing_plan_rates() -> list[MissingPlanRate]:
    """What is missing for this fiscal year and the next, for the currencies of the legal entities."""
    home = organization_settings().organization
    entities = LegalEntity.objects.filter(retired_at__isnull=True).exclude(currency=home.currency)
    currencies = sorted(set(entities.values_list("currency", flat=True)))
    this_year = fiscal_year(first_of_month(clock.today()), home.fiscal_year_start)
    first_months = {year: fiscal_year_bounds(year, home.fiscal_year_start)[0] for year in (this_year, this_year + 1)}
    plan = ExchangeRate.objects.filter(kind=RateKind.PLAN, month__in=first_months.values())
    known = set(plan.values_list("currency", "month"))
    return [
        MissingPlanRate(currency, year, month)
        for currency in currencies
        for year, month in first_months.items()
        if (currency, month) not in known
    ]
