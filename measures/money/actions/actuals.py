"""Actuals: reported by the owner's side, validated or returned by the controller, who entered none of them."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from cat4 import checks, clock
from cat4.accounts.actor import Actor
from cat4.checks import Problems
from cat4.editing import check_version
from cat4.errors import Conflict, require
from cat4.outbox.actions import publish
from cat4.wording import amounts_changed, change_of, month_name, month_span, plain
from measures.constants import Topic, Verb
from measures.core.actions.notes import note
from measures.core.notices import tell
from measures.core.policies.deputies import act_as
from measures.core.selectors.measures import line_of, measure_to_change
from measures.facts import checks as measure_checks
from measures.facts.calendar import Calendar, calendar
from measures.models import EffectLine, EffectMonth, HandedMonth, Measure

from ..policies import may_report_actuals, may_return_actuals, may_validate_actuals, may_validate_entry
from ..selectors.corrections import open_for_corrections

REPORTED = ["reported", "reported_by", "reported_at"]
VALIDATED = ["validated", "validated_by", "validated_at"]


@transaction.atomic
def report_actuals(
    actor: Actor,
    measure_id: UUID,
    *,
    line_id: UUID,
    months: dict[date, Decimal],
    expected_version: int | None = None,
) -> Measure:
    """Enter what was booked, by month, in the line's currency. The same amount again changes nothing.

    A month must be over, lie in the fiscal calendar and be neither locked nor validated.
    `expected_version` is the line's.

    Raises:
        Http404, NotAllowed, StaleVersion; Invalid on `months`.
    """
    measure = measure_to_change(actor, measure_id)
    line = line_of(measure, line_id)
    actor = act_as(actor, measure, may_report_actuals)
    check_version(line, expected_version, "name")
    window, problems = calendar(), Problems()
    amounts = measure_checks.month_amounts(problems, "months", months, window)
    known = {entry.month: entry for entry in line.months.filter(month__in=list(amounts))}
    before = {month: known[month].reported if month in known else None for month in amounts}
    changed = {month: amount for month, amount in amounts.items() if before[month] != amount}
    for month in changed:
        wrong = _why_not_reported(month, known.get(month), window, measure)
        if wrong:
            problems.add("months", wrong)
    problems.stop_if_any()
    if not changed:
        return measure
    for month, amount in changed.items():
        entry = known.get(month) or EffectMonth(measure=measure, line=line, month=month)
        entry.reported, entry.reported_by_id, entry.reported_at = amount, actor.user_id, clock.now()
        entry.save()
    _count_edit(line)
    take_back(measure, changed)
    old = {month: before[month] for month in changed}
    summary = f"reported actuals of {line.name} {amounts_changed(old, changed, line.measured_in)}"
    note(actor, Verb.ACTUALS_REPORTED, line, measure, summary, change=change_of(old, changed))
    _ask_to_validate(actor, measure, window.today)
    return measure


def _ask_to_validate(actor: Actor, measure: Measure, today: date) -> None:
    """Once a day, however many lines and months are reported."""
    tell(
        "actuals.validation_asked", actor, measure, event=f"actuals:{measure.pk}:{today}", path=_money_of(measure),
        people=[measure.controller_id],
    )  # fmt: skip


def _money_of(measure: Measure) -> str:
    return f"/measures/{measure.pk}/financials/"


def _why_not_reported(month: date, entry: EffectMonth | None, window: Calendar, measure: Measure) -> str:
    if early := window.why_no_actuals(month):
        return early
    # The way out that is open: a lock forbids to return, and so does a month that is validated for everybody.
    if month in window.locked:
        return f"{month_name(month)} is locked. {_correction_words(window)}"
    if month in window.validated:
        return f"{month_name(month)} is validated for the whole organization. It has to be stepped back first."
    if entry is not None and entry.validated is not None:
        who = measure.controller.name if measure.controller else "The controller, who is not named yet,"
        return f"{month_name(month)} is validated. {who} has to return it first."
    if month in window.submitted and entry is not None and entry.reported is not None:
        return f"{month_name(month)} is submitted. The controller returns what has to change."
    return ""


def _correction_words(window: Calendar) -> str:
    """Where what comes late is booked."""
    months = open_for_corrections(window)
    if months:
        return f"Enter the difference as a correction in {month_name(months[0])}."
    return "A correction can be entered once a later month has begun that is open."


@transaction.atomic
def validate_actuals(
    actor: Actor,
    measure_id: UUID,
    *,
    line_id: UUID,
    months: Iterable[date] | Mapping[date, Decimal],
    comment: str = "",
) -> Measure:
    """The controller confirms reported months as they are.

    With amounts by month, those are what the controller saw: a month that was reported anew meanwhile is
    refused, so that nobody confirms a figure unseen. A figure that doesn't hold is returned, not corrected.

    Raises:
        Http404, NotAllowed (also for an own entry); Conflict when a figure moved; Invalid on `months`.
    """
    measure = measure_to_change(actor, measure_id)
    line = line_of(measure, line_id)
    actor = act_as(actor, measure, may_validate_actuals)
    problems = Problems()
    comment = checks.text(problems, "comment", comment)
    entries = _entries(problems, line, months)
    window = calendar()
    for entry in entries:
        if early := window.why_no_actuals(entry.month):
            problems.add("months", early)
        require(may_validate_entry(actor, measure, entry))
        if entry.validated is not None:
            problems.add("months", f"{month_name(entry.month)} is validated already.")
    problems.stop_if_any()
    if isinstance(months, Mapping):
        _check_seen(entries, months)
    for entry in entries:
        entry.validated, entry.validated_by_id, entry.validated_at = entry.reported, actor.user_id, clock.now()
    EffectMonth.objects.bulk_update(entries, VALIDATED)
    _count_edit(line)
    amounts = {entry.month: entry.reported for entry in entries if entry.reported is not None}
    said = f"{plain(sum(amounts.values(), Decimal(0)))} {line.measured_in}"
    summary = f"validated actuals of {line.name} for {month_span(sorted(amounts))}, {said}"
    change = change_of({}, amounts)
    note(actor, Verb.ACTUALS_VALIDATED, line, measure, summary, change=change, reason=comment, ledger=True)
    publish(Topic.ACTUALS_VALIDATED, measure.pk)
    return measure


@transaction.atomic
def return_actuals(actor: Actor, measure_id: UUID, *, line_id: UUID, months: Iterable[date], reason: str) -> Measure:
    """The controller sends months back: they count as not reported until someone enters them again.

    Raises:
        Http404, NotAllowed; Invalid on `months` (not reported, locked) or `reason`.
    """
    measure = measure_to_change(actor, measure_id)
    line = line_of(measure, line_id)
    actor = act_as(actor, measure, may_return_actuals)
    window, problems = calendar(), Problems()
    reason = checks.text(problems, "reason", reason, required=True)
    entries = _entries(problems, line, months)
    for entry in entries:
        if entry.month in window.locked:
            problems.add(
                "months",
                f"{month_name(entry.month)} is locked and stays as it was reported. {_correction_words(window)}",
            )
        elif entry.month in window.validated:
            problems.add("months", f"{month_name(entry.month)} is validated. It has to be stepped back first.")
    problems.stop_if_any()
    change = {f"{entry.month:%Y-%m}": [entry.reported, None] for entry in entries}
    returned, reporters = [entry.month for entry in entries], [entry.reported_by_id for entry in entries]
    was_validated = any(entry.validated is not None for entry in entries)
    for entry in entries:
        for field in (*REPORTED, *VALIDATED):
            setattr(entry, field, None)
    EffectMonth.objects.bulk_update(entries, [*REPORTED, *VALIDATED])
    take_back(measure, [entry.month for entry in entries])
    _count_edit(line)
    said = "returned validated actuals" if was_validated else "returned actuals"
    summary = f"{said} of {line.name} for {month_span([entry.month for entry in entries])}"
    note(actor, Verb.ACTUALS_RETURNED, line, measure, summary, change=change, reason=reason, ledger=was_validated)
    if was_validated:
        publish(Topic.ACTUALS_VALIDATED, measure.pk)
    tell(
        "actuals.returned", actor, measure, event=f"actuals:{line.pk}:{line.version}:returned", line=line.name,
        people={measure.owner_id, *reporters}, path=_money_of(measure), months=month_span(returned),
        reason=reason,
    )  # fmt: skip
    return measure


def _entries(problems: Problems, line: EffectLine, months: Iterable[date]) -> list[EffectMonth]:
    """The reported entries of the months, in order; a month without one is a problem."""
    wanted = measure_checks.month_list(problems, "months", months, calendar())
    known = {entry.month: entry for entry in line.months.filter(month__in=wanted)}
    found = []
    for month in wanted:
        entry = known.get(month)
        if entry is None or entry.reported is None:
            problems.add("months", f"{month_name(month)} is not reported.")
        else:
            found.append(entry)
    return found


def _check_seen(entries: list[EffectMonth], seen: Mapping[date, Decimal]) -> None:
    moved = {f"{entry.month:%Y-%m}": entry.reported for entry in entries if entry.reported != seen[entry.month]}
    if moved:
        said = ", ".join(f"{month_name(entry.month)}: {plain(entry.reported)}" for entry in entries)
        raise Conflict(f"The reported figures are not those you saw. Now: {said}.", current=moved)


def take_back(measure: Measure, months: Iterable[date]) -> None:
    """A month whose figures move has to be handed in again."""
    HandedMonth.objects.filter(measure=measure, month__in=list(months)).delete()


def _count_edit(line: EffectLine) -> None:
    line.version += 1
    line.save(update_fields=["version"])
