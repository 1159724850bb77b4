"""The frozen plans of a measure beside each other."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cat4.web.requests import OrganizationRequest
from measures.core.selectors.measures import visible_measure
from measures.core.views.frame import crumbs_of

from ..pages.plan_versions import plan_tables
from ..selectors.plan_versions import plan_versions


@require_GET
def versions(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Every version with who decided it and why, its fiscal years, and its baseline dates."""
    measure = visible_measure(request.actor, pk)
    context = {
        "measure": measure,
        "crumbs": crumbs_of(request, measure, itself=True),
        "plans": plan_tables(plan_versions(measure)),
        "currency": request.organization.currency,
    }
    return render(request, "measures/money/plan_versions.html", context)
