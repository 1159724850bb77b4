"""Milestones: the baseline date stays once decided, the forecast moves, the actual date ends it (domain section 8)."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from cat4 import clock
from cat4.accounts.actor import Actor
from cat4.accounts.selectors import active_member_ids
from cat4.errors import Conflict, require

from .. import checks
from ..checks import Problems
from ..constants import Doi, Verb
from ..models import Milestone
from ..policies import may_edit_milestones, may_remove_milestone
from ..policies.standing import PLAN_IS_FROZEN
from ..selectors.calendar import calendar
from ..selectors.measures import measure_to_change, part_to_change
from ..wording import day_name, listed
from ._common import check_version, note

FACTS = ("name", "baseline_on", "is_critical", "is_effect_start", "responsible_id")


@transaction.atomic
def add_milestone(
    actor: Actor,
    measure_id: UUID,
    *,
    name: str,
    baseline_on: date,
    is_critical: bool = False,
    is_effect_start: bool = False,
    responsible_id: UUID | None = None,
) -> Milestone:
    """A new milestone, forecast for its baseline date. At most one starts the effect: the last one marked.

    Raises:
        Http404, NotAllowed; Invalid by argument.
    """
    measure = measure_to_change(actor, measure_id)
    require(may_edit_milestones(actor, measure))
    facts = {"name": name, "baseline_on": baseline_on, "responsible_id": responsible_id}
    facts |= {"is_critical": is_critical, "is_effect_start": is_effect_start}
    problems = Problems()
    milestone = Milestone(measure=measure, position=measure.milestones.count())
    cleaned = _clean(problems, actor, milestone, facts)
    if measure.doi >= Doi.DECIDED and is_effect_start and measure.milestones.filter(is_effect_start=True).exists():
        problems.add("is_effect_start", PLAN_IS_FROZEN)
    problems.stop_if_any()
    for field, value in cleaned.items():
        setattr(milestone, field, value)
    milestone.forecast_on = milestone.baseline_on
    if milestone.is_effect_start:
        measure.milestones.update(is_effect_start=False)
    milestone.save(force_insert=True)
    summary = f"added the milestone {milestone.name} for {day_name(milestone.baseline_on)}"
    note(
        actor, Verb.MILESTONE_ADDED, milestone, measure, summary, change={"baseline_on": [None, baseline_on]}
    )  # fmt: skip
    return milestone


@transaction.atomic
def edit_milestone(
    actor: Actor, milestone_id: UUID, *, expected_version: int | None = None, **changes: Any
) -> Milestone:
    """Change name, baseline date, marks or responsible person. From DoI 3 on the baseline date and marks stay.

    Raises:
        Http404, NotAllowed, StaleVersion; Invalid by argument.
    """
    unknown = sorted(set(changes) - set(FACTS))
    if unknown:
        raise TypeError(f"A milestone has no {listed(unknown)} to be set here.")
    milestone = part_to_change(actor, Milestone, milestone_id)
    measure = milestone.measure
    require(may_edit_milestones(actor, measure))
    check_version(milestone, expected_version, **{field: getattr(milestone, field) for field in changes})
    problems = Problems()
    cleaned = _clean(problems, actor, milestone, changes)
    change = {f: [getattr(milestone, f), value] for f, value in cleaned.items() if getattr(milestone, f) != value}
    _check_decided(problems, milestone, change)
    problems.stop_if_any()
    if not change:
        return milestone
    if cleaned.get("is_effect_start"):
        measure.milestones.exclude(pk=milestone.pk).update(is_effect_start=False)
    if "baseline_on" in change and milestone.forecast_on == milestone.baseline_on:
        milestone.forecast_on = cleaned["baseline_on"]
    for field, (_, new) in change.items():
        setattr(milestone, field, new)
    milestone.version += 1
    milestone.save()
    summary = f"edited the milestone {milestone.name}"
    if "baseline_on" in change:
        was, now = change["baseline_on"]
        summary = f"moved the baseline date of {milestone.name} from {day_name(was)} to {day_name(now)}"
    note(actor, Verb.MILESTONE_EDITED, milestone, measure, summary, change=change)
    return milestone


@transaction.atomic
def revise_milestone(
    actor: Actor, milestone_id: UUID, *, forecast_on: date, reason: str, expected_version: int | None = None
) -> Milestone:
    """Move the owner's forecast of an open milestone, with its reason; the baseline date stays visible.

    Raises:
        Http404, NotAllowed, StaleVersion; Conflict when it is done; Invalid on `forecast_on` or `reason`.
    """
    milestone = part_to_change(actor, Milestone, milestone_id)
    require(may_edit_milestones(actor, milestone.measure))
    check_version(milestone, expected_version, forecast_on=milestone.forecast_on)
    _require_open(milestone)
    problems = Problems()
    checks.day(problems, "forecast_on", forecast_on)
    moved = forecast_on != milestone.forecast_on
    reason = checks.text(problems, "reason", reason, required=moved)
    problems.stop_if_any()
    if not moved:
        return milestone
    change = {"forecast_on": [milestone.forecast_on, forecast_on]}
    summary = (
        f"moved the forecast of {milestone.name} from {day_name(milestone.forecast_on)} to {day_name(forecast_on)}"
    )
    milestone.forecast_on, milestone.forecast_changed_at = forecast_on, clock.now()
    milestone.version += 1
    milestone.save(update_fields=["forecast_on", "forecast_changed_at", "version"])
    note(actor, Verb.MILESTONE_EDITED, milestone, milestone.measure, summary, change=change, reason=reason)
    return milestone


@transaction.atomic
def complete_milestone(
    actor: Actor, milestone_id: UUID, *, actual_on: date, expected_version: int | None = None
) -> Milestone:
    """Record the day on which it was reached, today at the latest. Its evidence is asked for at gate 4.

    Raises:
        Http404, NotAllowed, StaleVersion; Conflict when it is done; Invalid on `actual_on`.
    """
    milestone = part_to_change(actor, Milestone, milestone_id)
    require(may_edit_milestones(actor, milestone.measure))
    check_version(milestone, expected_version, actual_on=milestone.actual_on)
    _require_open(milestone)
    problems = Problems()
    checks.day(problems, "actual_on", actual_on)
    problems.stop_if_any()
    if actual_on > calendar().today:
        problems.add("actual_on", f"{day_name(actual_on)} lies in the future. Enter the day on which it was reached.")
    problems.stop_if_any()
    milestone.actual_on = actual_on
    milestone.version += 1
    milestone.save(update_fields=["actual_on", "version"])
    summary = f"completed the milestone {milestone.name} on {day_name(actual_on)}"
    change = {"actual_on": [None, actual_on], "baseline_on": milestone.baseline_on}
    note(actor, Verb.MILESTONE_DONE, milestone, milestone.measure, summary, change=change)
    return milestone


@transaction.atomic
def remove_milestone(actor: Actor, milestone_id: UUID) -> None:
    """Take a milestone away before anything was decided on it. Its documents stay with the measure.

    Raises:
        Http404, NotAllowed (decided, done, or the one that starts the effect).
    """
    milestone = part_to_change(actor, Milestone, milestone_id)
    require(may_edit_milestones(actor, milestone.measure))
    require(may_remove_milestone(actor, milestone))
    change = {"name": [milestone.name, None], "baseline_on": [milestone.baseline_on, None]}
    note(
        actor, Verb.MILESTONE_REMOVED, milestone, milestone.measure, f"removed the milestone {milestone.name}",
        change=change,
    )  # fmt: skip
    milestone.delete()


def _require_open(milestone: Milestone) -> None:
    if milestone.actual_on is not None:
        done = day_name(milestone.actual_on)
        raise Conflict(f"{milestone.name} is done since {done}.", current={"actual_on": milestone.actual_on})


def _check_decided(problems: Problems, milestone: Milestone, change: dict[str, list[Any]]) -> None:
    for field in ("baseline_on", "is_critical", "is_effect_start"):
        if field in change and milestone.measure.doi >= Doi.DECIDED:
            problems.add(field, PLAN_IS_FROZEN)


def _clean(problems: Problems, actor: Actor, milestone: Milestone, facts: dict[str, Any]) -> dict[str, Any]:
    cleaned = dict(facts)
    if "name" in facts:
        cleaned["name"] = checks.text(problems, "name", facts["name"], limit=200, required=True)
    if "baseline_on" in facts:
        cleaned["baseline_on"] = checks.day(problems, "baseline_on", facts["baseline_on"])
    for field in ("is_critical", "is_effect_start"):
        if field in facts:
            cleaned[field] = bool(facts[field])
    responsible = facts.get("responsible_id")
    is_new = responsible is not None and responsible != milestone.responsible_id
    if is_new and responsible not in active_member_ids(actor.organization_id):
        problems.add("responsible_id", "Choose an active member of the organization.")
    return cleaned
