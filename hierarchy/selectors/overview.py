"""What the overview of the settings and the page of exchange rates show."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cat4 import clock
from cat4.accounts.selectors import active_member_ids

from ..constants import Level, MasterKind, RateKind
from ..fiscal import first_of_month, fiscal_year, fiscal_year_bounds
from ..models import Committee, ExchangeRate, LegalEntity, Node
from ..public_holidays import countries
from .master import master_records
from .settings import organization_settings


@dataclass(frozen=True, slots=True)
class SettingsLine:
    """A line of the overview: where it leads, and what is missing there."""

    title: str
    sub: str
    url_name: str
    args: tuple[str, ...] = ()
    value: str = ""
    tag: str = ""


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


def settings_lines() -> list[SettingsLine]:
    """The overview, in the order in which an organization is set up."""
    settings = organization_settings()
    members = len(active_member_ids(settings.organization.pk))
    nodes = Node.objects.filter(retired_at__isnull=True, level__gt=Level.ORGANIZATION).count()
    committees = Committee.objects.filter(retired_at__isnull=True).count()
    missing = len(missing_plan_rates())
    return [
        SettingsLine("Structure", "Portfolios, programs, projects, packages", "hierarchy:tree", value=str(nodes)),
        SettingsLine("People", "Members and their roles", "hierarchy:members", value=str(members)),
        SettingsLine("Committees", "Who decides over which part", "hierarchy:committees", value=str(committees)),
        *(_master_line(kind) for kind in MasterKind),
        SettingsLine(
            "Exchange rates", "Plan, average and closing rates", "hierarchy:rates",
            tag=f"{missing} plan rates missing" if missing else "",
        ),
        SettingsLine(
            "Thresholds and calendar", "When a status turns, what a gate asks, which months can be planned",
            "hierarchy:thresholds", value=f"Version {settings.version}",
        ),
        SettingsLine(
            "Working days", "Public holidays and own days off", "hierarchy:calendar",
            value=countries().get(settings.holiday_country, "Weekdays only"),
        ),
        SettingsLine("Gate rules", "What each gate asks for, and who decides", "governance:rules"),
        SettingsLine("Deputies", "Who acts for whom, from when to when", "hierarchy:deputies"),
        SettingsLine("API tokens", "Keys for other systems", "hierarchy:tokens"),
    ]  # fmt: skip


def _master_line(kind: MasterKind) -> SettingsLine:
    subs = {
        MasterKind.LEGAL_ENTITY: "Who books an effect, in which currency",
        MasterKind.BUSINESS_UNIT: "What a measure belongs to",
        MasterKind.FUNCTION: "Which discipline carries it out",
        MasterKind.ACCOUNT: "Where an effect shows",
    }
    count = master_records(kind).count()
    tag = "" if count else "None yet"
    return SettingsLine(kind.plural, subs[kind], "hierarchy:master", (kind.value,), str(count), tag)


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
