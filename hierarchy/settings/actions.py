"""Changes to the organization itself, its thresholds and its calendar: versioned and audited (domain section 5)."""

from dataclasses import fields, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any

from django.db import transaction

from cat4.accounts.actor import Actor
from cat4.audit.actions import record
from cat4.checks import Problems
from cat4.editing import accept_only, check_version
from cat4.errors import require
from cat4.fiscal import months_between
from cat4.outbox.actions import publish
from cat4.wording import month_name
from hierarchy.calendar.selectors.periods import last_locked_month
from hierarchy.constants import Topic, Verb
from hierarchy.models import ExchangeRate, Node, OrganizationSettings
from hierarchy.organization.actions import checked_facts
from hierarchy.organization.selectors import organization_settings
from hierarchy.policies import may_change_settings
from hierarchy.thresholds import Thresholds

ORGANIZATION = ["name", "locale", "time_zone", "currency", "fiscal_year_start"]
CALENDAR = ["first_month", "last_month", "deviations_from"]
THRESHOLDS = [field.name for field in fields(Thresholds)]
# Shares of something, between nothing and all of it; the cost limits may lie above 1.
_SHARES = [
    "potential_green",
    "potential_amber",
    "rollup_red_share",
    "rollup_child_share",
    "closure_share",
    "sustain_share",
    "deviation_share_drop",
    "deviation_actual_share",
]
_DAYS = [
    "stale_after_days",
    "deviation_slip_days",
    "deviation_ripple_days",
    "deviation_cause_days",
    "deviation_sponsor_days",
    "deviation_escalate_days",
    "deviation_meeting_days",
    "deviation_wait_days",
    "deviation_compensate_days",
]
_CLOSING = ["close_submit_days", "close_validate_days", "close_lock_days"]
_WEIGHTS = [f"weight_{doi}" for doi in range(6)]
_LONGEST_CALENDAR = 30 * 12


@transaction.atomic
def change_organization(actor: Actor, *, expected_version: int | None = None, **changes: Any) -> OrganizationSettings:
    """Change name, locale, time zone, fiscal year or, before the first month is locked, the reporting currency.

    Rates lead to the reporting currency: those of the old one are withdrawn with it. Amounts keep their number where
    they are in the reporting currency by definition (targets, limits). What was locked stays as it was.
    `expected_version` is that of the settings. Nothing changed writes nothing.

    Raises:
        NotAllowed, StaleVersion; Invalid by field.
    """
    accept_only(changes, ORGANIZATION)
    require(may_change_settings(actor))
    settings = OrganizationSettings.objects.select_for_update(of=("self",)).get(pk=organization_settings().pk)
    home = settings.organization
    check_version(settings, expected_version, **{name: getattr(home, name) for name in ORGANIZATION})
    difference = organization_changes(settings, changes)
    if not difference:
        return settings
    if "name" in difference:
        Node.objects.filter(parent__isnull=True, name=home.name).update(name=difference["name"][1])
    for name, (_old, new) in difference.items():
        setattr(home, name, new)
    home.save(update_fields=list(difference))
    if "currency" in difference:
        withdrawn, _by_model = ExchangeRate.objects.all().delete()
        difference["rates_withdrawn"] = [withdrawn, 0]
    settings.version += 1
    settings.save(update_fields=["version"])
    summary = f"changed the organization: {', '.join(name.replace('_', ' ') for name in difference)}"
    record(actor, Verb.ORGANIZATION_CHANGED, settings, summary=summary, change=difference, ledger=True)
    publish(Topic.SETTINGS_CHANGED, settings.pk)
    return settings


def organization_changes(settings: OrganizationSettings, changes: dict[str, Any]) -> dict[str, list[Any]]:
    """Field to [old, new] of what differs, checked.

    Raises:
        Invalid: by field.
    """
    home, problems = settings.organization, Problems()
    clean = checked_facts(problems, **changes)
    if clean.get("currency", home.currency) != home.currency and last_locked_month() is not None:
        problems.add(
            "currency", f"The first month is locked in {home.currency}. The reporting currency stays from then on."
        )
    problems.stop_if_any()
    return {name: [getattr(home, name), new] for name, new in clean.items() if getattr(home, name) != new}


@transaction.atomic
def change_settings(actor: Actor, *, expected_version: int | None = None, **changes: Any) -> OrganizationSettings:
    """Change any threshold (see `Thresholds`), the calendar, or `deviations_from`. Nothing changed writes nothing.

    The calendar only grows: months that were planned would otherwise fall out of it.

    Raises:
        NotAllowed, StaleVersion; Invalid by field.
    """
    accept_only(changes, [*THRESHOLDS, *CALENDAR])
    require(may_change_settings(actor))
    settings = OrganizationSettings.objects.select_for_update(of=("self",)).get(pk=organization_settings().pk)
    before = _state(settings)
    check_version(settings, expected_version, **before)
    problems = Problems()
    wanted = {name: value for name, value in changes.items() if name in THRESHOLDS}
    thresholds = checked_thresholds(problems, settings.thresholds, wanted)
    _check_calendar(problems, settings, changes)
    problems.stop_if_any()
    for name in CALENDAR:
        setattr(settings, name, changes.get(name, getattr(settings, name)))
    settings.overrides = _overrides(thresholds)
    difference = {name: [old, _state(settings)[name]] for name, old in before.items() if _state(settings)[name] != old}
    if not difference:
        return settings
    settings.version += 1
    settings.save()
    summary = f"changed the settings to version {settings.version}: {', '.join(sorted(difference))}"
    record(actor, Verb.SETTINGS_CHANGED, settings, summary=summary, change=difference, ledger=True)
    publish(Topic.SETTINGS_CHANGED, settings.pk)
    return settings


