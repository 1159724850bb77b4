"""The tab of milestones and dependencies."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cat4.errors import require
from cat4.web.form_pages import answer, posted
from cat4.web.requests import OrganizationRequest
from hierarchy.organization.selectors import active_people
from measures.constants import Doi
from measures.core.pages.frame import url_of
from measures.core.policies.standing import PLAN_IS_FROZEN
from measures.core.selectors.measures import visible_measure, visible_part
from measures.core.views.frame import form_page, framed
from measures.facts.calendar import calendar
from measures.models import Milestone

from ..actions.milestones import add_milestone, complete_milestone, edit_milestone, remove_milestone
from ..forms.milestones import CompleteForm, MilestoneForm
from ..pages.milestones import link_rows, milestone_rows
from ..policies import may_answer_pull_forward, may_edit_dependencies, may_edit_milestones
from ..selectors.milestone_tab import milestone_tab
from ..selectors.ripples import RippleView


@dataclass(frozen=True, slots=True)
class RippleLine:
    """A ripple in the list: what moved how far, and how many have answered."""

    view: RippleView
    number: str
    answered: int

    @property
    def waits(self) -> bool:
        return self.answered < len(self.view.answers) and not self.view.is_superseded


@require_GET
def tab(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Dates with what pushes them, dependencies both ways, ripples, and earlier dates on offer."""
    measure = visible_measure(request.actor, pk)
    found = milestone_tab(request.actor, measure)
    ripples = [
        RippleLine(view, found.numbers[view.ripple.trigger_id], sum(bool(reply.kind) for reply in view.answers))
        for view in found.ripples
    ]
    return framed(
        request,
        measure,
        "milestones",
        "measures/schedule/milestones.html",
        rows=milestone_rows(request.actor, found.lines),
        waits_for=link_rows(found.dependencies.waits_for, found.numbers),
        waited_for_by=link_rows(found.dependencies.waited_for_by, found.numbers),
        ripples=ripples,
        offers=found.offers,
        may_change=may_edit_milestones(request.actor, measure),
        may_link=may_edit_dependencies(request.actor, measure),
        may_take=may_answer_pull_forward(request.actor, measure),
    )


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
