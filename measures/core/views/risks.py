"""Milestones and risks: add, change, take away."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from cat4.errors import require
from cat4.web.form_pages import answer, posted
from cat4.web.requests import OrganizationRequest
from hierarchy.organization.selectors import active_people
from measures.models import Risk

from ..actions.risks import add_risk, edit_risk, remove_risk
from ..forms.risks import RiskForm
from ..pages.frame import url_of
from ..policies.measures import may_edit_risks
from ..selectors.measures import visible_measure, visible_part
from .frame import form_page


@require_http_methods(["GET", "POST"])
def risk_new(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Add a risk."""
    measure = visible_measure(request.actor, pk)
    require(may_edit_risks(request.actor, measure))
    form = RiskForm(posted(request), people=active_people(request.actor), currency=request.organization.currency)
    page = form_page(request, measure, "risks", "Add a risk", "Add risk", sub=str(measure))

    def act(clean: dict[str, Any]) -> tuple[str, str]:
        clean.pop("version")
        made = add_risk(request.actor, measure.pk, **clean)
        return url_of(measure, "risks"), f"Added {made.title}."

    return answer(request, form, page, act)


@require_http_methods(["GET", "POST"])
def risk_edit(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Change a risk."""
    risk = visible_part(request.actor, Risk, pk)
    require(may_edit_risks(request.actor, risk.measure))
    fields = ("title", "likelihood", "amount", "response", "owner_id", "version")
    form = RiskForm(
        posted(request),
        people=active_people(request.actor),
        currency=request.organization.currency,
        initial={field: getattr(risk, field) for field in fields},
    )
    page = form_page(request, risk.measure, "risks", "Edit the risk", "Save", sub=risk.title)

    def act(clean: dict[str, Any]) -> tuple[str, str]:
        version = clean.pop("version")
        edit_risk(request.actor, risk.pk, expected_version=version, **clean)
        return url_of(risk.measure, "risks"), "Saved."

    return answer(request, form, page, act)


@require_POST
def risk_remove(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Take a risk away."""
    risk = visible_part(request.actor, Risk, pk)
    remove_risk(request.actor, pk)
    messages.success(request, f"Removed {risk.title}.")
    return redirect(url_of(risk.measure, "risks"))
