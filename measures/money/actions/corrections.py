"""Corrections: what comes late for a locked month is booked in the open one and points back (domain section 12)."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404

from cat4 import checks, clock
from cat4.accounts.actor import Actor
from cat4.checks import Problems
from cat4.errors import Conflict
from cat4.notices.actions import settle
from cat4.wording import month_name, plain
from measures.constants import Verb
from measures.core.actions.notes import note
from measures.core.notices import tell
from measures.core.policies.deputies import act_as
from measures.core.selectors.measures import line_of, measure_to_change
from measures.facts import checks as measure_checks
from measures.facts.calendar import Calendar, calendar
from measures.models import Correction, EffectLine, Measure

from ..policies import may_report_actuals, may_return_actuals, may_validate_correction
from ..selectors.corrections import open_for_corrections
from .actuals import take_back


@transaction.atomic
def enter_correction(
    actor: Actor,
    measure_id: UUID,
    *,
    line_id: UUID,
    corrects: date,
    amount: Decimal,
    reason: str,
    month: date | None = None,
) -> Correction:
    """Book what a locked month of a line was missing, or had too much, in an open month.

    `amount` is the difference, in the line's currency. `month` is the earliest open month unless another that has
    begun is named. The owner or the portfolio manager enters it, and the controller validates it.

    Raises:
        Http404, NotAllowed; Invalid by field; Conflict: the same one waits for its controller already.
    """
    measure = measure_to_change(actor, measure_id)
    line = line_of(measure, line_id)
    actor = act_as(actor, measure, may_report_actuals)
    window, problems = calendar(), Problems()
    corrects_month = measure_checks.month(problems, "corrects", corrects, window)
    if corrects_month and corrects_month not in window.locked:
        problems.add("corrects", f"{month_name(corrects_month)} is not locked. Report it as an actual.")
    booked = _booked_in(problems, month, window)
    amount = checks.amount(problems, "amount", amount)
    if not amount and "amount" not in problems:
        problems.add("amount", "A correction of 0 changes nothing.")
    reason = checks.text(problems, "reason", reason, required=True)
    problems.stop_if_any()
    facts = {"line": line, "corrects": corrects, "month": booked, "amount": amount, "reason": reason}
    _refuse_twice(facts)
    correction = Correction.objects.create(
        measure=measure, entered_by_id=actor.user_id, entered_at=clock.now(), **facts
    )  # fmt: skip
    take_back(measure, [booked])
    said = f"corrected {month_name(corrects)} of {line.name} by {_money(amount, line)}, booked in {month_name(booked)}"
    note(actor, Verb.CORRECTION_ENTERED, correction, measure, said, change=_change(correction), reason=reason)
    _tell("actuals.correction_entered", actor, correction, [measure.controller_id], reason)
    return correction


def _refuse_twice(facts: dict[str, Any]) -> None:
    """A form that is sent twice, or a call that is tried again, would book the money twice."""
    same = Correction.objects.filter(validated_at__isnull=True, returned_at__isnull=True, **facts).first()
    if same is not None:
        sentence = "The same correction waits for its controller already. Give another reason if it is a second one."
        raise Conflict(sentence, current={"id": str(same.pk)})


def _booked_in(problems: Problems, month: date | None, window: Calendar) -> date:
    months = open_for_corrections(window)
    if not months:
        problems.add("month", "No open month has begun that takes corrections.")
        return window.current_month
    if month is None:
        return months[0]
    if month not in months:
        problems.add("month", f"Choose an open month: {', '.join(month_name(open_month) for open_month in months)}.")
    return month


@transaction.atomic
def validate_correction(actor: Actor, correction_id: UUID) -> Correction:
    """The controller confirms a correction, which somebody else entered.

    Raises:
        Http404, NotAllowed; Conflict when it was answered already.
    """
    correction, measure = _to_answer(actor, correction_id)
    actor = act_as(actor, measure, may_validate_correction, correction)
    correction.validated_by_id, correction.validated_at = actor.user_id, clock.now()
    correction.save(update_fields=["validated_by", "validated_at"])
    said = f"validated the correction of {month_name(correction.corrects)} of {correction.line.name}"
    said += f", {_money(correction.amount, correction.line)}"
    note(actor, Verb.CORRECTION_VALIDATED, correction, measure, said, change=_change(correction), ledger=True)
    settle(f"correction:{correction.pk}:entered")
    return correction


@transaction.atomic
def return_correction(actor: Actor, correction_id: UUID, *, reason: str) -> Correction:
    """The controller sends a correction back: it counts no more. Another one may be entered.

    Raises:
        Http404, NotAllowed; Conflict when it was answered already; Invalid on `reason`.
    """
    correction, measure = _to_answer(actor, correction_id)
    actor = act_as(actor, measure, may_return_actuals)
    problems = Problems()
    reason = checks.text(problems, "reason", reason, required=True)
    problems.stop_if_any()
    correction.returned_by_id, correction.returned_at = actor.user_id, clock.now()
    correction.return_reason = reason
    correction.save(update_fields=["returned_by", "returned_at", "return_reason"])
    said = f"returned the correction of {month_name(correction.corrects)} of {correction.line.name}"
    note(actor, Verb.CORRECTION_RETURNED, correction, measure, said, change=_change(correction), reason=reason)
    settle(f"correction:{correction.pk}:entered")
    people = {measure.owner_id, correction.entered_by_id}
    _tell("actuals.correction_returned", actor, correction, people, reason)
    return correction


def _tell(kind: str, actor: Actor, correction: Correction, people: Iterable[UUID | None], reason: str) -> None:
    measure, line = correction.measure, correction.line
    tell(
        kind, actor, measure, event=f"correction:{correction.pk}:{kind.rpartition('_')[2]}", people=people,
        path=f"/measures/{measure.pk}/financials/", line=line.name, unit=line.measured_in, amount=correction.amount,
        month=month_name(correction.corrects), booked=month_name(correction.month), reason=reason,
    )  # fmt: skip


def _to_answer(actor: Actor, correction_id: UUID) -> tuple[Correction, Measure]:
    measure_id = Correction.objects.filter(pk=correction_id).values_list("measure_id", flat=True).first()
    if measure_id is None:
        raise Http404("There is no such correction.")
    measure = measure_to_change(actor, measure_id)
    correction = Correction.objects.select_related("line").get(pk=correction_id)
    correction.measure = measure
    if not correction.is_pending:
        state = "validated" if correction.validated_at else "returned"
        raise Conflict(f"This correction was {state} already.", current={"state": state})
    return correction, measure


def _money(amount: Decimal, line: EffectLine) -> str:
    return f"{plain(amount)} {line.measured_in}"


def _change(correction: Correction) -> dict[str, object]:
    return {
        "line_id": correction.line_id,
        "corrects": f"{correction.corrects:%Y-%m}",
        "month": f"{correction.month:%Y-%m}",
        "amount": correction.amount,
    }
