"""Milestones: the baseline date stays once decided, the forecast moves, the actual date ends it (domain section 8)."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from cat4 import checks, clock
from cat4.accounts.actor import Actor
from cat4.accounts.selectors import active_member_ids
from cat4.checks import Problems
from cat4.editing import accept_only, check_version
from cat4.errors import Conflict, require
from cat4.fiscal import first_of_month, months_between
from cat4.notices.actions import notify
from cat4.wording import day_name, listed
from measures.constants import Doi, RippleCause, Verb
from measures.core.actions.notes import note
from measures.core.policies.deputies import act_as
from measures.core.policies.standing import PLAN_IS_FROZEN
from measures.core.selectors.measures import measure_to_change, part_to_change
from measures.facts.calendar import calendar
from measures.facts.locks import lock_network
from measures.formulas.dates import expected_date
from measures.formulas.network import Pin
from measures.models import Milestone
from measures.money.actions.effects import move_bound_lines

from ..policies import may_edit_milestones, may_hand_over, may_lose_milestone, may_remove_milestone
from .pull_forwards import offer_pull_forwards
from .ripples import spread

MOST_DURATION_DAYS = 5_000
FACTS = (
    "name", "baseline_on", "is_critical", "is_effect_start", "responsible_id", "receiver_id", "duration_days",
)  # fmt: skip
# What may move others: these changes take turns.
DATED = ("baseline_on", "duration_days")


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
    receiver_id: UUID | None = None,
    duration_days: int = 0,
) -> Milestone:
    """A new milestone, forecast for its baseline date. At most one starts the effect: the last one marked.

    Added from DoI 3 on it is no part of the plan until an approved change names it, and makes up for no delay.

    `duration_days` are the working days that the work towards it takes; a `receiver_id` has to accept it.

    Raises:
        Http404, NotAllowed; Invalid by argument.
    """
    measure = measure_to_change(actor, measure_id)
    actor = act_as(actor, measure, may_edit_milestones)
    facts = {"name": name, "baseline_on": baseline_on, "responsible_id": responsible_id}
    facts |= {"is_critical": is_critical, "is_effect_start": is_effect_start}
    facts |= {"receiver_id": receiver_id, "duration_days": duration_days}
    problems = Problems()
    milestone = Milestone(measure=measure, position=measure.milestones.count(), is_planned=measure.doi < Doi.DECIDED)
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
    """Change name, baseline date, marks, duration, responsible person or receiver; what follows ripples at once.

    From DoI 3 on the baseline date and marks stay, and a receiver is replaced and never removed: who gives can't
    do without whoever has to accept. Without a receiver nothing waits to be accepted any more.

    Raises:
        Http404, NotAllowed, StaleVersion; Invalid by argument.
    """
    accept_only(changes, FACTS)
    if any(field in changes for field in DATED):
        lock_network()
    milestone = part_to_change(actor, Milestone, milestone_id)
    measure = milestone.measure
    actor = act_as(actor, measure, may_edit_milestones)
    check_version(milestone, expected_version, *changes)
    problems = Problems()
    cleaned = _clean(problems, actor, milestone, changes)
    change = {f: [getattr(milestone, f), value] for f, value in cleaned.items() if getattr(milestone, f) != value}
    _check_decided(problems, milestone, change)
    problems.stop_if_any()
    if not change:
        return milestone
    if cleaned.get("is_effect_start"):
        measure.milestones.exclude(pk=milestone.pk).update(is_effect_start=False)
    before = _pin(milestone)
    if "baseline_on" in change and milestone.forecast_on == milestone.baseline_on:
        milestone.forecast_on = cleaned["baseline_on"]
    for field, (_, new) in change.items():
        setattr(milestone, field, new)
    if milestone.receiver_id is None and milestone.actual_on is None:
        milestone.handed_over_on, milestone.refused_because = None, ""
    milestone.version += 1
    milestone.save(update_fields=[*FACTS, "forecast_on", "handed_over_on", "refused_because", "version"])
    summary = f"edited the milestone {milestone.name}"
    if "baseline_on" in change:
        was, now = change["baseline_on"]
        summary = f"moved the baseline date of {milestone.name} from {day_name(was)} to {day_name(now)}"
        bound = move_bound_lines(milestone, by_months=months_between(first_of_month(was), first_of_month(now)))
        summary += f", and the plan of {listed(line.name for line in bound)} with it" if bound else ""
    note(actor, Verb.MILESTONE_EDITED, milestone, measure, summary, change=change)
    if any(field in change for field in DATED):
        spread(actor, milestone, before, cause=RippleCause.REBASELINE)
    return milestone


@transaction.atomic
def revise_milestone(
    actor: Actor,
    milestone_id: UUID,
    *,
    forecast_on: date,
    reason: str,
    expected_version: int | None = None,
    is_carried_over: bool = False,
) -> Milestone:
    """Move the owner's forecast of an open milestone, with its reason; the baseline date stays visible.

    What waits for it moves in the same transaction (domain section 8). Nobody expects a day that has passed; a file
    of another system may say so, and `is_carried_over`.

    Raises:
        Http404, NotAllowed, StaleVersion; Conflict when it is done; Invalid on `forecast_on` or `reason`.
    """
    lock_network()
    milestone = part_to_change(actor, Milestone, milestone_id)
    actor = act_as(actor, milestone.measure, may_edit_milestones)
    check_version(milestone, expected_version, "forecast_on")
    _require_open(milestone)
    problems = Problems()
    checks.day(problems, "forecast_on", forecast_on)
    moved = forecast_on != milestone.forecast_on
    if moved and not is_carried_over and not problems and forecast_on < calendar().today:
        problems.add("forecast_on", "Choose today or a later day. What is reached already is completed.")
    reason = checks.text(problems, "reason", reason, required=moved)
    problems.stop_if_any()
    if not moved:
        return milestone
    change = {"forecast_on": [milestone.forecast_on, forecast_on]}
    summary = (
        f"moved the forecast of {milestone.name} from {day_name(milestone.forecast_on)} to {day_name(forecast_on)}"
    )
    before = _pin(milestone)
    milestone.forecast_on, milestone.forecast_changed_at = forecast_on, clock.now()
    milestone.version += 1
    milestone.save(update_fields=["forecast_on", "forecast_changed_at", "version"])
    note(actor, Verb.MILESTONE_EDITED, milestone, milestone.measure, summary, change=change, reason=reason)
    spread(actor, milestone, before, cause=RippleCause.FORECAST, reason=reason)
    return milestone


@transaction.atomic
def complete_milestone(
    actor: Actor, milestone_id: UUID, *, actual_on: date, expected_version: int | None = None
) -> Milestone:
    """Record the day on which it was reached, today at the latest. Its evidence is asked for at gate 4.

    With a receiver it is handed over on that day, and done once the receiver accepts.

    Raises:
        Http404, NotAllowed, StaleVersion; Conflict when it is done or waits to be accepted; Invalid on `actual_on`.
    """
    lock_network()
    milestone = part_to_change(actor, Milestone, milestone_id)
    actor = act_as(actor, milestone.measure, may_edit_milestones)
    require(may_hand_over(actor, milestone))
    check_version(milestone, expected_version, "actual_on")
    _require_open(milestone)
    problems = Problems()
    checks.day(problems, "actual_on", actual_on)
    problems.stop_if_any()
    if actual_on > calendar().today:
        problems.add("actual_on", f"{day_name(actual_on)} lies in the future. Enter the day on which it was reached.")
    problems.stop_if_any()
    return _hand_over(actor, milestone, actual_on) if milestone.receiver_id else _done(actor, milestone, actual_on)


def _done(actor: Actor, milestone: Milestone, actual_on: date) -> Milestone:
    before = _pin(milestone)
    milestone.actual_on = actual_on
    milestone.version += 1
    milestone.save(update_fields=["actual_on", "version"])
    summary = f"completed the milestone {milestone.name} on {day_name(actual_on)}"
    change = {"actual_on": [None, actual_on], "baseline_on": milestone.baseline_on}
    note(actor, Verb.MILESTONE_DONE, milestone, milestone.measure, summary, change=change)
    spread(actor, milestone, before, cause=RippleCause.DONE)
    offer_pull_forwards(actor, milestone, before)
    return milestone


def _hand_over(actor: Actor, milestone: Milestone, on: date) -> Milestone:
    """It waits for its receiver; until then its dates count as before."""
    receiver = milestone.receiver.name if milestone.receiver else ""
    if milestone.handed_over_on is not None:
        since = day_name(milestone.handed_over_on)
        raise Conflict(
            f"{milestone.name} waits for {receiver} to accept it since {since}.",
            current={"handed_over_on": milestone.handed_over_on},
        )
    milestone.handed_over_on, milestone.refused_because = on, ""
    milestone.version += 1
    milestone.save(update_fields=["handed_over_on", "refused_because", "version"])
    summary = f"handed {milestone.name} over to {receiver} on {day_name(on)}"
    change = {"handed_over_on": [None, on]}
    note(actor, Verb.HAND_OFF_ASKED, milestone, milestone.measure, summary, change=change)
    # The receiver may see no more of the measure than this milestone, so the notice doesn't name it.
    notify(
        "handoff.acceptance_asked", event=f"handoff:{milestone.pk}:{milestone.version}", path="/my-work/",
        people=[milestone.receiver_id],
        facts={"milestone": milestone.name, "who": actor.in_words},
    )  # fmt: skip
    return milestone


@transaction.atomic
def remove_milestone(actor: Actor, milestone_id: UUID) -> None:
    """Take a milestone away before anything was decided on it. Its documents stay with the measure.

    Raises:
        Http404, NotAllowed (decided, done, the one that starts the effect, or something waits for it, follows it
        or was moved by it).
    """
    lock_network()
    milestone = part_to_change(actor, Milestone, milestone_id)
    actor = act_as(actor, milestone.measure, may_edit_milestones)
    actor = act_as(actor, milestone, may_remove_milestone)
    require(may_lose_milestone(milestone))
    change = {"name": [milestone.name, None], "baseline_on": [milestone.baseline_on, None]}
    note(
        actor, Verb.MILESTONE_REMOVED, milestone, milestone.measure, f"removed the milestone {milestone.name}",
        change=change,
    )  # fmt: skip
    milestone.delete()


def _pin(milestone: Milestone) -> Pin:
    """As it is expected now, before it changes."""
    return Pin(expected_date(milestone, calendar().today), milestone.duration_days)


def _require_open(milestone: Milestone) -> None:
    if milestone.actual_on is not None:
        done = day_name(milestone.actual_on)
        raise Conflict(f"{milestone.name} is done since {done}.", current={"actual_on": milestone.actual_on})


def _check_decided(problems: Problems, milestone: Milestone, change: dict[str, list[Any]]) -> None:
    for field in ("baseline_on", "is_critical", "is_effect_start"):
        if field in change and milestone.measure.doi >= Doi.DECIDED:
            problems.add(field, PLAN_IS_FROZEN)
    if change.get("receiver_id", [None, True])[1] is None and milestone.measure.doi >= Doi.DECIDED:
        problems.add("receiver_id", "A decided milestone keeps a receiver who accepts it. Name another one.")


def _clean(problems: Problems, actor: Actor, milestone: Milestone, facts: dict[str, Any]) -> dict[str, Any]:
    cleaned = dict(facts)
    if "name" in facts:
        cleaned["name"] = checks.text(problems, "name", facts["name"], limit=200, required=True)
    if "baseline_on" in facts:
        cleaned["baseline_on"] = checks.day(problems, "baseline_on", facts["baseline_on"])
    for field in ("is_critical", "is_effect_start"):
        if field in facts:
            cleaned[field] = bool(facts[field])
    if "duration_days" in facts:
        cleaned["duration_days"] = _duration(problems, facts["duration_days"])
    _check_people(problems, actor, milestone, facts)
    return cleaned


def _duration(problems: Problems, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_DURATION_DAYS:
        problems.add("duration_days", f"Enter whole working days from 0 to {MOST_DURATION_DAYS:,}.")
        return 0
    return value


def _check_people(problems: Problems, actor: Actor, milestone: Milestone, facts: dict[str, Any]) -> None:
    """Newly named people are active members; nobody receives what they give."""
    fields = ("responsible_id", "receiver_id")
    new = [field for field in fields if facts.get(field) not in (None, getattr(milestone, field))]
    active = active_member_ids(actor.organization_id) if new else set()
    for field in new:
        if facts[field] not in active:
            problems.add(field, "Choose an active member of the organization.")
    if "receiver_id" in new and facts["receiver_id"] == milestone.measure.owner_id:
        problems.add("receiver_id", "The owner hands over and can't receive as well. Name somebody else.")
    if "receiver_id" in new and milestone.actual_on is not None:
        problems.add("receiver_id", "The milestone is done and needs no receiver any more.")
