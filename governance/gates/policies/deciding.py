"""Who may decide, return and sign (domain sections 4 and 5). Nobody decides on their own measure.

Whom a step belongs to, by kind and amount, are the decision rights of the rules in force; what nobody may do
whatever they say stands here, and in the database.
"""

from uuid import UUID

from cat4.accounts.actor import Actor
from cat4.errors import ALLOWED, Verdict, denied
from governance.constants import Outcome, RequestKind
from governance.parties.policies import among, apart_from, is_bound_as, is_person, not_own, who
from governance.rules.constants import COMMITTEE_DECIDERS, PRESIDING_DECIDERS, Decider, Step, step_of
from governance.rules.facts import Authority, Parties
from governance.rules.results import names
from measures.constants import Doi

from ..constants import FOUR_EYES
from ..models import GateRequest
from ..rules import ADVISED, barred_parts
from .asking import may_request

ADVISES = denied("You control this measure and advise the committee. Somebody else has to decide.")
DECIDES = {
    Step.HOLD: "decides on holding, resuming and cancelling",
    Step.RESUME: "decides on holding, resuming and cancelling",
    Step.CANCEL: "decides on holding, resuming and cancelling",
    Step.CHANGE: "decides on changing the plan",
    Step.REOPEN: "may reopen it",
    Step.RESIDUAL: "accepts a residual",
}


def may_decide(actor: Actor, parties: Parties, outcome: str, to_doi: int, *, asks_body: bool = False) -> Verdict:
    """Whether the actor holds the right to decide `outcome`; `to_doi` is the degree behind the gate.

    With `asks_body` whoever presides over the committee that has to resolve it: nobody else speaks for it then.
    """
    step = step_of(outcome, to_doi)
    if step == Step.GATE_5:
        return may_sign(actor, parties)
    return _may_take(actor, parties, step, asks_body=asks_body)


def presiding_at(parties: Parties, step: str) -> tuple[Authority, ...]:
    """Who presides over the committee that decides a step as a body: those whom the rules name, else its own chair."""
    named = tuple(found for found in parties.authorities.get(step, ()) if found.decider in PRESIDING_DECIDERS)
    if named:
        return named
    committee = parties.committee or "committee, which is not named yet"
    return (Authority(Decider.CHAIR, f"the chair of the {committee} ({names(parties.chairs)})", parties.chairs),)


def _may_take(actor: Actor, parties: Parties, step: str, *, asks_body: bool = False) -> Verdict:
    """Whether one of the step's authorities is the actor's, and nothing forbids them to use it."""
    authorities = presiding_at(parties, step) if asks_body else parties.authorities.get(step, ())
    held = [authority for authority in authorities if among(actor, authority.people)]
    if step in ADVISED and is_bound_as(actor, parties.controller):
        return ADVISES
    if not held and is_bound_as(actor, parties.controller) and any(_speaks(authority) for authority in authorities):
        return ADVISES
    if not held:
        return not_own(actor, parties) and _not_yours(authorities, step)
    verdicts = [_unhindered(actor, parties, authority, step) for authority in held]
    return next((verdict for verdict in verdicts if verdict), verdicts[0])


def _unhindered(actor: Actor, parties: Parties, authority: Authority, step: str) -> Verdict:
    for part in barred_parts(step, authority.decider, for_another=actor.on_behalf_of is not None):
        if is_bound_as(actor, getattr(parties, part)):
            return _hindered(actor, parties, authority, part)
    return ALLOWED


def _hindered(actor: Actor, parties: Parties, authority: Authority, part: str) -> Verdict:
    if authority.decider == Decider.SPONSOR:
        own = "You own this measure. Nobody decides on their own measure."
        return denied(own if part == "owner" else "You control this measure.")
    return ADVISES if part == "controller" else not_own(actor, parties)


def _speaks(authority: Authority) -> bool:
    """For the committee, which the controller advises."""
    return authority.decider in COMMITTEE_DECIDERS


def _not_yours(authorities: tuple[Authority, ...], step: str) -> Verdict:
    words = [
        f"{authority.words}, {authority.limit}," if authority.limit else authority.words for authority in authorities
    ]
    if not words:
        return denied("The rules name nobody who decides this. An administrator sets it under Settings, Gate rules.")
    return denied(f"Only {' or '.join(words)} {DECIDES.get(Step(step), 'decides this gate')}.")


def may_return(actor: Actor, parties: Parties, kind: str, to_doi: int) -> Verdict:
    """Whoever could grant the request may return it with a comment."""
    if kind == RequestKind.ADVANCE and to_doi == Doi.CLOSED:
        return may_validate_closing(actor, parties)
    return may_decide(actor, parties, kind, to_doi)


