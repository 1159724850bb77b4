"""Why money is missing: causes that somebody names for a locked month (domain 6.8)."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from cat4 import checks, clock
from cat4.accounts.actor import Actor
from cat4.checks import Problems
from cat4.editing import check_version
from cat4.wording import money, month_name
from measures.constants import EBITDA_KINDS, Certainty, LeakageCause, Verb
from measures.core.actions.notes import note
from measures.core.policies.deputies import act_as
from measures.core.selectors.measures import line_of, measure_to_change, part_to_change
from measures.facts import checks as measure_checks
from measures.facts.calendar import Calendar, calendar
from measures.models import EffectLine, LeakageEntry

from ..policies import may_explain_leakage
from ..selectors.leakage import missing_of, named_for


@transaction.atomic
def explain_leakage(
    actor: Actor,
    measure_id: UUID,
    *,
    line_id: UUID,
    month: date,
    cause: str,
    amount: Decimal,
    reason: str,
    expected_version: int | None = None,
) -> LeakageEntry:
    """Name the cause of missing money of a locked month, in the line's currency; positive is missing.

    Naming a cause again replaces its amount and reason. All that is named of a month is at most what is missing.

    Raises:
        Http404, NotAllowed, StaleVersion; Invalid by argument.
    """
    measure = measure_to_change(actor, measure_id)
    line = line_of(measure, line_id)
    actor = act_as(actor, measure, may_explain_leakage)
    problems, window = Problems(), calendar()
    cause = checks.choice(problems, "cause", cause, LeakageCause)
    amount = checks.amount(problems, "amount", amount)
    reason = checks.text(problems, "reason", reason, required=True)
    entry = LeakageEntry.objects.filter(line=line, month=month, cause=cause).first()
    if entry is not None:
        check_version(entry, expected_version, "amount", "reason")
    _check_month(problems, line, month, window)
    _check_amount(problems, line, month, cause, amount)
    problems.stop_if_any()
    before = entry.amount if entry else None
    if entry is not None and (before, entry.reason) == (amount, reason):
        return entry
    entry = entry or LeakageEntry(measure=measure, line=line, month=month, cause=cause, version=0)
    entry.amount, entry.reason, entry.author_id, entry.at = amount, reason, actor.user_id, clock.now()
    entry.version += 1
    entry.save()
    label = LeakageCause(cause).label.lower()
    summary = f"explained {money(amount, line.currency)} that {line.name} is missing in {month_name(month)}: {label}"
    change = {label: [before, amount]}
    note(actor, Verb.LEAKAGE_EXPLAINED, entry, measure, summary, change=change, reason=reason)
    return entry


@transaction.atomic
def remove_explanation(actor: Actor, entry_id: UUID) -> None:
    """Take a named cause back; what it explained counts by the computed causes again. The record keeps it.

    Raises:
        Http404, NotAllowed.
    """
    entry = part_to_change(actor, LeakageEntry, entry_id)
    actor = act_as(actor, entry.measure, may_explain_leakage)
    label = LeakageCause(entry.cause).label.lower()
    what = f"{money(entry.amount, entry.line.currency)} of {entry.line.name} in {month_name(entry.month)}"
    change = {label: [entry.amount, None]}
    summary = f"took back the explanation of {what}: {label}"
    note(actor, Verb.LEAKAGE_UNEXPLAINED, entry, entry.measure, summary, change=change, reason=entry.reason)
    entry.delete()


def _check_month(problems: Problems, line: EffectLine, month: date, window: Calendar) -> None:
    if line.kind not in EBITDA_KINDS or line.certainty != Certainty.HARD:
        problems.add("line_id", f"{line.name} is no hard EBITDA. Only that counts toward a target and can be missing.")
    if measure_checks.month(problems, "month", month, window) is not None and month not in window.locked:
        problems.add("month", f"{month_name(month)} is not locked yet. What it brings can still change.")


def _check_amount(problems: Problems, line: EffectLine, month: date, cause: str, amount: Decimal) -> None:
    """More than nothing, and with the other causes of the month no more than what is missing."""
    if problems:
        return
    missing, others = missing_of(line, month), named_for(line, month, but=cause)
    if missing <= 0:
        problems.add("month", f"Nothing is missing in {month_name(month)}.")
    elif amount <= 0:
        problems.add("amount", "Enter what is missing as an amount above 0.")
    elif amount > missing - others:
        left = money(missing - others, line.currency)
        problems.add("amount", f"At most {left}: that is what is missing and has no named cause yet.")
