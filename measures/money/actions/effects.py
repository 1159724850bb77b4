"""Effect lines: what a measure changes, where it is booked, and how its plan comes about (domain 6.1)."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from cat4 import checks
from cat4.accounts.actor import Actor
from cat4.checks import Problems
from cat4.editing import accept_only, apply_changes, check_version
from cat4.fiscal import add_months, first_of_month
from cat4.wording import counted, listed, money
from hierarchy.models import Account, LegalEntity
from measures.constants import UNIT_KINDS, Cadence, Certainty, EffectKind, Recurrence, Series, Verb
from measures.core.actions.notes import note
from measures.core.policies.deputies import act_as
from measures.core.selectors.measures import measure_to_change, part_to_change
from measures.facts import checks as measure_checks
from measures.facts.calendar import Calendar, calendar
from measures.formulas.phasing import moved, phase
from measures.models import EffectLine, Milestone

from ..policies import may_add_effects, may_edit_plan
from .plans import plan_of, write_plan

LONGEST_RAMP = 120
PHASING = ("annual_amount", "start_month", "end_month", "ramp_months")
BOUND = ("milestone_id", "offset_months")
TEXTS = {"supplier": 120, "cost_centre": 40, "product": 120}
FACTS = (
    "name", "kind", "recurrence", "certainty", "legal_entity_id", "account_id", "currency", "currency_reason", *PHASING,
    *BOUND, *TEXTS, "unit", "cadence",
)  # fmt: skip
LARGEST_OFFSET = 120
_MONTHS_OF_A_YEAR = 12


@transaction.atomic
def add_effect_line(
    actor: Actor,
    measure_id: UUID,
    *,
    name: str,
    kind: str,
    recurrence: str,
    certainty: str,
    legal_entity_id: UUID,
    account_id: UUID | None,
    currency: str,
    currency_reason: str = "",
    annual_amount: Decimal | None = None,
    start_month: date | None = None,
    end_month: date | None = None,
    ramp_months: int = 0,
    milestone_id: UUID | None = None,
    offset_months: int = 0,
    supplier: str = "",
    cost_centre: str = "",
    product: str = "",
    unit: str = "",
    cadence: str = Cadence.MONTHLY,
    months: dict[date, Decimal] | None = None,
) -> EffectLine:
    """A new line. Its plan is phased from `annual_amount`, or typed in `months`, or comes later.

    Amounts are in the line's currency; positive improves the result, costs are negative. Lines of FTE and
    non-financial lines count in their `unit`; the annual amount of FTE is the heads at full effect. Bound to a
    milestone, a phased line starts `offset_months` after its month, and moves with it.

    Raises:
        Http404, NotAllowed (from DoI 3 on too); Invalid by argument.
    """
    measure = measure_to_change(actor, measure_id)
    actor = act_as(actor, measure, may_add_effects)
    facts = {
        "name": name, "kind": kind, "recurrence": recurrence, "certainty": certainty, "currency": currency,
        "legal_entity_id": legal_entity_id, "account_id": account_id, "currency_reason": currency_reason,
        "annual_amount": annual_amount, "start_month": start_month, "end_month": end_month, "ramp_months": ramp_months,
        "milestone_id": milestone_id, "offset_months": offset_months, "supplier": supplier,
        "cost_centre": cost_centre, "product": product, "unit": unit, "cadence": cadence,
    }  # fmt: skip
    window, problems = calendar(), Problems()
    line = EffectLine(measure=measure, position=measure.lines.count())
    cleaned = _clean(problems, line, facts, window)
    typed = measure_checks.month_amounts(problems, "months", months, window) if months else {}
    if typed and annual_amount is not None:
        problems.add("months", "Type the months or give an annual amount, not both.")
    problems.stop_if_any()
    apply_changes(line, cleaned)
    plan = typed or phased(line, window)
    line.save(force_insert=True)
    write_plan(line, plan)
    total = money(sum(plan.values(), Decimal(0)), line.measured_in)
    summary = f"added the effect line {line.name}" + (
        f", planned with {total} over {counted(len(plan), 'month')}" if plan else ""
    )
    note(actor, Verb.EFFECT_ADDED, line, measure, summary, change={"name": [None, line.name]})
    return line


@transaction.atomic
def edit_effect_line(actor: Actor, line_id: UUID, *, expected_version: int | None = None, **changes: Any) -> EffectLine:
    """Change facts of a line; a changed amount, start, end or ramp phases its plan anew.

    Raises:
        Http404, NotAllowed (from DoI 3 on too), StaleVersion; Invalid by argument.
    """
    accept_only(changes, FACTS)
    line = part_to_change(actor, EffectLine, line_id)
    actor = act_as(actor, line.measure, may_edit_plan)
    check_version(line, expected_version, *changes)
    window, problems = calendar(), Problems()
    facts = {field: changes.get(field, getattr(line, field)) for field in FACTS}
    cleaned = _clean(problems, line, facts, window)
    problems.stop_if_any()
    change = apply_changes(line, cleaned)
    if not change:
        return line
    line.version += 1
    line.save()
    if line.annual_amount is not None and any(field in change for field in (*PHASING, "kind")):
        _phase_again(line, window)
    labels = listed(field.removesuffix("_id").replace("_", " ") for field in change)
    note(
        actor, Verb.EFFECT_EDITED, line, line.measure, f"edited the effect line {line.name}: {labels}", change=change
    )  # fmt: skip
    return line


@transaction.atomic
def remove_effect_line(actor: Actor, line_id: UUID) -> None:
    """Take a line and its plan away, as long as nothing was decided on it; the record keeps its plan.

    Raises:
        Http404, NotAllowed (from DoI 3 on too).
    """
    line = part_to_change(actor, EffectLine, line_id)
    actor = act_as(actor, line.measure, may_edit_plan)
    plan = {f"{month:%Y-%m}": amount for month, amount in plan_of(line).items()}
    note(
        actor, Verb.EFFECT_REMOVED, line, line.measure, f"removed the effect line {line.name}", change={"plan": plan}
    )  # fmt: skip
    line.delete()


def phased(line: EffectLine, window: Calendar) -> dict[date, Decimal]:
    """The plan that the line's annual amount, start, ramp and end give; empty for a typed line."""
    if line.annual_amount is None or line.start_month is None:
        return {}
    # Heads are there each month, not a twelfth of them.
    yearly = line.annual_amount * (_MONTHS_OF_A_YEAR if line.kind == EffectKind.FTE else 1)
    return phase(yearly, line.start_month, line.end_month, line.ramp_months, window.last_month)


