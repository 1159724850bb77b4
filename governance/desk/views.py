"""The inbox of whoever decides: what waits for their word, and what each decision changes."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cat4.web.requests import OrganizationRequest
from governance.gates.selectors.decisions import recent_decisions
from governance.gates.selectors.waiting import decisions_waiting, left_to_committees
from governance.gates.views.requests import request_context
from measures.core.selectors.measures import visible_measure
from measures.status.selectors.statuses import statuses_of


@require_GET
def inbox(request: OrganizationRequest, pk: UUID | None = None) -> HttpResponse:
    """Requests that wait for the person's decision or confirmation; the first or chosen one in full."""
    waiting = list(decisions_waiting(request.actor))
    asked = next((line for line in waiting if pk in (None, line.pk)), None)
    if asked is None and pk is not None:
        raise Http404("This request doesn't wait for you.")
    context: dict[str, Any] = {"waiting": waiting, "asked": asked, "recent": recent_decisions(request.actor)}
    context["of_committees"] = left_to_committees(request.actor, waiting)
    if asked is not None:
        asked.measure = visible_measure(request.actor, asked.measure_id)
        context |= request_context(request, asked) | {"source": "decisions"}
        context["statuses"] = {kind.value: view.shown for kind, view in statuses_of(asked.measure_id).items()}
    return render(request, "governance/desk/decisions.html", context)
