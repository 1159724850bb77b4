"""Setting exchange rates (domain 6.10): an explicit, audited act."""

from datetime import date
from decimal import Decimal

from django.db import transaction

from cat4.accounts.actor import Actor
from cat4.audit.actions import record
from cat4.errors import Invalid, require
from cat4.outbox.actions import publish

from ..constants import RateKind, Topic, Verb
from ..fiscal import add_months, fiscal_year, fiscal_year_bounds
from ..models import ExchangeRate, OrganizationSettings
from ..policies import may_set_rates
from ..selectors.periods import locked_months
from ..selectors.settings import organization_settings
from ._editing import refuse
from ._inputs import currency_code

_LARGEST = Decimal("10000000000")


@transaction.atomic
def set_exchange_rate(actor: Actor, *, kind: str, currency: str, month: date, rate: Decimal) -> ExchangeRate:
    """Say what one unit of `currency` is worth in the reporting currency.

    A plan rate is given for the first month of its fiscal year and holds for all of it. Once a month
    that it governs is locked, a rate that is set no longer changes.

    Raises:
        NotAllowed; Invalid on `kind`, `currency`, `month` or `rate`.
    """
    require(may_set_rates(actor))
    settings = organization_settings()
    code = _checked(settings, kind, currency, month, rate)
    existing = ExchangeRate.objects.select_for_update().filter(kind=kind, currency=code, month=month).first()
    old = existing.rate if existing else None
    if existing is not None and old == rate:
        return existing
    if existing is not None and _governs_locked_month(settings, kind, month):
        raise Invalid({"rate": "A month of this rate is locked. Its figures were signed at the rate that is set."})
    saved, _ = ExchangeRate.objects.update_or_create(kind=kind, currency=code, month=month, defaults={"rate": rate})
    label = RateKind(kind).label.lower()
    summary = f"set the {label} rate of {code} for {month:%b %Y} to {rate:f}"
    record(actor, Verb.RATE_SET, saved, summary=summary, change={"rate": [old, rate]}, ledger=True)
    publish(Topic.SETTINGS_CHANGED, settings.pk)
    return saved


def _checked(settings: OrganizationSettings, kind: str, currency: str, month: date, rate: Decimal) -> str:
    errors: dict[str, str] = {}
    home = settings.organization
    code = currency_code(errors, "currency", currency)
    if code == home.currency:
        errors["currency"] = f"{code} is the reporting currency. Its rate is always 1."
    if not rate.is_finite() or not 0 < rate < _LARGEST:
        errors["rate"] = "A rate is a number above 0."
    elif rate != round(rate, 8):
        errors["rate"] = "A rate has at most 8 decimals."
    if kind not in RateKind.values:
        errors["kind"] = "The rate is plan, avg or close."
    if month.day != 1:
        errors["month"] = "A month is given as the date of its first day."
    elif kind == RateKind.PLAN and month.month != home.fiscal_year_start:
        first, _ = fiscal_year_bounds(fiscal_year(month, home.fiscal_year_start), home.fiscal_year_start)
        errors["month"] = f"A plan rate holds for a fiscal year. It is given for {first:%b %Y}."
    refuse(errors)
    return code


def _governs_locked_month(settings: OrganizationSettings, kind: str, month: date) -> bool:
    last = add_months(month, 11) if kind == RateKind.PLAN else month
    return any(month <= locked <= last for locked in locked_months())
