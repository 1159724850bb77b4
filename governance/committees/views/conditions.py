"""Conditions that decisions set: the own ones, one in full, and those of a measure."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from cat4 import clock
from cat4.errors import Invalid, require
from cat4.web.form_pages import show_errors
from cat4.web.requests import OrganizationRequest
from governance.gates.forms import ReasonForm
from hierarchy.organization.selectors import organization
from measures.core.selectors.measures import visible_measure
from measures.models import Document

from ..actions.conditions import accept_condition, fulfil_condition, refuse_condition
from ..forms import FulfilForm
from ..models.resolutions import Condition
from ..policies import may_answer, may_fulfil
from ..selectors.circulations import circulations_to_vote
from ..selectors.conditions import conditions_to_answer, my_open_conditions, visible_condition, visible_conditions

LISTED = 20


@require_GET
def mine(request: OrganizationRequest) -> HttpResponse:
    """For My work: conditions to fulfil or accept, and circulations that wait for the person's vote."""
    context = {
        "open": my_open_conditions(request.actor)[:LISTED],
        "reported": conditions_to_answer(request.actor)[:LISTED],
        "circulations": circulations_to_vote(request.actor)[:LISTED],
        "today": clock.today(organization().time_zone),
    }
    return render(request, "governance/committees/_my_conditions.html", context)


@require_GET
def of_measure(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """What the committee's decisions ask of a measure."""
    measure = visible_measure(request.actor, pk)
    found = visible_conditions(request.actor).filter(measure=measure).order_by("due_on", "id")
    return render(request, "governance/committees/conditions.html", {"measure": measure, "conditions": found})


@require_GET
def detail(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """A condition with what was reported and answered."""
    return page(request, visible_condition(request.actor, pk))


@require_POST
def fulfil(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Report a condition as fulfilled."""
    condition = visible_condition(request.actor, pk)
    require(may_fulfil(request.actor, condition))
    form = FulfilForm(request.POST, documents=_documents(condition))
    if form.is_valid():
        try:
            fulfil_condition(request.actor, pk, **form.cleaned_data)
        except Invalid as refused:
            show_errors(form, refused)
        else:
            messages.success(request, "Reported. The chair or a portfolio manager accepts it.")
            return redirect("governance:condition", pk=pk)
    return page(request, condition, status=422, fulfil=form)


@require_POST
def accept(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Accept what was reported."""
    accept_condition(request.actor, pk)
    messages.success(request, "Accepted. It keeps the measure from no gate any more.")
    return redirect("governance:condition", pk=pk)


@require_POST
def refuse(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Send it back with the reason."""
    condition = visible_condition(request.actor, pk)
    require(may_answer(request.actor, condition))
    form = ReasonForm(request.POST, prefix="refuse")
    if form.is_valid():
        refuse_condition(request.actor, pk, reason=form.cleaned_data["reason"])
        messages.success(request, "Sent back with your reason.")
        return redirect("governance:condition", pk=pk)
    return page(request, condition, status=422, refuse=form)


def page(request: OrganizationRequest, condition: Condition, *, status: int = 200, **typed: forms.Form) -> HttpResponse:
    """The page; a form that was refused stands in it again."""
    context: dict[str, Any] = {
        "condition": condition,
        "decision": condition.decision,
        "is_overdue": condition.due_on < clock.today(organization().time_zone),
        "may_fulfil": may_fulfil(request.actor, condition),
        "may_answer": may_answer(request.actor, condition),
        "fulfil_form": typed.get("fulfil") or FulfilForm(documents=_documents(condition)),
        "refuse_form": typed.get("refuse") or ReasonForm(prefix="refuse"),
        "problem_form": next(iter(typed.values()), None),
    }
    return render(request, "governance/committees/condition.html", context, status=status)


def _documents(condition: Condition) -> list[tuple[str, str]]:
    found = Document.objects.filter(measure=condition.measure, withdrawn_at__isnull=True) if condition.measure else []
    return [(str(document.pk), document.title) for document in found]
