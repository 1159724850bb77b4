"""Answering for a deviation (domain section 9): its cause, ways out of it, what closes the gap."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.http import Http404

from cat4 import checks, clock
from cat4.accounts.actor import Actor
from cat4.accounts.selectors import active_member_ids
from cat4.checks import Problems
from cat4.editing import check_version
from cat4.errors import Conflict, require
from cat4.wording import day_name
from governance.parties.selectors.parties import parties_of
from measures.core.selectors.measures import visible_measures
from measures.facts.calendar import calendar

from ..constants import CauseClass, DeviationOutcome, DeviationVerb
from ..models import CounterMeasure, Deviation, DeviationDecision, DeviationOption
from ..policies import answering_as, completing_as
from .locking import deviation_to_change
from .steps import write


@transaction.atomic
def state_cause(
    actor: Actor,
    deviation_id: UUID,
    *,
    cause_class: str,
    cause: str,
    decision_needed: str = "",
    expected_version: int | None = None,
) -> Deviation:
    """The owner or a portfolio manager says why it happened, and what the committee would have to decide.

    Raises:
        Http404, NotAllowed, StaleVersion; Invalid by argument.
    """
    actor, deviation = _to_answer(actor, deviation_id)
    now = {"cause_class": deviation.cause_class, "cause": deviation.cause, "decision_needed": deviation.decision_needed}
    check_version(deviation, expected_version, **now)
    problems = Problems()
    wanted = {
        "cause_class": checks.choice(problems, "cause_class", cause_class, CauseClass),
        "cause": checks.text(problems, "cause", cause, required=True),
        "decision_needed": checks.text(problems, "decision_needed", decision_needed),
    }
    problems.stop_if_any()
    change = {field: [now[field], value] for field, value in wanted.items() if now[field] != value}
    if not change:
        return deviation
    for field, value in wanted.items():
        setattr(deviation, field, value)
    deviation.cause_by_id, deviation.cause_at = actor.user_id, clock.now()
    deviation.version += 1
    deviation.save()
    summary = f"stated the cause of deviation {deviation.number}: {deviation.get_cause_class_display().lower()}"
    write(
        actor, DeviationVerb.CAUSE_STATED, deviation, summary, change=dict(change), reason=deviation.cause, ledger=False
    )  # fmt: skip
    return deviation


@transaction.atomic
def add_option(
    actor: Actor,
    deviation_id: UUID,
    *,
    title: str,
    effect_in_year: Decimal,
    effect_run_rate: Decimal,
    effective_on: date,
    outcome: str = "",
    text: str = "",
    one_time_cost: Decimal = Decimal(0),
    is_recommended: bool = False,
) -> DeviationOption:
    """A way out, with what the measure brings afterwards, what it costs once more, and from when on it works.

    `outcome` is the decision that it asks for, where that is clear.

    At most one is recommended: the last that was marked.

    Raises:
        Http404, NotAllowed; Invalid by argument.
    """
    (actor, deviation), problems = _to_answer(actor, deviation_id), Problems()
    option = DeviationOption(
        deviation=deviation,
        title=checks.text(problems, "title", title, limit=200, required=True),
        outcome=checks.choice(problems, "outcome", outcome, DeviationOutcome) if outcome else "",
        text=checks.text(problems, "text", text),
        effect_in_year=checks.amount(problems, "effect_in_year", effect_in_year),
        effect_run_rate=checks.amount(problems, "effect_run_rate", effect_run_rate),
        one_time_cost=checks.amount(problems, "one_time_cost", one_time_cost),
        effective_on=checks.day(problems, "effective_on", effective_on) or date.min,
        is_recommended=is_recommended,
        written_by_id=actor.user_id,
        written_at=clock.now(),
    )
    problems.stop_if_any()
    if is_recommended:
        deviation.options.update(is_recommended=False)
    option.save(force_insert=True)
    summary = f"added the option {option.title} to deviation {deviation.number}"
    change: dict[str, object] = {"in_year": effect_in_year, "run_rate": effect_run_rate, "one_time_cost": one_time_cost}
    write(actor, DeviationVerb.OPTION_ADDED, deviation, summary, change=change, ledger=False)
    return option


@transaction.atomic
def remove_option(actor: Actor, option_id: UUID) -> None:
    """Take an option away that nobody has chosen; the record keeps what it said.

    Raises:
        Http404, NotAllowed; Conflict when a decision chose it.
    """
    deviation_id = DeviationOption.objects.filter(pk=option_id).values_list("deviation_id", flat=True).first()
    if deviation_id is None:
        raise Http404("There is no such option.")
    actor, deviation = _to_answer(actor, deviation_id)
    option = DeviationOption.objects.get(pk=option_id)
    if DeviationDecision.objects.filter(option=option).exists():
        raise Conflict("The committee has chosen this option.", current={"title": option.title})
    change = {"title": option.title, "run_rate": option.effect_run_rate, "in_year": option.effect_in_year}
    summary = f"removed the option {option.title} from deviation {deviation.number}"
    write(actor, DeviationVerb.OPTION_REMOVED, deviation, summary, change=dict(change), ledger=False)
    option.delete()


@transaction.atomic
def add_counter_measure(
    actor: Actor,
    deviation_id: UUID,
    *,
    text: str,
    responsible_id: UUID,
    due_on: date,
    measure_id: UUID | None = None,
) -> CounterMeasure:
    """What somebody does by a day to close the gap; with `measure_id` it is done when that measure reaches DoI 2.

    Raises:
        Http404, NotAllowed; Invalid by argument.
    """
    (actor, deviation), problems = _to_answer(actor, deviation_id), Problems()
    text = checks.text(problems, "text", text, required=True)
    due = checks.day(problems, "due_on", due_on)
    if due is not None and due < calendar().today:
        problems.add("due_on", "Choose today or a later day.")
    if responsible_id not in active_member_ids(actor.organization_id):
        problems.add("responsible_id", "Choose an active member.")
    others = visible_measures(actor).exclude(pk=deviation.measure_id)
    if measure_id is not None and not others.filter(pk=measure_id).exists():
        problems.add("measure_id", "Choose another measure of this organization.")
    problems.stop_if_any()
    counter = CounterMeasure.objects.create(
        deviation=deviation,
        text=text,
        responsible_id=responsible_id,
        due_on=due_on,
        measure_id=measure_id,
        written_by_id=actor.user_id,
        written_at=clock.now(),
    )
    summary = f"added a counter-measure to deviation {deviation.number}, due on {day_name(due_on)}"
    write(actor, DeviationVerb.COUNTER_MEASURE_ADDED, deviation, summary, reason=text, ledger=False)
    return counter


@transaction.atomic
def complete_counter_measure(actor: Actor, counter_id: UUID, *, note: str) -> CounterMeasure:
    """It is done, and what came of it.

    Raises:
        Http404, NotAllowed; Conflict when it is done already; Invalid on `note`.
    """
    found = CounterMeasure.objects.filter(pk=counter_id).values_list("deviation_id", "responsible_id").first()
    if found is None:
        raise Http404("There is no such counter-measure.")
    deviation = deviation_to_change(actor, found[0], also=found[1])
    counter = CounterMeasure.objects.select_related("responsible", "measure").get(pk=counter_id)
    actor, may = completing_as(actor, parties_of(deviation.measure), counter)
    require(may)
    if counter.done_on is not None:
        raise Conflict(f"It is done since {day_name(counter.done_on)}.", current={"done_on": counter.done_on})
    problems = Problems()
    note = checks.text(problems, "note", note, required=True)
    problems.stop_if_any()
    counter.done_on, counter.done_by_id, counter.note = calendar().today, actor.user_id, note
    counter.version += 1
    counter.save()
    summary = f"did the counter-measure “{counter.text[:80]}” of deviation {deviation.number}"
    write(actor, DeviationVerb.COUNTER_MEASURE_DONE, deviation, summary, reason=note, ledger=False)
    return counter


def _to_answer(actor: Actor, deviation_id: UUID) -> tuple[Actor, Deviation]:
    """The deviation, and the actor as whom they answer: themselves, or somebody for whom they act."""
    deviation = deviation_to_change(actor, deviation_id)
    actor, may = answering_as(actor, parties_of(deviation.measure), deviation)
    require(may)
    return actor, deviation
