"""Ripples: what a moved date does to the milestones that wait for it (domain section 8)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Max

from cat4 import checks, clock
from cat4.accounts.actor import Actor
from cat4.audit.actions import record
from cat4.checks import Problems
from cat4.errors import Conflict
from cat4.notices.actions import settle
from cat4.outbox.actions import publish
from cat4.wording import counted, day_name
from hierarchy.organization.selectors import organization_settings
from measures.constants import RippleAnswerKind, RippleCause, Topic, Verb
from measures.core.actions.notes import note
from measures.core.policies.deputies import act_as
from measures.formulas.network import Pin
from measures.formulas.ripple import Move
from measures.models import Milestone, Ripple, RippleAnswer, RippleHop
from measures.status.actions.recompute import mark_changed

from ..policies import may_answer_ripple
from ..selectors.affected import Stretch, stretch_from
from ..selectors.ripples import answer_to_give
from .network_writes import storable, write_computed, write_hops
from .superseding import supersede

ANSWER_DAYS = 5


def spread(actor: Actor, milestone: Milestone, before: Pin, *, cause: RippleCause, reason: str = "") -> Ripple | None:
    """Move what waits for a milestone that is saved as it is now, and store what followed.

    Only computed dates are written, never a baseline date or an owner's forecast. The caller holds
    `lock_network()`. While a ripple of the same trigger waits for answers, the new one takes its place and
    tells the whole way from where that one began. Nothing is stored when nothing else moves or takes it up.
    """
    stretch = stretch_from([milestone.pk])
    earlier = _earlier(milestone)
    if earlier and (earlier.is_open or (cause == earlier.ripple.cause == RippleCause.OVERDUE)):
        before = Pin(earlier.ripple.before_on, before.duration)
    slip = _Slip(milestone, stretch, stretch.move(milestone.pk, before), cause, earlier)
    pushed = stretch.pushed_dates(slip.move.finish_on)
    write_computed(pushed)
    asked = _asked(slip)
    mark_changed({*(stretch.rows[key].measure_id for key in pushed), *slip.days, *asked})
    if not _is_news(slip, asked):
        return None
    if earlier and earlier.is_open:
        supersede([earlier.ripple.pk])
    return _store(actor, slip, asked, reason) if slip.move.hops else None


@dataclass(frozen=True, slots=True)
class _Earlier:
    """The last ripple of the same trigger: where it took milestones and measures, and who has yet to answer."""

    ripple: Ripple
    after: Mapping[UUID, tuple[int, date]]
    days: Mapping[UUID, int]
    waiting: Mapping[UUID, date]

    @property
    def is_open(self) -> bool:
        """Whether somebody has yet to answer it."""
        return bool(self.waiting)


def _earlier(milestone: Milestone) -> _Earlier | None:
    ripple = Ripple.objects.filter(trigger=milestone, superseded_at__isnull=True).order_by("-at", "-id").first()
    if ripple is None:
        return None
    hops = list(ripple.hops.values_list("milestone_id", "measure_id", "days", "after_on"))
    days: dict[UUID, int] = {}
    for _, measure_id, moved, _ in hops:
        days[measure_id] = max(days.get(measure_id, moved), moved)
    waiting = dict(ripple.answers.filter(answered_at__isnull=True).values_list("measure_id", "due_on"))
    return _Earlier(ripple, {key: (moved, after) for key, _, moved, after in hops}, days, waiting)


@dataclass(frozen=True)
class _Slip:
    """A move with what led to it."""

    trigger: Milestone
    stretch: Stretch
    move: Move
    cause: RippleCause
    earlier: _Earlier | None

    @cached_property
    def measures(self) -> dict[UUID, UUID]:
        """The measure of each milestone."""
        return {key: row.measure_id for key, row in self.stretch.rows.items()}

    @cached_property
    def days(self) -> dict[UUID, int]:
        """How much later the latest milestone of each measure comes; measures that don't move are left out."""
        days: dict[UUID, int] = {}
        for hop in self.move.hops:
            if hop.days:
                measure_id = self.stretch.rows[hop.id].measure_id
                days[measure_id] = max(days.get(measure_id, hop.days), hop.days)
        return days


