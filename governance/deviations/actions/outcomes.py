"""What each outcome of a deviation does, in the transaction of its decision, through the actions that exist."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from cat4 import checks, clock
from cat4.accounts.actor import Actor, Grant, Role
from cat4.accounts.selectors import active_member_ids
from cat4.checks import Problems
from cat4.errors import Invalid
from cat4.tenancy.context import current_organization_id
from cat4.wording import day_name
from governance.changes.selectors.proposals import plan_number
from governance.gates.actions.decisions import cancel_measure, hold_measure
from governance.gates.models import GateDecision
from governance.parties.rules import ALONE, Mandate
from hierarchy.organization.selectors import thresholds
from measures.constants import Doi, Lifecycle
from measures.core.actions.measures import create_measure
from measures.core.selectors.measures import visible_measures
from measures.facts.calendar import calendar
from measures.facts.measures import measure_facts
from measures.formulas.money import Source, expected_months
from measures.formulas.phasing import cents
from measures.models import Measure
from measures.money.actions.forecasts import confirm_forecast, revise_forecast

from ..constants import CHANGE_OUTCOMES, CounterOrigin, DeviationKind, DeviationOutcome
from ..models import CounterMeasure, Deviation
from ..selectors.topics import have_waited

Months = dict[date, Decimal]


@dataclass(frozen=True, slots=True)
class Ruling:
    """What is decided, with everything that any outcome needs besides its reason."""

    outcome: str
    reason: str
    option_id: UUID | None = None
    wait_until: date | None = None
    gap_owner_id: UUID | None = None
    measure_id: UUID | None = None
    new_measure: str = ""
    owner_id: UUID | None = None
    due_on: date | None = None
    hold_reason: str = ""
    resume_on: date | None = None


@dataclass(frozen=True, slots=True)
class Applied:
    """What the outcome brought about."""

    counter_measure: CounterMeasure | None = None
    gate_decision: GateDecision | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """Deviations of a measure that are being decided at once: who decides, on what, how, and on which day."""

    actor: Actor
    deviations: tuple[Deviation, ...]
    measure: Measure
    ruling: Ruling
    today: date
    mandate: Mandate = ALONE

    @property
    def deviation(self) -> Deviation:
        """The one that what is ordered is written to."""
        return self.deviations[0]


def apply_outcome(case: Case) -> Applied:
    """Carry the outcome out.

    Raises:
        Invalid: by field, what the outcome needs and doesn't have.
        Conflict: the measure can't be held or cancelled now.
    """
    return _EFFECTS[DeviationOutcome(case.ruling.outcome)](case)


def _accept(case: Case) -> Applied:
    """The forecast becomes what is expected, the gap gets a name, and what was accepted opens nothing any more."""
    problems = Problems()
    _check_member(problems, "gap_owner_id", case.ruling.gap_owner_id, "Name who owns the gap.")
    problems.stop_if_any()
    reset_forecast(_by_decision(case), case.measure, reason=_because(case))
    for deviation in case.deviations:
        deviation.gap_owner_id = case.ruling.gap_owner_id
        deviation.accepted_plan = plan_number(case.measure)
        deviation.accepted |= {
            f"{trigger['rule']}:{trigger['key']}": trigger["level"] for trigger in deviation.triggers
        }
    return Applied()


def reset_forecast(actor: Actor, measure: Measure, *, reason: str) -> None:
    """Let the forecast state, month by month, what is expected; before DoI 3 there is none."""
    facts, window = measure_facts(measure.pk), calendar()
    if facts is None or measure.doi < Doi.DECIDED or measure.lifecycle != Lifecycle.ACTIVE:
        return
    changed = False
    for line in facts.lines:
        months: Months = {
            month: cents(expected.amount)
            for month, expected in expected_months(facts, line).items()
            if expected.source is Source.ASSUMED and month not in window.locked and window.contains(month)
        }
        if months and line.id is not None:
            revise_forecast(actor, measure.pk, line_id=line.id, months=months, reason=reason)
            changed = True
    if not changed:
        confirm_forecast(actor, measure.pk)


def _compensate(case: Case) -> Applied:
    """Another measure brings the money: a known one, or a new one in the same package. It has 30 days to DoI 2."""
    ruling, problems = case.ruling, Problems()
    if bool(ruling.measure_id) == bool(ruling.new_measure.strip()):
        problems.add("measure_id", "Name the measure that compensates, or give a new one a name.")
    problems.stop_if_any()
    measure = _known(case, ruling.measure_id) if ruling.measure_id else _new(case)
    due_on = case.today + timedelta(days=thresholds().deviation_compensate_days)
    text = f"{measure.code} {measure.name} compensates and is at DoI 2 by {day_name(due_on)}."
    return Applied(_order(case, text, due_on, measure))


def _known(case: Case, measure_id: UUID) -> Measure:
    found = visible_measures(case.actor).filter(pk=measure_id).exclude(pk=case.measure.pk).first()
    problems = Problems()
    if found is None:
        problems.add("measure_id", "Choose another measure of this organization.")
    elif not found.is_open:
        problems.add("measure_id", f"{found.code} is {found.get_lifecycle_display().lower()} and can't compensate.")
    problems.stop_if_any()
    return found  # type: ignore[return-value]  # stopped above when there is none


def _new(case: Case) -> Measure:
    measure, ruling = case.measure, case.ruling
    return create_measure(
        _by_decision(case),
        package_id=measure.package_id,
        name=ruling.new_measure,
        description=f"Compensates what {measure.code} {measure.name} does not bring. {ruling.reason}",
        business_reason=_because(case),
        kind=measure.kind,
        owner_id=ruling.owner_id or measure.owner_id,
    )


def _change(case: Case) -> Applied:
    """The owner asks for the change of the plan that was decided, by the day that the committee names."""
    ruling, problems = case.ruling, Problems()
    due_on = checks.day(problems, "due_on", ruling.due_on)
    if due_on is not None and due_on <= case.today:
        problems.add("due_on", "Choose a day in the future.")
    problems.stop_if_any()
    label = DeviationOutcome(ruling.outcome).label
    text = f"{label}: ask for the change of the plan. {ruling.reason}"
    return Applied(_order(case, text, due_on or case.today))


def _hold(case: Case) -> Applied:
    ruling = case.ruling
    decision = hold_measure(
        case.actor,
        case.measure.pk,
        hold_reason=ruling.hold_reason,
        reason=_because(case),
        resume_on=ruling.resume_on,  # type: ignore[arg-type]  # the action checks it and names the field
        mandate=case.mandate,
    )
    return Applied(gate_decision=decision)


def _cancel(case: Case) -> Applied:
    decision = cancel_measure(
        case.actor,
        case.measure.pk,
        reason=_because(case),
        gap_owner_id=case.ruling.gap_owner_id,  # type: ignore[arg-type]  # the action checks it and names the field
        mandate=case.mandate,
    )
    for deviation in case.deviations:
        deviation.gap_owner_id = case.ruling.gap_owner_id
    return Applied(gate_decision=decision)


def _wait(case: Case) -> Applied:
    """Once only, for at most 14 days; the measure's next gate stays shut until something is decided."""
    problems, most = Problems(), thresholds().deviation_wait_days
    until = checks.day(problems, "wait_until", case.ruling.wait_until)
    if have_waited(case.deviations):
        problems.add("outcome", "The committee has waited once already. Decide now.")
    if until is not None and not case.today < until <= case.today + timedelta(days=most):
        latest = day_name(case.today + timedelta(days=most))
        problems.add("wait_until", f"Choose a day after today and no later than {latest}.")
    problems.stop_if_any()
    for deviation in case.deviations:
        deviation.waits_until = deviation.decide_by = until or case.today
        deviation.escalated_on = None
    return Applied()


