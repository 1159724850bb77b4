"""Locks in one order, so that two decisions never wait for each other: the measure, then its request."""

from uuid import UUID

from django.http import Http404

from cat4.accounts.actor import Actor
from cat4.errors import Conflict
from measures.core.selectors.measures import measure_to_change
from measures.models import Measure

from ..constants import RequestState
from ..models import GateRequest
from .submission import state_of


def lock_open_request(actor: Actor, request_id: UUID) -> tuple[Measure, GateRequest]:
    """The measure and its submitted request, locked until the end of the transaction.

    Raises:
        Http404: unknown, foreign, or not for this person to see.
        Conflict: it was decided or withdrawn in the meantime; `current` tells how.
    """
    measure_id = GateRequest.objects.filter(pk=request_id).values_list("measure_id", flat=True).first()
    if measure_id is None:
        raise Http404("There is no such request.")
    measure = measure_to_change(actor, measure_id)
    request = GateRequest.objects.select_for_update().get(pk=request_id)
    request.measure = measure
    if request.state != RequestState.SUBMITTED:
        raise Conflict(_why_over(request), current=state_of(measure) | _ending(request))
    return measure, request


def _why_over(request: GateRequest) -> str:
    decision = request.decisions.select_related("decided_by", "on_behalf_of").first()
    if decision is not None:
        who, what = decision.by, decision.get_outcome_display().lower()
        return f"{who} decided this request in the meantime: {what} (decision {decision.number})."
    return f"This request is {request.get_state_display().lower()} and can't be changed any more."


def _ending(request: GateRequest) -> dict[str, object]:
    decision = request.decisions.first()
    ending: dict[str, object] = {"state": request.state}
    if decision is not None:
        ending |= {"outcome": decision.outcome, "decision": decision.number}
    return ending
