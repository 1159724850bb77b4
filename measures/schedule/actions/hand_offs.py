"""Hand-offs: a milestone with a receiver is done only when the receiver accepts it (domain section 8)."""

from uuid import UUID

from django.db import transaction

from cat4 import checks, clock
from cat4.accounts.actor import Actor
from cat4.checks import Problems
from cat4.editing import check_version
from cat4.errors import Conflict
from cat4.notices.actions import settle
from cat4.outbox.actions import publish
from cat4.wording import day_name
from measures.constants import RippleCause, Topic, Verb
from measures.core.actions.notes import note
from measures.core.notices import tell
from measures.core.policies.deputies import act_as
from measures.facts.calendar import calendar
from measures.facts.locks import lock_network
from measures.models import Milestone

from ..policies import may_answer_hand_off
from ..selectors.affected import pin_of, stretch_from
from ..selectors.hand_offs import hand_off_to_answer
from .pull_forwards import offer_pull_forwards
from .ripples import spread


@transaction.atomic
def accept_hand_off(actor: Actor, milestone_id: UUID, *, expected_version: int | None = None) -> Milestone:
    """The receiver confirms: the milestone is done on the day on which it was handed over.

    Raises:
        Http404, NotAllowed (anybody but the receiver), StaleVersion; Conflict when nothing waits to be accepted.
    """
    lock_network()
    milestone = hand_off_to_answer(actor, milestone_id)
    actor = act_as(actor, milestone, may_answer_hand_off)
    check_version(milestone, expected_version, "handed_over_on")
    _require_waiting(milestone)
    before = pin_of(stretch_from([milestone.pk]).rows[milestone.pk], calendar().today)
    milestone.actual_on, milestone.accepted_at, milestone.refused_because = milestone.handed_over_on, clock.now(), ""
    milestone.version += 1
    milestone.save(update_fields=["actual_on", "accepted_at", "refused_because", "version"])
    summary = f"accepted {milestone.name}, handed over on {day_name(milestone.actual_on)}"  # type: ignore[arg-type]
    change = {"actual_on": [None, milestone.actual_on], "baseline_on": milestone.baseline_on}
    note(actor, Verb.HAND_OFF_ACCEPTED, milestone, milestone.measure, summary, change=change)
    _tell("handoff.accepted", actor, milestone)
    spread(actor, milestone, before, cause=RippleCause.DONE)
    offer_pull_forwards(actor, milestone, before)
    return milestone


@transaction.atomic
def refuse_hand_off(actor: Actor, milestone_id: UUID, *, reason: str, expected_version: int | None = None) -> Milestone:
    """The receiver gives it back, saying why; whoever gave it reads that and completes it again.

    Raises:
        Http404, NotAllowed (anybody but the receiver), StaleVersion; Conflict when nothing waits to be accepted;
        Invalid on `reason`.
    """
    milestone = hand_off_to_answer(actor, milestone_id)
    actor = act_as(actor, milestone, may_answer_hand_off)
    check_version(milestone, expected_version, "handed_over_on")
    _require_waiting(milestone)
    problems = Problems()
    reason = checks.text(problems, "reason", reason, required=True)
    problems.stop_if_any()
    change = {"handed_over_on": [milestone.handed_over_on, None]}
    milestone.handed_over_on, milestone.refused_because = None, reason
    milestone.version += 1
    milestone.save(update_fields=["handed_over_on", "refused_because", "version"])
    summary = f"refused {milestone.name}"
    note(actor, Verb.HAND_OFF_REFUSED, milestone, milestone.measure, summary, change=change, reason=reason)
    _tell("handoff.refused", actor, milestone, reason=reason)
    publish(Topic.HAND_OFF_REFUSED, milestone.pk)
    return milestone


def _tell(kind: str, actor: Actor, milestone: Milestone, **facts: str) -> None:
    """Whoever gave it: the measure's owner, and the person named for the milestone."""
    measure = milestone.measure
    settle(f"handoff:{milestone.pk}:")
    tell(
        kind, actor, measure, event=f"{kind}:{milestone.pk}:{milestone.version}", milestone=milestone.name,
        people=[measure.owner_id, milestone.responsible_id], path=f"/measures/{measure.pk}/milestones/", **facts,
    )  # fmt: skip


def _require_waiting(milestone: Milestone) -> None:
    if milestone.actual_on is not None:
        raise Conflict(
            f"{milestone.name} is done since {day_name(milestone.actual_on)}.",
            current={"actual_on": milestone.actual_on},
        )
    if milestone.handed_over_on is None:
        raise Conflict(f"{milestone.name} isn't handed over yet.", current={"handed_over_on": None})
