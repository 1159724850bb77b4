"""Asking affected owners for their answer, and reminding them."""

from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from cat4.notices.selectors import told_events
from cat4.tenancy.context import current_organization_id
from hierarchy.calendar.selectors.calendar import work_calendar
from hierarchy.organization.actions import rule_actor
from measures.constants import Lifecycle
from measures.core.notices import tell
from measures.models import EnablerAnswer, RippleAnswer
from measures.models.answers import OwnerAnswer

ANSWER_REMINDER_DAYS = 2
_OPEN = (Lifecycle.ACTIVE, Lifecycle.ON_HOLD)


def ask_affected_owners(ripple_id: UUID) -> int:
    """Ask the owner of each measure that a ripple moves for an answer (domain section 8); returns the notices."""
    return sum(
        _tell_of_answer("ripple.answer_asked", answer, "asked")
        for answer in _unanswered().filter(ripple_id=ripple_id)
    )  # fmt: skip


def remind_of_answers(today: date) -> int:
    """Remind two working days before an answer is due, and on the day; returns the notices.

    Of answers to ripples, and to enablers that fell.
    """
    soon = work_calendar().add(today, ANSWER_REMINDER_DAYS)
    asked: list[OwnerAnswer] = [
        *_unanswered().filter(due_on__lte=soon),
        *_unanswered_enablers().filter(due_on__lte=soon),
    ]
    stages = {answer.pk: "due" if answer.due_on <= today else "soon" for answer in asked}
    told = told_events(_event_of(answer, stages[answer.pk]) for answer in asked)
    return sum(
        _remind(answer, stages[answer.pk]) for answer in asked if _event_of(answer, stages[answer.pk]) not in told
    )


def _event_of(answer: OwnerAnswer, stage: str) -> str:
    if isinstance(answer, EnablerAnswer):
        return f"enabler:{answer.measure_id}:{answer.decision_number}:{stage}"
    return _answer_event(answer, stage)


def _remind(answer: OwnerAnswer, stage: str) -> int:
    is_over = stage == "due"
    if isinstance(answer, RippleAnswer):
        return _tell_of_answer("ripple.answer_due", answer, stage, is_over=is_over)
    if not isinstance(answer, EnablerAnswer):
        raise TypeError(f"Nobody reminds of {answer!r}.")
    return tell(
        "enabler.answer_due", rule_actor("schedule"), answer.measure, event=_event_of(answer, stage),
        due=answer.due_on, people=[answer.measure.owner_id], path=f"/enabler-answers/{answer.pk}/",
        enabler=answer.enabler.code, is_over=is_over,
    )  # fmt: skip


def _unanswered_enablers() -> QuerySet[EnablerAnswer]:
    waiting = EnablerAnswer.objects.filter(
        organization_id=current_organization_id(),
        answered_at__isnull=True,
        superseded_at__isnull=True,
        measure__lifecycle__in=_OPEN,
    )
    return waiting.select_related("measure", "enabler").order_by("due_on", "id")


def _unanswered() -> QuerySet[RippleAnswer]:
    waiting = RippleAnswer.objects.filter(
        organization_id=current_organization_id(),
        answered_at__isnull=True,
        ripple__superseded_at__isnull=True,
        measure__lifecycle__in=_OPEN,
    )
    return waiting.select_related("measure", "ripple__trigger").order_by("due_on", "id")


def _answer_event(answer: OwnerAnswer, stage: str) -> str:
    return f"ripple:{answer.pk}:{stage}"


def _tell_of_answer(kind: str, answer: RippleAnswer, stage: str, **facts: bool) -> int:
    return tell(
        kind, rule_actor("schedule"), answer.measure, event=_answer_event(answer, stage), due=answer.due_on,
        people=[answer.measure.owner_id], path=f"/ripples/{answer.ripple_id}/", trigger=answer.ripple.trigger.name,
        **facts,
    )  # fmt: skip
