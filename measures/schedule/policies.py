"""Who links milestones, hands them over, receives them, and answers ripples (domain section 8)."""

from cat4.accounts.actor import Actor
from cat4.errors import ALLOWED, Verdict, denied
from cat4.wording import counted, listed
from measures.constants import Doi
from measures.core.policies.deputies import by_deputies
from measures.core.policies.standing import is_owner_or_pmo, named, only_owner_or_pmo, takes_changes
from measures.models import Measure, Milestone


@by_deputies
def may_edit_dependencies(actor: Actor, measure: Measure) -> Verdict:
    """Whoever answers for the milestone that waits says what it waits for."""
    if not is_owner_or_pmo(actor, measure):
        return only_owner_or_pmo(measure, "say what its milestones wait for")
    return takes_changes(measure)


@by_deputies
def may_answer_ripple(actor: Actor, measure: Measure) -> Verdict:
    """The owner of the measure that is moved, or the portfolio manager."""
    if not is_owner_or_pmo(actor, measure):
        return only_owner_or_pmo(measure, "answer this ripple")
    return ALLOWED if measure.is_open else takes_changes(measure)


@by_deputies
def may_answer_enabler(actor: Actor, measure: Measure) -> Verdict:
    """The owner of the measure whose enabler fell, or the portfolio manager."""
    if not is_owner_or_pmo(actor, measure):
        return only_owner_or_pmo(measure, "answer for its enabler")
    return ALLOWED if measure.is_open else takes_changes(measure)


@by_deputies
def may_answer_pull_forward(actor: Actor, measure: Measure) -> Verdict:
    """An earlier date is the owner's to take: nobody is forced."""
    if not is_owner_or_pmo(actor, measure):
        return only_owner_or_pmo(measure, "take or decline an earlier date")
    return takes_changes(measure)


def may_hand_over(actor: Actor, milestone: Milestone) -> Verdict:
    """Nobody hands over to themselves."""
    if actor.is_bound_as(milestone.receiver_id):
        return denied("You receive this milestone. Somebody else has to hand it over to you.")
    return ALLOWED


@by_deputies
def may_answer_hand_off(actor: Actor, milestone: Milestone) -> Verdict:
    """The receiver alone says whether what was handed over is done; never the measure's owner."""
    if milestone.receiver_id is None:
        return denied("Nobody has to accept this milestone.")
    if actor.holder_id != milestone.receiver_id:
        return denied(f"Only {named(milestone.receiver, 'receiver')} may accept or refuse it.")
    if actor.is_bound_as(milestone.measure.owner_id):
        return denied("You own this measure. Name another receiver, who can accept it.")
    return takes_changes(milestone.measure)


def may_lose_milestone(milestone: Milestone) -> Verdict:
    """What waits for it, follows it or was moved by it is set right first."""
    links = milestone.successor_links.count() + milestone.predecessor_links.count()
    lines = list(milestone.bound_lines.values_list("name", flat=True))
    if links:
        return denied(f"The milestone has {counted(links, 'dependency', 'dependencies')}. Remove them first.")
    if lines:
        return denied(f"{listed(lines)} follows this milestone. Bind the money to another one first.")
    if milestone.ripples.exists() or milestone.ripple_hops.exists():
        return denied("Ripples of the past name this milestone, so it stays on record. Move or rename it instead.")
    return ALLOWED


@by_deputies
def may_edit_milestones(actor: Actor, measure: Measure) -> Verdict:
    """Adding, editing, forecasting and completing."""
    if not is_owner_or_pmo(actor, measure):
        return only_owner_or_pmo(measure, "change milestones")
    return takes_changes(measure)


@by_deputies
def may_remove_milestone(actor: Actor, milestone: Milestone) -> Verdict:
    """Only while nothing was decided on it, and never the one that starts the effect."""
    measure = milestone.measure
    if measure.doi >= Doi.DECIDED:
        return denied("The milestones are part of what was decided (DoI 3). They can be moved, not removed.")
    if milestone.is_effect_start:
        return denied("This milestone marks the start of the effect. Let another one mark it first.")
    if milestone.actual_on:
        return denied("The milestone is done and stays on record.")
    return may_edit_milestones(actor, measure)