# What whoever presides may put to the committee that has to decide it.
PUT_TO_THE_BODY = (RequestKind.HOLD, RequestKind.RESUME, RequestKind.CANCEL)


def may_ask_for(actor: Actor, parties: Parties, kind: str) -> Verdict:
    """The owner or a portfolio manager asks for a move. Who could reopen asks for that, too; and who presides over the
    committee puts a hold, resuming or cancelling to it."""
    may = may_request(actor, parties)
    if may:
        return may
    if kind == RequestKind.REOPEN:
        return may_reopen(actor, parties)
    if kind in PUT_TO_THE_BODY and _may_take(actor, parties, kind, asks_body=True):
        return ALLOWED
    return may


def may_reopen(actor: Actor, parties: Parties) -> Verdict:
    """The controller who signed, or the committee."""
    return _may_take(actor, parties, Step.REOPEN)


def may_validate_closing(actor: Actor, parties: Parties) -> Verdict:
    """Return a closing: the named controller."""
    if is_person(actor, parties.controller):
        return ALLOWED
    return denied(f"Only {who(parties.controller, 'controller')} may decide on the closing.")


def may_sign(actor: Actor, parties: Parties) -> Verdict:
    """Sign a closing: the named controller, neither owner nor sponsor, who entered no actual of it."""
    if not (named := may_validate_closing(actor, parties)):
        return named
    return apart_from_the_money(actor, parties)


def apart_from_the_money(actor: Actor, parties: Parties) -> Verdict:
    """Whoever signs, first or second, neither owns nor sponsors the measure, and entered no actual of it."""
    if is_bound_as(actor, parties.owner) or is_bound_as(actor, parties.sponsor):
        return denied("You are the owner or sponsor of this measure. Another controller has to sign.")
    if parties.reporters & {actor.user_id, actor.on_behalf_of}:
        return denied("You entered actuals of this measure. A controller who entered none has to sign.")
    return ALLOWED


WITHOUT_CAUSE = "controller and chair both agree: one of them asks, with a reason, and the other decides."


def other_word(actor: Actor, parties: Parties, request: GateRequest) -> Verdict:
    """A reopening without a cause: of controller and chair one asked, and the other decides (domain section 4)."""
    if request.kind != RequestKind.REOPEN or request.cause:
        return ALLOWED
    asked = {request.requested_by_id, request.on_behalf_of_id} - {None}
    if not asked:
        return denied(f"No cause is kept with this. Return it: without a cause {WITHOUT_CAUSE}")
    if asked & {actor.user_id, actor.on_behalf_of}:
        return denied(f"You asked for this. Without a cause {WITHOUT_CAUSE}")
    controller = parties.controller.id if parties.controller else None
    first = request.on_behalf_of_id or request.requested_by_id
    if (first == controller) != is_person(actor, parties.controller):
        return ALLOWED
    return denied(f"Without a cause {WITHOUT_CAUSE}")


def not_own_request(actor: Actor, request: GateRequest, kind: str = RequestKind.ADVANCE) -> Verdict:
    """Four eyes: whoever asked for a gate or another plan doesn't grant it, nor does a deputy of theirs."""
    asked = {request.requested_by_id, request.on_behalf_of_id} - {None}
    if not asked & {actor.user_id, actor.on_behalf_of}:
        return ALLOWED
    what = {RequestKind.CHANGE.value: "change", RequestKind.RESIDUAL.value: "residual"}.get(kind, "gate")
    asker = "You" if actor.user_id in asked else "Who you stand in for"
    return denied(f"{asker} asked for this {what}. Somebody else has to decide it.")


def may_rule(
    actor: Actor, parties: Parties, request: GateRequest, outcome: str, *, declared: frozenset[UUID], asks_body: bool
) -> Verdict:
    """Whether somebody decides an open request so: their right, four eyes, and no conflict of interest declared.

    `declared` are those who declared one, `asks_body` whether the committee has to resolve it.
    """
    if not (apart := apart_from(actor, declared)):
        return apart
    if outcome == Outcome.RETURN:
        verdict = may_return(actor, parties, request.kind, request.to_doi)
        if verdict or not asks_body:
            return verdict
        return may_decide(actor, parties, request.kind, request.to_doi, asks_body=True)
    verdict = may_decide(actor, parties, outcome, request.to_doi, asks_body=asks_body)
    if verdict and outcome == Outcome.REOPEN:
        return other_word(actor, parties, request)
    return not_own_request(actor, request, outcome) if verdict and outcome in FOUR_EYES else verdict