def _asked(slip: _Slip) -> dict[UUID, date]:
    """The measures whose owners must answer, and until when: those of others that come later.

    Who has answered for dates that still hold isn't asked again. An overdue milestone pushes a little further
    every day: its answer holds until it has pushed by more than a slip that counts as green, and the first
    question's date stays.
    """
    days, earlier = slip.days, slip.earlier
    later = {measure_id for measure_id, moved in days.items() if moved > 0 and measure_id != slip.trigger.measure_id}
    if not later:
        return {}
    due = slip.stretch.calendar.add(slip.stretch.today, ANSWER_DAYS)
    if slip.cause == RippleCause.OVERDUE:
        held, tolerance = _answered_days(slip), _tolerance()
        later = {
            measure_id
            for measure_id in later
            if measure_id not in held or days[measure_id] > held[measure_id] + tolerance
        }
        return {measure_id: earlier.waiting.get(measure_id, due) if earlier else due for measure_id in later}
    if earlier and earlier.is_open:
        later -= _settled(slip, earlier)
    return dict.fromkeys(later, due)


def _settled(slip: _Slip, earlier: _Earlier) -> set[UUID]:
    """The measures whose owners answered the earlier ripple, and which this one takes nowhere else."""
    elsewhere = {
        slip.stretch.rows[hop.id].measure_id
        for hop in slip.move.hops
        if hop.days and earlier.after.get(hop.id) != (hop.days, hop.after_on)
    }
    return earlier.days.keys() - earlier.waiting.keys() - elsewhere


def _answered_days(slip: _Slip) -> dict[UUID, int]:
    """How far this overdue milestone had pushed each measure when its owner answered."""
    hops = RippleHop.objects.filter(
        ripple__trigger=slip.trigger,
        ripple__cause=RippleCause.OVERDUE,
        ripple__before_on=slip.move.before_on,
        ripple__answers__measure=F("measure"),
        ripple__answers__answered_at__isnull=False,
    )
    return dict(hops.order_by().values_list("measure_id").annotate(most=Max("days")))


def _tolerance() -> int:
    return organization_settings().thresholds.slip_green_days


def _is_news(slip: _Slip, asked: Collection[UUID]) -> bool:
    """Whether the ripple says what the last one of its trigger doesn't."""
    earlier = slip.earlier
    if slip.cause != RippleCause.OVERDUE:
        told = {hop.id: (hop.days, hop.after_on) for hop in slip.move.hops}
        return not (earlier and earlier.is_open and told == earlier.after)
    days = slip.days
    if earlier is None or earlier.ripple.cause != RippleCause.OVERDUE:
        return bool(days)
    further = days.get(slip.trigger.measure_id, 0) - earlier.days.get(slip.trigger.measure_id, 0)
    return further > _tolerance() or any(earlier.days.get(measure_id) != days[measure_id] for measure_id in asked)


def _store(actor: Actor, slip: _Slip, asked: Mapping[UUID, date], reason: str) -> Ripple:
    trigger, move, measures = slip.trigger, slip.move, slip.measures
    ripple = Ripple.objects.create(
        trigger=trigger,
        measure_id=trigger.measure_id,
        cause=slip.cause,
        before_on=move.before_on,
        after_on=move.after_on,
        days=storable(move.days),
        reason=reason,
        author_id=actor.user_id if actor.cause != "schedule" else None,
        at=clock.now(),
    )
    write_hops(ripple, move.hops, measures)
    RippleAnswer.objects.bulk_create(
        RippleAnswer(ripple=ripple, measure_id=measure_id, due_on=due) for measure_id, due in asked.items()
    )
    record(
        actor, Verb.RIPPLE_STORED, ripple, summary=_summary(trigger, move, measures), change=_change(move),
        reason=reason, measure_id=trigger.measure_id,
    )  # fmt: skip
    publish(Topic.RIPPLE_STORED, ripple.pk)
    return ripple