def _state(settings: OrganizationSettings) -> dict[str, Any]:
    thresholds = settings.thresholds
    return {name: getattr(thresholds, name) for name in THRESHOLDS} | {
        name: getattr(settings, name) for name in CALENDAR
    }


def _overrides(thresholds: Thresholds) -> dict[str, str]:
    """Only what differs from the default, so that a better default reaches who never changed it."""
    defaults = Thresholds().as_stored()
    return {name: value for name, value in thresholds.as_stored().items() if value != defaults[name]}


def checked_thresholds(problems: Problems, current: Thresholds, wanted: dict[str, Any]) -> Thresholds:
    """The thresholds with the wanted ones, each in its range; what is wrong is noted by name."""
    clean: dict[str, Any] = {}
    for name, value in wanted.items():
        kind = type(getattr(current, name))
        try:
            clean[name] = kind(str(value))
        except (InvalidOperation, ValueError):
            problems.add(name, "Enter a number.")
            continue
        if kind is Decimal and not clean[name].is_finite():
            problems.add(name, "Enter a number.")
        elif clean[name] < 0:
            problems.add(name, "Not below 0.")
    if problems:
        return current
    thresholds = replace(current, **clean)
    _check_ranges(problems, thresholds)
    _check_order(problems, thresholds)
    return thresholds


def _check_ranges(problems: Problems, thresholds: Thresholds) -> None:
    for name in [*_SHARES, *_WEIGHTS]:
        if getattr(thresholds, name) > 1:
            problems.add(name, "A share lies between 0 and 1; 0.95 is 95%.")
    longest = {"closure_months": 24, "description_length": 500, "close_lock_days": 60, **dict.fromkeys(_DAYS, 366)}
    for name, most in longest.items():
        if getattr(thresholds, name) > most:
            problems.add(name, f"At most {most}.")
    if not 1 <= thresholds.sustain_months <= 24:
        problems.add("sustain_months", "From 1 to 24 months.")
    if thresholds.closure_months < 1:
        problems.add("closure_months", "At least one locked month proves an effect.")
    if thresholds.close_submit_days < 1:
        problems.add("close_submit_days", "At least the first working day after the month.")
    if thresholds.stale_after_days < 1:
        problems.add("stale_after_days", "At least 1 day.")


def _check_order(problems: Problems, thresholds: Thresholds) -> None:
    """Green asks for more than amber, everywhere; a limit out of order says only that."""
    if thresholds.slip_amber_days <= thresholds.slip_green_days:
        problems.replace("slip_amber_days", "Amber begins after green: more days than green allows.")
    if thresholds.potential_amber >= thresholds.potential_green:
        problems.replace("potential_amber", "Amber lies below green.")
    if thresholds.cost_amber <= thresholds.cost_green:
        problems.replace("cost_amber", "Amber allows more cost than green.")
    if thresholds.deviation_escalate_days < thresholds.deviation_sponsor_days:
        problems.replace("deviation_escalate_days", "The committee decides after the sponsor was told.")
    for before, after in pairwise(_CLOSING):
        if getattr(thresholds, after) < getattr(thresholds, before):
            problems.replace(after, "Not before the step that comes first: hand in, validate, lock.")
    for lower, higher in pairwise(_WEIGHTS):
        if getattr(thresholds, higher) < getattr(thresholds, lower):
            problems.replace(higher, "A higher degree doesn't weigh less than the one before.")


def _check_calendar(problems: Problems, settings: OrganizationSettings, changes: dict[str, Any]) -> None:
    start = changes.get("deviations_from")
    if start is not None and not (isinstance(start, date) and 1900 <= start.year <= 2100):
        problems.add("deviations_from", "Enter a day, or leave it empty.")
    first: date = changes.get("first_month", settings.first_month)
    last: date = changes.get("last_month", settings.last_month)
    for name, month in [("first_month", first), ("last_month", last)]:
        if month.day != 1:
            problems.add(name, "A month is given as the date of its first day.")
    if first > settings.first_month:
        problems.replace(
            "first_month", f"Months may already be planned from {month_name(settings.first_month)}. Only earlier."
        )
    if last < settings.last_month:
        problems.replace(
            "last_month", f"Months may already be planned until {month_name(settings.last_month)}. Only later."
        )
    if months_between(first, last) >= _LONGEST_CALENDAR and "last_month" not in problems:
        problems.add("last_month", "The calendar holds at most 30 years.")
