"""Conditions of decisions: reported fulfilled by who is responsible, accepted by another (domain section 13)."""

from datetime import date, timedelta
from uuid import UUID

from django.db import transaction

from cat4 import checks, clock
from cat4.accounts.actor import Actor
from cat4.audit.actions import record
from cat4.checks import Problems
from cat4.errors import Conflict, require
from governance.constants import Verb
from measures.models import Document

from ..constants import ConditionState
from ..models.resolutions import Condition
from ..notices import remind_of_condition, tell_condition_answered
from ..policies import fulfilling_as, may_answer
from ..selectors.conditions import condition_for_write


@transaction.atomic
def fulfil_condition(actor: Actor, condition_id: UUID, *, note: str, document_id: UUID | None = None) -> Condition:
    """Say how a condition was met, with a document of the measure where there is one.

    Raises:
        Http404, NotAllowed, Conflict; Invalid on `note` or `document_id`.
    """
    condition = condition_for_write(actor, condition_id)
    actor, may = fulfilling_as(actor, condition)
    require(may)
    _require_state(condition, ConditionState.OPEN)
    problems = Problems()
    note = checks.text(problems, "note", note, required=True)
    documents = Document.objects.filter(measure=condition.measure, withdrawn_at__isnull=True)
    if document_id is not None and not documents.filter(pk=document_id).exists():
        problems.add("document_id", "Choose a document of the measure.")
    problems.stop_if_any()
    condition.fulfil()
    condition.note, condition.document_id = note, document_id
    condition.fulfilled_by_id, condition.fulfilled_at = actor.user_id, clock.now()
    condition.save(update_fields=["state", "note", "document", "fulfilled_by", "fulfilled_at"])
    tell_condition_answered(condition)
    _note(actor, Verb.CONDITION_FULFILLED, condition, "reported a condition as fulfilled", note)
    return condition


@transaction.atomic
def remind_of_conditions(today: date) -> int:
    """Tell who is responsible a week before the day, on it, and a week after; each once."""
    due = Condition.objects.filter(state=ConditionState.OPEN, due_on__lte=today + timedelta(days=7))
    related = due.select_related("committee", "measure", "decision", "responsible").order_by("due_on", "id")
    return sum(remind_of_condition(condition, today) for condition in related)


@transaction.atomic
def accept_condition(actor: Actor, condition_id: UUID) -> Condition:
    """Agree that a condition is met: it keeps the measure from no gate any more.

    Raises:
        Http404, NotAllowed, Conflict.
    """
    condition = condition_for_write(actor, condition_id)
    require(may_answer(actor, condition))
    _require_state(condition, ConditionState.FULFILLED)
    condition.accept()
    _answer(actor, condition, "")
    _note(actor, Verb.CONDITION_ACCEPTED, condition, "accepted a condition as fulfilled", "")
    return condition


@transaction.atomic
def refuse_condition(actor: Actor, condition_id: UUID, *, reason: str) -> Condition:
    """Not met yet: it is open again, and the responsible person reads why.

    Raises:
        Http404, NotAllowed, Conflict; Invalid on `reason`.
    """
    condition = condition_for_write(actor, condition_id)
    require(may_answer(actor, condition))
    _require_state(condition, ConditionState.FULFILLED)
    problems = Problems()
    reason = checks.text(problems, "reason", reason, required=True)
    problems.stop_if_any()
    condition.refuse()
    _answer(actor, condition, reason)
    tell_condition_answered(condition)
    _note(actor, Verb.CONDITION_REFUSED, condition, "did not accept a condition as fulfilled", reason)
    return condition


def _answer(actor: Actor, condition: Condition, answer: str) -> None:
    condition.answered_by_id, condition.answered_at, condition.answer = actor.user_id, clock.now(), answer
    condition.save(update_fields=["state", "answered_by", "answered_at", "answer"])


def _require_state(condition: Condition, state: ConditionState) -> None:
    if condition.state != state:
        now = condition.get_state_display().lower()
        raise Conflict(f"This condition is {now}.", current={"state": condition.state})


def _note(actor: Actor, verb: Verb, condition: Condition, what: str, reason: str) -> None:
    change = {
        "condition": condition.text,
        "decision": condition.decision.number,
        "state": condition.state,
        "note": condition.note,
    }
    record(
        actor, verb, condition, summary=f"{what}: {condition.text}", change=change, reason=reason,
        measure_id=condition.measure_id, ledger=True,
    )  # fmt: skip
