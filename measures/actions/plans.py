"""The plan: typed or phased months until the measure is decided, frozen versions from then on."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from cat4.accounts.actor import Actor
from cat4.audit.actions import record
from cat4.errors import require

from .. import checks
from ..checks import Problems
from ..constants import Verb
from ..models import EffectLine, EffectMonth, Measure, PlanMonth, PlanVersion
from ..policies import may_edit_plan
from ..selectors.calendar import calendar
from ..selectors.measures import part_to_change
from ..wording import amounts_changed, change_of
from ._common import check_version, note


@transaction.atomic
def set_plan_months(
    actor: Actor, line_id: UUID, *, months: dict[date, Decimal], expected_version: int | None = None
) -> EffectLine:
    """Type plan months of a line. Months that aren't named keep their plan; the line counts as typed from now on.

    Raises:
        Http404, NotAllowed (from DoI 3 on too), StaleVersion; Invalid on `months`.
    """
    line = part_to_change(actor, EffectLine, line_id)
    require(may_edit_plan(actor, line.measure))
    check_version(line, expected_version, name=line.name)
    problems = Problems()
    amounts = checks.month_amounts(problems, "months", months, calendar())
    problems.stop_if_any()
    before = plan_of(line)
    changed = {month: amount for month, amount in amounts.items() if before.get(month) != amount}
    if not changed:
        return line
    write_plan(line, changed)
    line.annual_amount = None
    line.version += 1
    line.save(update_fields=["annual_amount", "version"])
    old = {month: before.get(month) for month in changed}
    summary = f"changed the plan of {line.name} {amounts_changed(old, changed, line.currency)}"
    note(actor, Verb.PLAN_EDITED, line, line.measure, summary, change=change_of(old, changed))
    return line


def plan_of(line: EffectLine) -> dict[date, Decimal]:
    """The line's plan by month, only where there is one."""
    planned = line.months.filter(plan__isnull=False).values_list("month", "plan")
    return {month: amount for month, amount in planned if amount is not None}


def write_plan(line: EffectLine, amounts: dict[date, Decimal]) -> None:
    """Set plan months, creating what is missing; the caller holds the measure's lock."""
    known = {entry.month: entry for entry in line.months.filter(month__in=list(amounts))}
    for month, entry in known.items():
        entry.plan = amounts[month]
    EffectMonth.objects.bulk_update(known.values(), ["plan"])
    EffectMonth.objects.bulk_create(
        EffectMonth(measure_id=line.measure_id, line=line, month=month, plan=amount)
        for month, amount in amounts.items()
        if month not in known
    )


def freeze_plan(measure: Measure, *, reason: str, at: datetime, actor: Actor | None = None) -> PlanVersion:
    """Write the plan down as a version that nobody can change; the caller holds the measure's lock and decides.

    With an `actor` the freeze is chained into the ledger as an entry of its own; without, it is part of
    the caller's entry.
    """
    version = PlanVersion.objects.create(
        measure=measure, number=measure.plan_versions.count() + 1, frozen_at=at, reason=reason
    )
    planned = EffectMonth.objects.filter(measure_id=measure.pk, plan__isnull=False)
    rows = [
        PlanMonth(plan_version=version, line_id=line_id, month=month, amount=amount)
        for line_id, month, amount in planned.values_list("line_id", "month", "plan")
        if amount is not None
    ]
    PlanMonth.objects.bulk_create(rows)
    if actor is not None:
        summary = f"froze plan version {version.number} with {len(rows)} month{'s' * (len(rows) != 1)}"
        change = {"number": version.number, "months": len(rows)}
        record(
            actor, Verb.PLAN_FROZEN, version, summary=summary, change=change, reason=reason,
            measure_id=measure.pk, ledger=True,
        )  # fmt: skip
    return version