def move_bound_lines(milestone: Milestone, *, by_months: int) -> list[EffectLine]:
    """Have the plan of the lines that follow a milestone move with its baseline date, which the caller has saved.

    The caller holds the measure's lock and may change the plan. What falls behind the calendar is left out;
    otherwise the annual effect stays what it is. Answers with the lines that moved.
    """
    window, moved_lines = calendar(), []
    for line in milestone.bound_lines.all() if by_months else ():
        if line.annual_amount is not None:
            line.start_month = add_months(first_of_month(milestone.baseline_on), line.offset_months)
            if line.end_month:
                line.end_month = min(add_months(line.end_month, by_months), window.last_month)
            plan = phased(line, window)
        else:
            plan = moved(plan_of(line), by_months, window.last_month)
        line.version += 1
        line.save(update_fields=["start_month", "end_month", "version"])
        line.periods.filter(series=Series.PLAN).delete()
        _replace_plan(line, plan)
        moved_lines.append(line)
    return moved_lines


def _phase_again(line: EffectLine, window: Calendar) -> None:
    line.periods.filter(series=Series.PLAN).delete()
    _replace_plan(line, phased(line, window))


def _replace_plan(line: EffectLine, plan: dict[date, Decimal]) -> None:
    line.months.update(plan=None)
    write_plan(line, plan)
    line.months.filter(plan__isnull=True, forecast__isnull=True, reported__isnull=True).delete()


