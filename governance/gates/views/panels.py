"""Parts that pages of other apps show: the stepper, the gate, and what a person has asked for."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cat4.web.requests import OrganizationRequest
from governance.parties.selectors.parties import deciders_of, parties_of
from governance.rules.results import names
from measures.core.selectors.measures import visible_measure

from ..models import GateRequest
from ..pages.standing import Standing
from ..pages.steps import step_lines
from ..selectors.requests import open_request, open_requests
from ..selectors.steps import last_decision, steps_of

LISTED = 10


@require_GET
def stepper(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """The six degrees of a measure, with the day of each decision and what is open before the next."""
    measure = visible_measure(request.actor, pk)
    standing = Standing(request.actor, measure, open_request(measure.pk))
    steps = step_lines(steps_of(measure), standing)
    return render(request, "governance/gates/_stepper.html", {"steps": steps})


@require_GET
def gate_card(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """The next gate of a measure: its rules, the open request, and what the person may do."""
    measure = visible_measure(request.actor, pk)
    standing = Standing(request.actor, measure, open_request(measure.pk))
    context = {"measure": measure, "gate": standing, "last": last_decision(measure)}
    return render(request, "governance/gates/_gate_card.html", context)


@require_GET
def my_requests(request: OrganizationRequest) -> HttpResponse:
    """What the person asked for and nobody decided yet."""
    asked = open_requests(request.actor).filter(requested_by_id=request.actor.user_id)[:LISTED]
    lines = [(line, _awaited(line)) for line in asked]
    return render(request, "governance/gates/_my_requests.html", {"lines": lines})


def _awaited(request: GateRequest) -> str:
    return names(deciders_of(parties_of(request.measure), request.kind, request.to_doi))
