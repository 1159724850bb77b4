"""The plan: typed or phased months until the measure is decided, frozen versions from then on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from cat4.accounts.actor import Actor
from cat4.audit.actions import record
from cat4.checks import Problems
from cat4.editing import check_version
from cat4.errors import Invalid
from cat4.wording import amounts_changed, change_of, counted, listed, month_name
from measures.constants import PLANNED_GATES, Verb
from measures.core.actions.notes import note
from measures.core.policies.deputies import act_as
from measures.core.selectors.measures import part_to_change
from measures.facts import checks as measure_checks
from measures.facts.calendar import calendar
from measures.formulas.plan_versions import Phasing
from measures.models import EffectLine, EffectMonth, Measure, Milestone, PlanMilestone, PlanMonth, PlanVersion

from ..policies import may_edit_plan


@transaction.atomic
def set_plan_months(
    actor: Actor, line_id: UUID, *, months: dict[date, Decimal], expected_version: int | None = None
) -> EffectLine:
    """Type plan months of a line. Months that aren't named keep their plan; the line counts as typed from now on.

    Raises:
        Http404, NotAllowed (from DoI 3 on too), StaleVersion; Invalid on `months`.
    """
    line = part_to_change(actor, EffectLine, line_id)
    actor = act_as(actor, line.measure, may_edit_plan)
    check_version(line, expected_version, "name")
    problems = Problems()
    amounts = measure_checks.month_amounts(problems, "months", months, calendar())
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
    summary = f"changed the plan of {line.name} {amounts_changed(old, changed, line.measured_in)}"
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
    planned = EffectMonth.objects.filter(measure_id=measure.pk, plan__isnull=False)
    amounts = {
        (line_id, month): amount
        for line_id, month, amount in planned.values_list("line_id", "month", "plan")
        if amount is not None
    }
    version = _write_version(measure, amounts, _baseline_dates(measure), reason=reason, at=at)
    if actor is not None:
        summary = f"froze plan version {version.number} with {counted(len(amounts), 'month')}"
        change = {"number": version.number, "months": len(amounts)}
        record(
            actor, Verb.PLAN_FROZEN, version, summary=summary, change=change, reason=reason,
            measure_id=measure.pk, ledger=True,
        )  # fmt: skip
    return version


@dataclass(frozen=True, slots=True)
class LineChange:
    """New plan months of a line, in its currency; with `phasing` they were phased from it, else typed."""

    months: Mapping[date, Decimal] = field(default_factory=dict)
    phasing: Phasing | None = None


def apply_plan_change(
    actor: Actor,
    measure: Measure,
    *,
    lines: Mapping[UUID, LineChange],
    dates: Mapping[UUID, date],
    gates: Mapping[str, date],
    reason: str,
    at: datetime,
) -> PlanVersion:
    """Carry an approved change of the plan out: the next version, then months, baseline and gate dates as it says.
    `dates` are by milestone, `gates` by the measure's field.

    The caller holds the measure's lock and has written the decision, without which the database refuses each
    part of it. Months and milestones that aren't named stay as they are; forecasts and actuals stay anyway.

    Raises:
        Invalid: on `lines`, a month that is locked by now.
    """
    locked = sorted({month for change in lines.values() for month in change.months} & calendar().locked)
    if locked:
        raise Invalid({"lines": f"{listed(map(month_name, locked))} locked since. A locked month keeps its plan."})
    last = _newest_version(measure, at)
    before = {(row.line_id, row.month): row.amount for row in last.months.all()}
    changed = {(pk, month): amount for pk, change in lines.items() for month, amount in change.months.items()}
    moved_gates = _plan_gates(measure, gates)
    version = _write_version(measure, before | changed, _baseline_dates(measure) | dict(dates), reason=reason, at=at)
    measure.save(update_fields=list(gates))
    for line in EffectLine.objects.filter(measure=measure, pk__in=list(lines)):
        _apply_to_line(line, lines[line.pk])
    moved = _move_baselines(measure, dates)
    pairs = {key: (before.get(key), amount) for key, amount in changed.items()}
    _record_change(actor, version, pairs, moved, moved_gates)
    return version


def _plan_gates(measure: Measure, gates: Mapping[str, date]) -> dict[str, list[date | None]]:
    """Set the planned dates, for the version to take them over; the gates in words with their old and new date."""
    moved = {f"planned date of DoI {PLANNED_GATES[name]}": [getattr(measure, name), day] for name, day in gates.items()}
    for name, day in gates.items():
        setattr(measure, name, day)
    return moved


def _write_version(
    measure: Measure,
    amounts: Mapping[tuple[UUID, date], Decimal],
    dates: Mapping[UUID, date],
    *,
    reason: str,
    at: datetime,
) -> PlanVersion:
    number = measure.plan_versions.count() + 1
    version = PlanVersion.objects.create(
        measure=measure, number=number, frozen_at=at, reason=reason, **measure.planned_gates
    )
    PlanMonth.objects.bulk_create(
        PlanMonth(plan_version=version, line_id=line_id, month=month, amount=amount)
        for (line_id, month), amount in amounts.items()
    )
    _write_dates(version, dates)
    return version


def _write_dates(version: PlanVersion, dates: Mapping[UUID, date]) -> None:
    PlanMilestone.objects.bulk_create(
        PlanMilestone(plan_version=version, milestone_id=milestone_id, baseline_on=day)
        for milestone_id, day in dates.items()
    )


def _baseline_dates(measure: Measure) -> dict[UUID, date]:
    return dict(Milestone.objects.filter(measure=measure).values_list("pk", "baseline_on"))


def _newest_version(measure: Measure, at: datetime) -> PlanVersion:
    """The plan that a change starts from. One that came without dates, or wasn't frozen at all, is completed first."""
    last = measure.plan_versions.order_by("-number").first()
    if last is None:
        return freeze_plan(measure, reason="The plan before its first change.", at=at)
    if not last.milestones.exists():
        _write_dates(last, _baseline_dates(measure))
    return last


