"""Who says what of a finding."""

from cat4.accounts.actor import Actor
from cat4.errors import ALLOWED, Verdict, denied
from measures.constants import Lifecycle
from measures.core.policies.deputies import by_deputies
from measures.core.policies.standing import is_owner_or_pmo, named, only_owner_or_pmo, takes_changes
from measures.models import Finding, Measure

from .selectors.findings import is_overlap, may_be_explained


@by_deputies
def may_explain_finding(actor: Actor, measure: Measure) -> Verdict:
    """The owner or a portfolio manager gives the reason; the controller judges it when confirming size and timing."""
    if not is_owner_or_pmo(actor, measure):
        return denied(f"Only {named(measure.owner, 'owner')} or the portfolio manager may explain it.")
    return _is_worked_on(measure)


@by_deputies
def may_resolve_overlap(actor: Actor, finding: Finding) -> Verdict:
    """The owner or a portfolio manager of either measure."""
    sides = [side for side in (finding.measure, finding.other_measure) if side is not None]
    if not any(is_owner_or_pmo(actor, side) for side in sides):
        owners = " or ".join(f"{named(side.owner, 'owner')} of {side.code}" for side in sides)
        return denied(f"Only {owners}, or a portfolio manager of one of them, may resolve this overlap.")
    refusals = [_is_worked_on(side) for side in sides if is_owner_or_pmo(actor, side)]
    return next((verdict for verdict in refusals if verdict), refusals[0])


@by_deputies
def may_settle_finding(actor: Actor, finding: Finding) -> Verdict:
    """Resolve it where it is an overlap, explain it where a reason makes it right."""
    if is_overlap(finding.code):
        return may_resolve_overlap(actor, finding)
    if not may_be_explained(finding.code):
        return denied("No reason makes this right. It is gone once the numbers are corrected.")
    return may_explain_finding(actor, finding.measure)


@by_deputies
def may_speak_for(actor: Actor, side: Measure) -> Verdict:
    """What a measure gives up, only its own owner or portfolio manager may give up."""
    if not is_owner_or_pmo(actor, side):
        who = f"{named(side.owner, 'owner')} of {side.code}"
        return denied(f"Only {who} or the portfolio manager may say this for {side.code}.")
    return _is_worked_on(side)


def _is_worked_on(measure: Measure) -> Verdict:
    if measure.lifecycle in {Lifecycle.CLOSED, Lifecycle.CANCELLED}:
        return denied(f"{measure.code} is {measure.get_lifecycle_display().lower()} and can only be read.")
    return ALLOWED


@by_deputies
def may_check_overlap(actor: Actor, measure: Measure) -> Verdict:
    """The overlap check is the owner's or the portfolio manager's (domain section 11)."""
    if not is_owner_or_pmo(actor, measure):
        return only_owner_or_pmo(measure, "answer the overlap check")
    return takes_changes(measure)
