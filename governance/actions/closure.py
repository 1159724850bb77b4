"""Signing a closure: the last gate is the controller's alone (domain sections 4 and 5)."""

from uuid import UUID

from django.db import transaction

from cat4.accounts.actor import Actor
from cat4.errors import Invalid, require
from measures.constants import Doi

from ..constants import Outcome, RequestKind
from ..models import GateDecision
from ..policies import hat, may_sign, not_own_request
from ..selectors.parties import parties_of
from ._asking import Ask
from ._deciding import carry_out
from ._locking import lock_open_request
from ._step_up import confirm_identity
from .decisions import check_ruling


@transaction.atomic
def sign_closure(actor: Actor, request_id: UUID, *, reason: str, password: str) -> GateDecision:
    """Confirm with the own password that the money arrived; the measure is closed. A deputy signs with theirs.

    Raises:
        Http404, NotAllowed, Conflict.
        Invalid: on `reason` or `password`, or by rule what doesn't hold.
    """
    measure, request = lock_open_request(actor, request_id)
    parties = parties_of(measure)
    if request.kind != RequestKind.ADVANCE or request.to_doi != Doi.CLOSED:
        raise Invalid({"": "This request doesn't ask for a closure."})
    signer, verdict = hat(actor, parties.path, lambda one: may_sign(one, parties) and not_own_request(one, request))
    require(verdict)
    ruling = check_ruling(Ask(Outcome.ADVANCE, reason))
    confirm_identity(actor, password)
    return carry_out(signer, measure, request, parties, ruling)
