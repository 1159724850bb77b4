"""Dependencies, hand-offs and earlier dates: what waits for what, and what is done about it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from cat4.errors import require
from cat4.web import formats
from cat4.web.form_pages import FormPage, answer, posted
from cat4.web.requests import OrganizationRequest
from measures.core.pages.frame import url_of
from measures.core.selectors.measures import visible_measure
from measures.core.selectors.numbering import milestone_numbers
from measures.core.views.frame import crumbs_of
from measures.models import Measure

from ..actions.dependencies import add_dependency, edit_dependency, remove_dependency
from ..actions.hand_offs import accept_hand_off, refuse_hand_off
from ..actions.pull_forwards import decline_pull_forward, take_pull_forward
from ..forms.ripples import DependencyForm, NewDependencyForm, RefuseForm
from ..policies import may_edit_dependencies
from ..selectors.network import pickable_milestones
from ..selectors.waiting import hand_off, waiting_dependency

SAVED = "Saved. What follows from it is on the roadmap."


@require_http_methods(["GET", "POST"])
def add(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Let a milestone of the measure wait for one of any measure, found by search."""
    measure = visible_measure(request.actor, pk)
    require(may_edit_dependencies(request.actor, measure))
    given = request.POST if request.method == "POST" else request.GET
    q = given.get("q", "").replace("\0", "")[:200]
    found = pickable_milestones(request.actor, q) if q.strip() else []
    choices = [
        (str(milestone.id), f"{milestone.measure}: {milestone.name}, expected {formats.day(milestone.expected_on)}")
        for milestone in found
    ]
    form = NewDependencyForm(
        posted(request), mine=_open(measure), found=choices, initial={"successor_id": request.GET.get("milestone", "")}
    )
    page = FormPage(
        title="Add a dependency",
        submit="Add dependency",
        back=url_of(measure, "milestones"),
        sub=str(measure),
        crumbs=crumbs_of(request, measure, itself=True),
        template="measures/schedule/dependency_new.html",
    )

    def act(clean: dict[str, Any]) -> tuple[str, str]:
        made = add_dependency(request.actor, **clean)
        return url_of(measure, "milestones"), f"{made.successor.name} waits for {made.predecessor.name}."

    return answer(request, form, page, act, q=q, found=found, measure=measure)


def _open(measure: Measure) -> list[tuple[UUID, str]]:
    numbers = milestone_numbers([measure.pk])
    rows = measure.milestones.filter(actual_on__isnull=True)
    return [(row.pk, f"{numbers[row.pk]} {row.name}") for row in rows]


@require_http_methods(["GET", "POST"])
def edit(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Change the terms of a dependency."""
    dependency = waiting_dependency(request.actor, pk)
    measure, other = dependency.successor.measure, dependency.predecessor
    require(may_edit_dependencies(request.actor, measure))
    fields = ("kind", "lag_days", "note", "version")
    form = DependencyForm(posted(request), initial={field: getattr(dependency, field) for field in fields})
    page = FormPage(
        title="Edit the dependency",
        submit="Save",
        back=url_of(measure, "milestones"),
        sub=f"{dependency.successor.name} waits for {other.name} of {other.measure.code}",
        crumbs=crumbs_of(request, measure, itself=True),
    )

    def act(clean: dict[str, Any]) -> tuple[str, str]:
        version = clean.pop("version")
        edit_dependency(request.actor, dependency.pk, expected_version=version, **clean)
        return url_of(measure, "milestones"), SAVED

    return answer(request, form, page, act)


@require_POST
def remove(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Let it wait no longer."""
    dependency = waiting_dependency(request.actor, pk)
    remove_dependency(request.actor, pk)
    said = f"{dependency.successor.name} no longer waits for {dependency.predecessor.name}."
    messages.success(request, said)
    return redirect(url_of(dependency.successor.measure, "milestones"))


@require_POST
def accept(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """The receiver accepts what was handed over."""
    milestone = accept_hand_off(request.actor, pk)
    messages.success(request, f"Accepted. {milestone.name} is done.")
    return redirect("measures:mine")


@require_http_methods(["GET", "POST"])
def refuse(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """The receiver gives it back, with what is missing."""
    waiting = hand_off(request.actor, pk)
    name = waiting.measure.name if waiting.measure.is_visible else f"{waiting.measure.code}, {waiting.measure.owner}"
    page = FormPage(
        title="Refuse the hand-over",
        submit="Refuse",
        back=reverse("measures:mine"),
        sub=f"{waiting.milestone}, {name}",
        note="It isn't done then, and a deviation opens on who gave it.",
        danger=True,
    )
    form = RefuseForm(posted(request), initial={"version": waiting.version})

    def act(clean: dict[str, Any]) -> tuple[str, str]:
        refuse_hand_off(request.actor, pk, reason=clean["reason"], expected_version=clean["version"])
        return reverse("measures:mine"), f"Refused. {waiting.measure.owner or 'Its owner'} reads why."

    return answer(request, form, page, act)


@require_POST
def take(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """The owner takes an earlier date that was offered."""
    offer = take_pull_forward(request.actor, pk, reason=request.POST.get("reason", ""))
    messages.success(request, f"{offer.milestone.name} is forecast for {formats.day(offer.possible_on)} now.")
    return redirect(url_of(offer.milestone.measure, "milestones"))


@require_POST
def decline(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """The owner keeps the date."""
    offer = decline_pull_forward(request.actor, pk)
    messages.success(request, f"{offer.milestone.name} keeps its date.")
    return redirect(url_of(offer.milestone.measure, "milestones"))