def _apply_to_line(line: EffectLine, change: LineChange) -> None:
    write_plan(line, dict(change.months))
    line.annual_amount = None
    if change.phasing is not None:
        line.annual_amount, line.start_month = change.phasing.annual_amount, change.phasing.start_month
        line.end_month, line.ramp_months = change.phasing.end_month, change.phasing.ramp_months
    line.version += 1
    line.save(update_fields=["annual_amount", "start_month", "end_month", "ramp_months", "version"])


def _move_baselines(measure: Measure, dates: Mapping[UUID, date]) -> dict[str, list[date]]:
    """The milestones by name with their old and new date."""
    moved = {}
    for milestone in Milestone.objects.filter(measure=measure, pk__in=list(dates)):
        moved[milestone.name] = [milestone.baseline_on, dates[milestone.pk]]
        milestone.baseline_on, milestone.is_planned = dates[milestone.pk], True
        milestone.version += 1
        milestone.save(update_fields=["baseline_on", "is_planned", "version"])
    return moved


def _record_change(
    actor: Actor,
    version: PlanVersion,
    changed: Mapping[tuple[UUID, date], tuple[Decimal | None, Decimal]],
    moved: Mapping[str, list[date]],
    gates: Mapping[str, list[date | None]],
) -> None:
    """One chained entry with every old and new month and date."""
    names = dict(EffectLine.objects.filter(measure_id=version.measure_id).values_list("pk", "name"))
    months: dict[str, dict[str, list[str | None]]] = {}
    for (line_id, month), (old, new) in sorted(changed.items(), key=lambda item: (names[item[0][0]], item[0][1])):
        months.setdefault(names[line_id], {})[f"{month:%Y-%m}"] = [None if old is None else str(old), str(new)]
    parts = [counted(len(changed), "month")] * bool(changed)
    parts += [counted(len(moved), "baseline date")] * bool(moved)
    parts += [f"the {label}" for label in gates]
    change: dict[str, object] = {"number": version.number, "months": months, "baseline_on": dict(moved)}
    if gates:
        change["planned_gates"] = dict(gates)
    record(
        actor, Verb.PLAN_CHANGED, version, summary=f"changed the plan to version {version.number}: {listed(parts)}",
        change=change, reason=version.reason, measure_id=version.measure_id, ledger=True,
    )  # fmt: skip
