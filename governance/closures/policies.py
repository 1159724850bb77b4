"""Who signs a closure second, who returns it, and who may have a proof pack (domain sections 5 and 13)."""

from cat4.accounts.acting import acting_as
from cat4.accounts.actor import Actor
from cat4.errors import Verdict, denied
from governance.gates.models import GateRequest
from governance.gates.policies.deciding import apart_from_the_money, may_sign, may_validate_closing, not_own_request
from governance.parties.policies import among, is_bound_as, who
from governance.rules.facts import Parties
from governance.rules.results import names


def may_countersign(actor: Actor, parties: Parties, request: GateRequest) -> Verdict:
    """Sign a closing second: another controller at or above the measure, without any other part in it."""
    if is_bound_as(actor, parties.controller):
        return denied("You have signed already. Above this amount a second controller signs after you.")
    if not among(actor, parties.controllers):
        others = names(person for person in parties.controllers if person != parties.controller)
        return denied(f"Only a second controller ({others}) may sign after {who(parties.controller, 'controller')}.")
    return apart_from_the_money(actor, parties) and not_own_request(actor, request)


def may_sign_next(actor: Actor, parties: Parties, request: GateRequest, *, is_signed: bool) -> Verdict:
    """Sign a closing first, or second once the controller has: in person, so no deputy does."""

    def may(candidate: Actor) -> Verdict:
        if is_signed:
            return may_countersign(candidate, parties, request)
        return may_sign(candidate, parties) and not_own_request(candidate, request)

    wearing, verdict = acting_as(actor, parties.path, may)
    if not verdict or wearing.on_behalf_of is None:
        return verdict
    principal = next(person.name for person in actor.stands_in_for if person.user_id == wearing.on_behalf_of)
    return denied(f"You stand in for {principal}, but a closure is signed in person. {principal} has to sign it.")


def may_return_closing(actor: Actor, parties: Parties, request: GateRequest, *, is_signed: bool) -> Verdict:
    """Return a closing: the named controller, and, once they have signed, whoever may sign second."""
    named = may_validate_closing(actor, parties)
    if named or not is_signed:
        return named
    return may_countersign(actor, parties, request)
