"""Computing every report anew, and how far that is."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from cat4.errors import require
from cat4.web.requests import OrganizationRequest
from reporting.figures.selectors.freshness import is_recomputing

from .actions.rebuild import start_rebuild
from .pages import rebuild_lines
from .policies import may_rebuild
from .selectors import rebuilds


@require_GET
def page(request: OrganizationRequest) -> HttpResponse:
    """The last runs; one that is under way is looked at again every other second."""
    require(may_rebuild(request.actor))
    lines = rebuild_lines(rebuilds())
    running = next((line for line in lines if line.is_running), None)
    context = {"lines": lines, "running": running, "is_recomputing": is_recomputing()}
    return render(request, "reporting/rollups/rebuild.html", context)


@require_POST
def start(request: OrganizationRequest) -> HttpResponse:
    """Begin one; 409 while another runs."""
    start_rebuild(request.actor)
    messages.success(request, "A worker computes every report anew. Pages stay usable meanwhile.")
    return redirect("reporting:rebuild")
