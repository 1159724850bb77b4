"""Open requests: whose they are, and who is waited for."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from cat4.accounts.actor import Actor
from governance.rules.facts import Person
from measures.core.selectors.measures import visible_measure, visible_measures

from ..constants import RequestState
from ..models import GateRequest


def visible_requests(actor: Actor) -> QuerySet[GateRequest]:
    """Requests on measures that the person may see."""
    requests = GateRequest.objects.filter(organization_id=actor.organization_id)
    related = ("measure", "measure__package", "requested_by", "on_behalf_of", "gap_owner")
    return requests.filter(measure__in=visible_measures(actor)).select_related(*related)


def visible_request(actor: Actor, pk: UUID) -> GateRequest:
    """A request with its measure.

    Raises:
        Http404: there is none of that id, it is foreign, or the person may not see its measure.
    """
    request = GateRequest.objects.select_related("requested_by", "on_behalf_of", "gap_owner").filter(pk=pk).first()
    if request is None:
        raise Http404("There is no such request.")
    request.measure = visible_measure(actor, request.measure_id)
    return request


def open_requests(actor: Actor) -> QuerySet[GateRequest]:
    """What is handed in and not decided, oldest first."""
    return visible_requests(actor).filter(state=RequestState.SUBMITTED).order_by("submitted_at", "id")


def open_request(measure_id: UUID) -> GateRequest | None:
    """The open request of a measure, for pages."""
    requests = GateRequest.objects.select_related("requested_by", "gap_owner")
    return requests.filter(measure_id=measure_id, state=RequestState.SUBMITTED).first()


def asker_of(request: GateRequest) -> Person | None:
    """Who asked; None where a rule did."""
    return Person(request.requested_by.pk, request.requested_by.name) if request.requested_by else None
