"""Who may write, and who confirms, the money of a measure: never the same person."""

from uuid import UUID

from cat4.accounts.actor import Actor
from cat4.errors import ALLOWED, Verdict, denied
from cat4.wording import month_name
from measures.core.policies.deputies import by_deputies
from measures.core.policies.standing import (
    first_refusal,
    is_decided,
    is_owner_or_pmo,
    named,
    only_owner_or_pmo,
    plan_is_open,
    takes_actuals,
    takes_changes,
)
from measures.facts.calendar import calendar
from measures.models import Baseline, Correction, EffectMonth, Measure


@by_deputies
def may_edit_plan(actor: Actor, measure: Measure) -> Verdict:
    """Effect lines and plan months, until the plan is frozen."""
    if not is_owner_or_pmo(actor, measure):
        return only_owner_or_pmo(measure, "change the plan")
    return first_refusal(takes_changes(measure), plan_is_open(measure))


@by_deputies
def may_add_effects(actor: Actor, measure: Measure) -> Verdict:
    """A new effect line brings a plan: the same rule."""
    return may_edit_plan(actor, measure)


@by_deputies
def may_propose_baseline(actor: Actor, measure: Measure) -> Verdict:
    """Also after the decision: until the controller approves the new version, the approved one stands."""
    if not is_owner_or_pmo(actor, measure):
        return only_owner_or_pmo(measure, "propose a baseline")
    return takes_changes(measure)


@by_deputies
def may_approve_baseline(actor: Actor, baseline: Baseline) -> Verdict:
    """The named controller, and not for an own proposal."""
    measure = baseline.measure
    if actor.holder_id != measure.controller_id:
        return denied(f"Only {named(measure.controller, 'controller')} may approve the baseline.")
    if actor.is_bound_as(baseline.proposed_by_id):
        proposed = _who_entered(actor, baseline.proposed_by_id)
        return denied(f"{proposed} proposed this baseline. Somebody else has to propose it for you to approve it.")
    return takes_changes(measure)


@by_deputies
def may_revise_forecast(actor: Actor, measure: Measure) -> Verdict:
    """The owner's expectation, from Decided on."""
    if not is_owner_or_pmo(actor, measure):
        return only_owner_or_pmo(measure, "change the forecast")
    return first_refusal(takes_changes(measure), is_decided(measure, "There is a forecast"))


@by_deputies
def may_confirm_forecast(actor: Actor, measure: Measure) -> Verdict:
    """Whoever may change it may say that nothing changed."""
    if not is_owner_or_pmo(actor, measure):
        return only_owner_or_pmo(measure, "confirm the forecast")
    return first_refusal(takes_changes(measure), is_decided(measure, "There is a forecast"))


@by_deputies
def may_explain_leakage(actor: Actor, measure: Measure) -> Verdict:
    """Why money is missing is known to its owner, to the portfolio manager and to its controller."""
    return first_refusal(
        _owner_pmo_or_controller(actor, measure, "say why money is missing"),
        takes_actuals(measure),
        is_decided(measure, "Missing money is explained"),
    )


@by_deputies
def may_write_proofs(actor: Actor, measure: Measure) -> Verdict:
    """Prices and volumes that prove a saving, once something was decided that they can prove."""
    return first_refusal(
        _owner_pmo_or_controller(actor, measure, "write proofs"),
        takes_actuals(measure),
        is_decided(measure, "Proofs are written"),
    )


def _owner_pmo_or_controller(actor: Actor, measure: Measure, may: str) -> Verdict:
    if actor.holder_id == measure.controller_id or is_owner_or_pmo(actor, measure):
        return ALLOWED
    who = f"{named(measure.owner, 'owner')}, {named(measure.controller, 'controller')}"
    return denied(f"Only {who} or the portfolio manager may {may}.")


@by_deputies
def may_report_actuals(actor: Actor, measure: Measure) -> Verdict:
    """Actuals come from the owner, the portfolio manager or an import in their name."""
    if not is_owner_or_pmo(actor, measure):
        return only_owner_or_pmo(measure, "report actuals")
    return first_refusal(takes_actuals(measure), is_decided(measure, "Actuals are reported"))


@by_deputies
def may_validate_actuals(actor: Actor, measure: Measure) -> Verdict:
    """Only the named controller, whatever other roles someone holds."""
    if actor.holder_id != measure.controller_id:
        return denied(f"Only {named(measure.controller, 'controller')} may validate.")
    return first_refusal(takes_actuals(measure), is_decided(measure, "Actuals are validated"))


def _who_entered(actor: Actor, person_id: UUID | None) -> str:
    """The actor, or the one for whom they act."""
    return "You" if person_id == actor.user_id else actor.on_behalf_of_name


@by_deputies
def may_validate_entry(actor: Actor, measure: Measure, entry: EffectMonth) -> Verdict:
    """Nobody validates an actual that they entered."""
    if actor.is_bound_as(entry.reported_by_id):
        entered = f"{_who_entered(actor, entry.reported_by_id)} entered the actual of {month_name(entry.month)}."
        if entry.month in calendar().locked:
            return denied(f"{entered} It is locked: a portfolio manager names another controller, who validates it.")
        return denied(f"{entered} Return it, and somebody else enters it.")
    return may_validate_actuals(actor, measure)


@by_deputies
def may_validate_correction(actor: Actor, measure: Measure, correction: Correction) -> Verdict:
    """Nobody validates a correction that they entered."""
    if actor.is_bound_as(correction.entered_by_id):
        entered = _who_entered(actor, correction.entered_by_id)
        return denied(f"{entered} entered this correction. Return it, and somebody else enters it.")
    return may_validate_actuals(actor, measure)


@by_deputies
def may_return_actuals(actor: Actor, measure: Measure) -> Verdict:
    """The controller sends a month back to whoever entered it."""
    if actor.holder_id != measure.controller_id:
        return denied(f"Only {named(measure.controller, 'controller')} may return actuals.")
    return first_refusal(takes_actuals(measure), is_decided(measure, "Actuals are returned"))
