"""An enabler that falls: the owner of what it makes possible is asked, and answers like a ripple (domain section 4)."""

from uuid import UUID

from django.db import transaction

from cat4 import clock
from cat4.accounts.actor import Actor
from cat4.audit.actions import record
from cat4.errors import Conflict
from cat4.notices.actions import settle
from hierarchy.calendar.selectors.calendar import work_calendar
from measures.constants import EnablerEvent, RippleAnswerKind, Verb
from measures.core.actions.notes import note
from measures.core.notices import tell
from measures.core.policies.deputies import act_as
from measures.core.selectors.measures import lock_measure
from measures.facts.calendar import calendar
from measures.models import EnablerAnswer, Measure
from measures.status.actions.recompute import mark_changed

from ..policies import may_answer_enabler
from ..selectors.enablers import answer_about_enabler
from .ripples import ANSWER_DAYS, checked_words


@transaction.atomic
def ask_about_enabler(actor: Actor, enabler: Measure, *, event: str, decision_number: int) -> EnablerAnswer | None:
    """Tell owner and controller of what a measure makes possible that it fell, and ask the owner for an answer.

    Five working days, as for a ripple. A closed measure is told and not asked: its money is checked at once. Run
    twice, the second time asks nobody; None where nobody is asked.
    """
    if enabler.enables_id is None:
        return None
    measure = lock_measure(enabler.enables_id)
    asked, is_new = None, False
    if measure.is_open:
        due = work_calendar().add(calendar().today, ANSWER_DAYS)
        facts = {"enabler": enabler, "event": event, "asked_at": clock.now(), "due_on": due}
        asked, is_new = EnablerAnswer.objects.get_or_create(
            measure=measure, decision_number=decision_number, defaults=facts
        )
    form = f"/enabler-answers/{asked.pk}/" if asked else ""
    # Only who may answer is led to the form, the controller to the measure.
    for person, path in ((measure.owner_id, form), (measure.controller_id, "")):
        tell(
            "enabler.fell", actor, measure, event=f"enabler:{measure.pk}:{decision_number}:fell", path=path,
            people=[person], enabler=enabler.code, move=event, due=asked and asked.due_on,
        )  # fmt: skip
    if not is_new or asked is None:
        return None
    summary = f"asked what follows from {enabler.code}, which makes it possible, being {_in_words(event)}"
    record(
        actor, Verb.ENABLER_FELL, asked, summary=summary, change={"decision": decision_number, "event": event},
        measure_id=measure.pk,
    )  # fmt: skip
    mark_changed([measure.pk])
    return asked


@transaction.atomic
def forget_enabler(enabler: Measure) -> None:
    """An enabler stands again: what nobody answered needs no answer any more."""
    waiting = EnablerAnswer.objects.filter(enabler=enabler, answered_at__isnull=True, superseded_at__isnull=True)
    rows = list(waiting.select_for_update())
    waiting.update(superseded_at=clock.now())
    settle(*(f"enabler:{row.measure_id}:{row.decision_number}:" for row in rows))
    mark_changed([row.measure_id for row in rows])


@transaction.atomic
def answer_enabler(
    actor: Actor, answer_id: UUID, *, kind: str, reason: str = "", counter_measure: str = ""
) -> EnablerAnswer:
    """The owner accepts what a fallen enabler means, absorbs it with a counter-measure, or contests it with a reason.

    Raises:
        Http404, NotAllowed; Conflict when it was answered, or the enabler stands again; Invalid by argument.
    """
    answer = answer_about_enabler(actor, answer_id)
    actor = act_as(actor, answer.measure, may_answer_enabler)
    if answer.answered_at is not None:
        by = answer.answered_by.name if answer.answered_by else "Somebody"
        raise Conflict(f"{by} answered this already.", current={"kind": answer.kind})
    if answer.superseded_at is not None:
        raise Conflict(f"{answer.enabler.code} stands again. Nothing has to be answered.")
    words = checked_words(kind, reason, counter_measure)
    answer.kind, answer.reason, answer.counter_measure = words
    answer.answered_by_id, answer.answered_at = actor.user_id, clock.now()
    answer.save()
    settle(f"enabler:{answer.measure_id}:{answer.decision_number}:")
    said = {
        RippleAnswerKind.ACCEPT: "accepted",
        RippleAnswerKind.ABSORB: "absorbed with a counter-measure",
        RippleAnswerKind.CONTEST: "contested",
    }[RippleAnswerKind(answer.kind)]
    summary = f"{said} that {answer.enabler.code}, which makes it possible, was {_in_words(answer.event)}"
    change = {"kind": ["", answer.kind], "counter_measure": answer.counter_measure}
    note(
        actor, Verb.ENABLER_ANSWERED, answer, answer.measure, summary, change=change,
        reason=answer.reason or answer.counter_measure,
    )  # fmt: skip
    return answer


def _in_words(event: str) -> str:
    """`put on hold`, inside a sentence."""
    return EnablerEvent(event).label.lower()