def _summary(milestone: Milestone, move: Move, measures: Mapping[UUID, UUID]) -> str:
    """`moved 3 milestones of 2 measures by up to 20 working days, because Contract signed comes on 15 Jan 2027`."""
    because = f"because {milestone.name} comes on {day_name(move.after_on)}"
    moved = [hop for hop in move.hops if hop.days]
    if not moved:
        return f"moved nothing else: slack took it up, {because}"
    of = counted(len({measures[hop.id] for hop in moved}), "measure")
    most = max((abs(hop.days), hop.days) for hop in moved)[1]
    direction = "" if most > 0 else " to earlier dates"
    far = counted(abs(most), "working day")
    return f"moved {counted(len(moved), 'milestone')} of {of} by up to {far}{direction}, {because}"


def _change(move: Move) -> dict[str, Any]:
    moved = sum(1 for hop in move.hops if hop.days)
    return {"trigger": [move.before_on, move.after_on], "moved": moved, "absorbed": len(move.hops) - moved}


@transaction.atomic
def answer_ripple(
    actor: Actor, answer_id: UUID, *, kind: str, reason: str = "", counter_measure: str = ""
) -> RippleAnswer:
    """An affected owner accepts the new dates, absorbs them with a counter-measure, or contests them with a reason.

    Raises:
        Http404, NotAllowed; Conflict when it was answered or a newer ripple took its place; Invalid by argument.
    """
    answer = answer_to_give(actor, answer_id)
    actor = act_as(actor, answer.measure, may_answer_ripple)
    _require_unanswered(answer)
    answer.kind, answer.reason, answer.counter_measure = checked_words(kind, reason, counter_measure)
    answer.answered_by_id, answer.answered_at = actor.user_id, clock.now()
    answer.save()
    settle(f"ripple:{answer.pk}:")
    _record_answer(actor, answer)
    publish(Topic.RIPPLE_ANSWERED, answer.ripple_id)
    return answer


def checked_words(kind: str, reason: str, counter_measure: str) -> tuple[str, str, str]:
    """What an owner answers: to absorb names a counter-measure, to contest gives a reason.

    Raises:
        Invalid: by argument.
    """
    problems = Problems()
    kind = checks.choice(problems, "kind", kind, RippleAnswerKind)
    reason = checks.text(problems, "reason", reason, required=kind == RippleAnswerKind.CONTEST)
    counter_measure = checks.text(
        problems, "counter_measure", counter_measure, required=kind == RippleAnswerKind.ABSORB
    )
    problems.stop_if_any()
    return kind, reason, counter_measure


def _require_unanswered(answer: RippleAnswer) -> None:
    if answer.answered_at is not None:
        by = answer.answered_by.name if answer.answered_by else "somebody"
        raise Conflict(f"{by} answered this already.", current={"kind": answer.kind})
    if answer.ripple.superseded_at is not None:
        raise Conflict("The date moved again. Answer the ripple that took the place of this one.")


def _record_answer(actor: Actor, answer: RippleAnswer) -> None:
    """Into the history of who answers, and of who set it off."""
    trigger = answer.ripple.trigger
    said = {
        RippleAnswerKind.ACCEPT: "accepted the new dates",
        RippleAnswerKind.ABSORB: "absorbed the new dates with a counter-measure",
        RippleAnswerKind.CONTEST: "contested the new dates",
    }[RippleAnswerKind(answer.kind)]
    change = {"kind": ["", answer.kind], "counter_measure": answer.counter_measure}
    why = answer.reason or answer.counter_measure
    summary = f"{said} after {trigger.name} moved to {day_name(answer.ripple.after_on)}"
    note(actor, Verb.RIPPLE_ANSWERED, answer, answer.measure, summary, change=change, reason=why)
    record(
        actor, Verb.RIPPLE_ANSWERED, answer, summary=f"{said} of {answer.measure.code} after {trigger.name} moved",
        change=change, reason=why, measure_id=answer.ripple.measure_id,
    )  # fmt: skip
