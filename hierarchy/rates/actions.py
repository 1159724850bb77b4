"""Setting exchange rates (domain 6.10): an explicit, versioned and chained act."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from django.db import transaction

from cat4 import checks, clock
from cat4.accounts.actor import Actor
from cat4.audit.actions import record
from cat4.checks import Problems
from cat4.errors import Invalid, require
from cat4.fiscal import fiscal_year, fiscal_year_bounds
from cat4.outbox.actions import publish
from cat4.tenancy.models import Organization
from cat4.wording import month_name
from hierarchy.calendar.selectors.periods import locked_months
from hierarchy.constants import RateKind, Topic, Verb
from hierarchy.models import ExchangeRate, OrganizationSettings, RateChange, RateSet
from hierarchy.organization.selectors import organization_settings
from hierarchy.policies import may_set_rates

from .selectors.rates import RateKey, governs, last_number, rates_of

BY_HAND = "Entered by hand"
_LARGEST = Decimal("10000000000")
_MOST_AT_ONCE = 20_000


@transaction.atomic
def set_rates(
    actor: Actor, *, kind: str, rates: Mapping[RateKey, Decimal], reason: str = "", source: str = BY_HAND
) -> RateSet | None:
    """Set several rates of one kind as a new version, all or none; None when each already is what is asked.

    `rates` say by currency and month what one unit of the currency is worth in the reporting currency. A plan
    rate is given for the first month of its fiscal year and holds for all of it. Once a month that it governs
    is locked, a rate that is set no longer changes. Who changes a rate says why.

    Raises:
        NotAllowed; Invalid on `kind`, `reason`, `source` or `rates`, or under keys such as "USD 2026-04".
    """
    require(may_set_rates(actor))
    # Whoever comes second takes the next number and sees what the first one set.
    settings = OrganizationSettings.objects.select_for_update(no_key=True, of=("self",)).get(
        pk=organization_settings().pk
    )
    problems = Problems()
    words = checks.text(problems, "reason", reason, limit=2000)
    origin = checks.text(problems, "source", source, label="a source", limit=200, required=True)
    if kind not in RateKind.values:
        problems.add("kind", "The rate is plan, avg or close.")
    if not rates:
        problems.add("rates", "Give at least one rate.")
    if len(rates) > _MOST_AT_ONCE:
        problems.add("rates", f"At most {_MOST_AT_ONCE:,} rates at once.")
    problems.stop_if_any()
    asked = _asked(settings.organization, kind, rates)
    stored = rates_of(kind)
    changes = [(key, stored.get(key), rate) for key, rate in sorted(asked.items()) if stored.get(key) != rate]
    _refuse_locked(kind, changes)
    if not changes:
        return None
    if not words and any(before is not None for _, before, _ in changes):
        raise Invalid({"reason": "Say why a rate that is set changes."})
    version = RateSet.objects.create(
        kind=kind, number=last_number(kind) + 1, source=origin, reason=words,
        author_id=actor.user_id, author_name=actor.name, at=clock.now(),
    )  # fmt: skip
    _store(version, changes)
    _tell(actor, version, changes)
    publish(Topic.SETTINGS_CHANGED, settings.pk)
    return version


@transaction.atomic
def set_exchange_rate(
    actor: Actor, *, kind: str, currency: str, month: date, rate: Decimal, reason: str = "", source: str = BY_HAND
) -> ExchangeRate:
    """Set one rate; see `set_rates`.

    Raises:
        NotAllowed; Invalid on `kind`, `currency`, `month`, `rate` or `reason`.
    """
    require(may_set_rates(actor))
    problems = _checked(organization_settings().organization, kind, currency, month, rate)
    if kind not in RateKind.values:
        problems.add("kind", "The rate is plan, avg or close.")
    problems.stop_if_any()
    key = (currency.strip().upper(), month)
    try:
        set_rates(actor, kind=kind, rates={key: rate}, reason=reason, source=source)
    except Invalid as refused:
        name = rate_name(key)
        raise Invalid({"rate" if field == name else field: texts for field, texts in refused.errors.items()}) from None
    return ExchangeRate.objects.get(kind=kind, currency=key[0], month=month)


def rate_name(key: RateKey) -> str:
    """How errors and records call a rate: "USD 2026-04"."""
    return f"{key[0]} {key[1]:%Y-%m}"


def _asked(home: Organization, kind: str, rates: Mapping[RateKey, Decimal]) -> dict[RateKey, Decimal]:
    """The rates under codes in capitals; each wrong one is named."""
    problems = Problems()
    asked: dict[RateKey, Decimal] = {}
    for (currency, month), rate in rates.items():
        key = (str(currency).strip().upper(), month)
        own = _checked(home, kind, currency, month, rate)
        if own:
            problems.replace(rate_name(key), *own.sentences)
        elif key in asked:
            problems.replace(rate_name(key), "This rate is given twice.")
        asked[key] = rate
    problems.stop_if_any()
    return asked


def _checked(home: Organization, kind: str, currency: str, month: date, rate: Decimal) -> Problems:
    """What is wrong with one rate."""
    problems = Problems()
    code = checks.currency(problems, "currency", currency, any_case=True)
    if code == home.currency:
        problems.add("currency", f"{code} is the reporting currency. Its rate is always 1.")
    if not rate.is_finite() or not 0 < rate < _LARGEST:
        problems.add("rate", "A rate is a number above 0.")
    elif rate != round(rate, 8):
        problems.add("rate", "A rate has at most 8 decimals.")
    if month.day != 1:
        problems.add("month", "A month is given as the date of its first day.")
    elif kind == RateKind.PLAN and month.month != home.fiscal_year_start:
        first, _ = fiscal_year_bounds(fiscal_year(month, home.fiscal_year_start), home.fiscal_year_start)
        problems.add("month", f"A plan rate holds for a fiscal year. It is given for {month_name(first)}.")
    return problems


_Change = tuple[RateKey, Decimal | None, Decimal]


def _refuse_locked(kind: str, changes: Iterable[_Change]) -> None:
    problems, locked = Problems(), locked_months()
    for key, before, _ in changes:
        if before is not None and governs(kind, key[1], locked):
            sentence = "A month of this rate is locked. Its figures were signed at the rate that is set."
            problems.add(rate_name(key), sentence)
    problems.stop_if_any()


def _store(version: RateSet, changes: Iterable[_Change]) -> None:
    """What changed, and what holds from now on."""
    rows = [
        RateChange(rate_set=version, currency=key[0], month=key[1], before=before, rate=rate)
        for key, before, rate in changes
    ]
    RateChange.objects.bulk_create(rows)
    ExchangeRate.objects.bulk_create(
        [ExchangeRate(kind=version.kind, currency=row.currency, month=row.month, rate=row.rate) for row in rows],
        update_conflicts=True,
        unique_fields=["organization", "kind", "currency", "month"],
        update_fields=["rate"],
    )


def _tell(actor: Actor, version: RateSet, changes: list[_Change]) -> None:
    label = version.get_kind_display().lower()
    if len(changes) == 1:
        (currency, month), _, rate = changes[0]
        summary = f"set the {label} rate of {currency} for {month_name(month)} to {rate:f}"
    else:
        currencies = ", ".join(sorted({key[0] for key, _, _ in changes}))
        summary = f"set {len(changes)} {label} rates of {currencies}"
    summary += f", version {version.number}"
    change = {rate_name(key): [before, rate] for key, before, rate in changes}
    change["source"] = version.source  # type: ignore[assignment]
    record(actor, Verb.RATE_SET, version, summary=summary, change=change, reason=version.reason, ledger=True)