_EFFECTS: dict[DeviationOutcome, Callable[[Case], Applied]] = {
    DeviationOutcome.ACCEPT: _accept,
    DeviationOutcome.COMPENSATE: _compensate,
    **dict.fromkeys(CHANGE_OUTCOMES, _change),
    DeviationOutcome.HOLD: _hold,
    DeviationOutcome.CANCEL: _cancel,
    DeviationOutcome.WAIT: _wait,
}


def _order(case: Case, text: str, due_on: date, measure: Measure | None = None) -> CounterMeasure:
    """What the committee orders is the owner's to do; of a measure that compensates, that of its own."""
    owner_id = (measure.owner_id if measure else None) or case.measure.owner_id
    if owner_id is None:
        raise Invalid({"": "The measure has no owner who could do it."})
    return CounterMeasure.objects.create(
        deviation=case.deviation,
        text=text,
        responsible_id=owner_id,
        due_on=due_on,
        measure=measure,
        origin=CounterOrigin.ORDERED,
        written_by_id=case.actor.user_id,
        written_at=clock.now(),
    )


def _by_decision(case: Case) -> Actor:
    """The decider, with the right over this measure's package that the decision itself gives: for its effects only."""
    right = Grant(Role.PMO, case.measure.package_id)
    return replace(case.actor, grants=(*case.actor.grants, right), cause="rule")


def _because(case: Case) -> str:
    """`Deviation 3, money: The supplier failed.`, `Deviation 3, money, and deviation 5, dates: ...`."""
    named = [f"deviation {row.number}, {DeviationKind(row.kind).label.lower()}" for row in case.deviations]
    words = named[0] if len(named) == 1 else ", and ".join([", ".join(named[:-1]), named[-1]])
    return f"{words[0].upper()}{words[1:]}: {case.ruling.reason}"


def _check_member(problems: Problems, field: str, user_id: UUID | None, missing: str) -> None:
    if user_id is None:
        problems.add(field, missing)
    elif user_id not in active_member_ids(current_organization_id()):
        problems.add(field, "Choose an active member.")
