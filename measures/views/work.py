"""Milestones and risks: add, change, take away."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from cat4.errors import require
from cat4.web.requests import OrganizationRequest
from hierarchy.selectors.members import active_people
from hierarchy.views._pages import answer, posted

from ..actions.milestones import (
    add_milestone,
    complete_milestone,
    edit_milestone,
    remove_milestone,
)
from ..actions.risks import add_risk, edit_risk, remove_risk
from ..constants import Doi
from ..forms.work import CompleteForm, MilestoneForm, RiskForm
from ..models import Milestone, Risk
from ..policies import may_edit_milestones, may_edit_risks
from ..policies.standing import PLAN_IS_FROZEN
from ..selectors.calendar import calendar
from ..selectors.measures import visible_measure, visible_part
from ._frame import form_page, url_of


@require_http_methods(["GET", "POST"])
def milestone_new(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Add a milestone."""
    measure = visible_measure(request.actor, pk)
    require(may_edit_milestones(request.actor, measure))
    form = MilestoneForm(posted(request), people=list(active_people(request.actor)))
    page = form_page(request, measure, "milestones", "Add a milestone", "Add milestone", sub=str(measure))

    def act(clean: dict[str, Any]) -> tuple[str, str]:
        clean.pop("version")
        made = add_milestone(request.actor, measure.pk, **clean)
        return url_of(measure, "milestones"), f"Added {made.name}."

    return answer(request, form, page, act)


@require_http_methods(["GET", "POST"])
def milestone_edit(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Change a milestone's name, marks and, before the decision, its baseline date."""
    milestone = visible_part(request.actor, Milestone, pk)
    measure = milestone.measure
    require(may_edit_milestones(request.actor, measure))
    fields = (
        "name",
        "baseline_on",
        "is_critical",
        "is_effect_start",
        "responsible_id",
        "receiver_id",
        "duration_days",
        "version",
    )
    form = MilestoneForm(
        posted(request),
        people=list(active_people(request.actor)),
        decided_because=PLAN_IS_FROZEN if measure.doi >= Doi.DECIDED else "",
        initial={field: getattr(milestone, field) for field in fields},
    )
    page = form_page(request, measure, "milestones", "Edit the milestone", "Save", sub=milestone.name)

    def act(clean: dict[str, Any]) -> tuple[str, str]:
        version = clean.pop("version")
        edit_milestone(request.actor, milestone.pk, expected_version=version, **clean)
        return url_of(measure, "milestones"), "Saved."

    return answer(request, form, page, act)


@require_http_methods(["GET", "POST"])
def milestone_complete(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Record that a milestone was reached."""
    milestone = visible_part(request.actor, Milestone, pk)
    require(may_edit_milestones(request.actor, milestone.measure))
    form = CompleteForm(posted(request), initial={"actual_on": calendar().today, "version": milestone.version})
    note = "Gate 4 asks for evidence of this milestone. Upload it under Documents." if milestone.is_critical else ""
    page = form_page(
        request, milestone.measure, "milestones", "Complete the milestone", "Complete", sub=milestone.name, note=note
    )

    def act(clean: dict[str, Any]) -> tuple[str, str]:
        complete_milestone(
            request.actor, milestone.pk, actual_on=clean["actual_on"], expected_version=clean["version"]
        )  # fmt: skip
        return url_of(milestone.measure, "milestones"), f"{milestone.name} is done."

    return answer(request, form, page, act)


@require_POST
def milestone_remove(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Take a milestone away."""
    milestone = visible_part(request.actor, Milestone, pk)
    remove_milestone(request.actor, pk)
    messages.success(request, f"Removed {milestone.name}.")
    return redirect(url_of(milestone.measure, "milestones"))


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