def _clean(problems: Problems, line: EffectLine, facts: dict[str, Any], window: Calendar) -> dict[str, Any]:
    entity, account = facts["legal_entity_id"], facts["account_id"]
    if entity is None:
        problems.add("legal_entity_id", "Name the legal entity that books the effect.")
    cleaned = {
        "name": checks.text(problems, "name", facts["name"], limit=200, required=True),
        "kind": checks.choice(problems, "kind", facts["kind"], EffectKind),
        "recurrence": checks.choice(problems, "recurrence", facts["recurrence"], Recurrence),
        "certainty": checks.choice(problems, "certainty", facts["certainty"], Certainty),
        "legal_entity_id": checks.known_id(
            problems, "legal_entity_id", entity, LegalEntity, noun="legal entity", keep=line.legal_entity_id
        ),
        "account_id": checks.known_id(problems, "account_id", account, Account, noun="account", keep=line.account_id),
        "currency": checks.currency(problems, "currency", facts["currency"]),
        "currency_reason": checks.text(problems, "currency_reason", facts["currency_reason"]),
    }
    cleaned |= {
        field: checks.text(problems, field, facts[field], limit=limit) for field, limit in TEXTS.items()
    }  # fmt: skip
    cleaned |= _clean_input(problems, facts)
    milestone = _bound_to(problems, line.measure_id, facts)
    cleaned |= {"milestone_id": facts["milestone_id"], "offset_months": facts["offset_months"]}
    return cleaned | _clean_phasing(problems, _started(facts, milestone), window)


def _clean_input(problems: Problems, facts: dict[str, Any]) -> dict[str, Any]:
    """Unit and cadence: what is counted, and for how many months at once amounts are entered."""
    unit = checks.text(problems, "unit", facts["unit"], limit=20)
    if facts["kind"] == EffectKind.NON_FINANCIAL and not unit:
        problems.add("unit", "Name the unit that is counted, such as tCO2e.")
    if facts["kind"] not in UNIT_KINDS and unit:
        problems.add("unit", "A line of money is counted in its currency. Leave the unit empty.")
    if facts["kind"] == EffectKind.FTE and not unit:
        unit = "FTE"
    cadence = checks.choice(problems, "cadence", facts["cadence"], Cadence)
    if facts["recurrence"] == Recurrence.ONE_OFF and cadence not in ("", Cadence.MONTHLY):
        problems.add("cadence", "A one-off effect falls in named months. Enter it month by month.")
    return {"unit": unit, "cadence": cadence}


def _bound_to(problems: Problems, measure_id: UUID, facts: dict[str, Any]) -> Milestone | None:
    """The milestone that the line follows: one of its own measure."""
    offset = facts["offset_months"]
    if isinstance(offset, bool) or not isinstance(offset, int) or abs(offset) > LARGEST_OFFSET:
        problems.add("offset_months", f"Enter a number of months from −{LARGEST_OFFSET} to {LARGEST_OFFSET}.")
        return None
    if facts["milestone_id"] is None:
        if offset:
            problems.add("milestone_id", "Name the milestone from which the months are counted.")
        return None
    milestone = Milestone.objects.filter(pk=facts["milestone_id"], measure_id=measure_id).first()
    if milestone is None:
        problems.add("milestone_id", "Choose a milestone of this measure.")
    return milestone


def _started(facts: dict[str, Any], milestone: Milestone | None) -> dict[str, Any]:
    """The facts with the start that a milestone gives a phased line."""
    if milestone is None or facts["annual_amount"] is None or not isinstance(facts["offset_months"], int):
        return facts
    return {**facts, "start_month": add_months(first_of_month(milestone.baseline_on), facts["offset_months"])}


def _clean_phasing(problems: Problems, facts: dict[str, Any], window: Calendar) -> dict[str, Any]:
    annual, start, end, ramp = (facts[field] for field in PHASING)
    if annual is not None:
        annual = checks.amount(problems, "annual_amount", annual)
        if facts["recurrence"] == Recurrence.ONE_OFF:
            problems.add("annual_amount", "A one-off effect has no annual amount. Type its months.")
        if start is None:
            problems.add("start_month", "Name the month in which the effect starts.")
    if start is not None:
        start = measure_checks.month(problems, "start_month", start, window)
    if end is not None:
        end = measure_checks.month(problems, "end_month", end, window)
    if start and end and end < start:
        problems.add("end_month", "The effect ends before it starts.")
    if isinstance(ramp, bool) or not isinstance(ramp, int) or not 0 <= ramp <= LONGEST_RAMP:
        problems.add("ramp_months", f"Enter a number of months from 0 to {LONGEST_RAMP}.")
    return {"annual_amount": annual, "start_month": start, "end_month": end, "ramp_months": ramp}
