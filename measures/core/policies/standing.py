"""The conditions that several policies share: who someone is to a measure, and whether it takes changes."""

from cat4.accounts.actor import Actor, Role
from cat4.accounts.models import User
from cat4.errors import ALLOWED, Verdict, denied
from cat4.wording import day_name
from measures.constants import Doi, Lifecycle
from measures.models import Measure

PLAN_IS_FROZEN = (
    "The plan is frozen since the measure was decided (DoI 3). It changes only by an approved change request."
)


def named(person: User | None, role: str) -> str:
    """`the controller Lucia Moretti`, or `the controller, who is not named yet`."""
    return f"the {role} {person.name}" if person else f"the {role}, who is not named yet,"


def is_owner_or_pmo(actor: Actor, measure: Measure) -> bool:
    """The measure's owner, or a portfolio manager at or above its package.

    A controller's deputy enters nothing for them: what they then validate would be their own.
    """
    if actor.on_behalf_of is not None and actor.on_behalf_of == measure.controller_id:
        return False
    return actor.holder_id == measure.owner_id or actor.has_role(measure.package.path, Role.PMO)


def only_owner_or_pmo(measure: Measure, may: str) -> Verdict:
    """The refusal for everybody else."""
    return denied(f"Only {named(measure.owner, 'owner')} or the portfolio manager may {may}.")


def takes_changes(measure: Measure) -> Verdict:
    """Closed and cancelled measures are read-only; one on hold can only be resumed."""
    if measure.lifecycle == Lifecycle.CLOSED:
        return denied("The measure is closed and can only be read.")
    if measure.lifecycle == Lifecycle.CANCELLED:
        return denied("The measure is cancelled and can only be read.")
    if measure.lifecycle == Lifecycle.ON_HOLD:
        until = f" until {day_name(measure.resume_on)}" if measure.resume_on else ""
        return denied(f"The measure is on hold{until}. It can only be resumed or cancelled.")
    return ALLOWED


def takes_actuals(measure: Measure) -> Verdict:
    """Money is booked on after closing too: that is how one sees whether it lasts (domain 6.8)."""
    return ALLOWED if measure.lifecycle == Lifecycle.CLOSED else takes_changes(measure)


def plan_is_open(measure: Measure) -> Verdict:
    """Before DoI 3 only."""
    return denied(PLAN_IS_FROZEN) if measure.doi >= Doi.DECIDED else ALLOWED


def is_decided(measure: Measure, what: str) -> Verdict:
    """From DoI 3 on; `what` begins the sentence."""
    if measure.doi < Doi.DECIDED:
        return denied(f"{what} from DoI 3 on. The measure is at DoI {measure.doi}.")
    return ALLOWED


def first_refusal(*verdicts: Verdict) -> Verdict:
    """The first that refuses, else allowed."""
    return next((verdict for verdict in verdicts if not verdict), ALLOWED)
