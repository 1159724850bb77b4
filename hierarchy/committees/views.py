"""Committees: who decides over which part of the organization."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cat4.errors import Invalid, require
from cat4.web.fields import ReasonForm
from cat4.web.form_pages import Crumbs, FormPage, answer, posted, show_errors
from cat4.web.requests import OrganizationRequest
from hierarchy.master.selectors.usage import what_keeps_seated
from hierarchy.models import Committee, Node
from hierarchy.nodes.selectors.nodes import in_words, visible_nodes
from hierarchy.organization.selectors import active_people
from hierarchy.policies import may_manage_committees

from .actions.committees import (
    create_committee,
    edit_committee,
    restore_committee,
    retire_committee,
    seat_member,
    unseat_member,
)
from .forms.committees import CommitteeForm, SeatForm
from .forms.procedure import ProcedureForm, procedure_of
from .procedure import procedure_pairs
from .selectors import committee, committees


@require_GET
def index(request: OrganizationRequest) -> HttpResponse:
    """The committees with chair and seats."""
    every = list(committees(retired=True))
    context = {
        "committees": [found for found in every if found.retired_at is None],
        "retired": [found for found in every if found.retired_at is not None],
        "may_manage": may_manage_committees(request.actor),
    }
    return render(request, "hierarchy/committees/list.html", context)


@require_http_methods(["GET", "POST"])
def create(request: OrganizationRequest) -> HttpResponse:
    """Create a committee."""
    require(may_manage_committees(request.actor))
    form = CommitteeForm(posted(request), nodes=_places(request))
    page = FormPage("Create a committee", "Create committee", reverse("hierarchy:committees"), crumbs=_crumbs())

    def act(clean: dict[str, Any]) -> tuple[str, str]:
        clean.pop("version")
        made = create_committee(request.actor, **clean)
        return _url(made), f"Created {made.name}. Now seat a chair and members."

    return answer(request, form, page, act)


@require_http_methods(["GET", "POST"])
def detail(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """A committee with its seats; the form gives a seat."""
    found = committee(pk)
    form = SeatForm(posted(request), people=active_people(request.actor))
    if request.method == "POST":
        done = _seat(request, found, form)
        if done is not None:
            return done
    seats = list(found.members.all())
    context = {
        "committee": found,
        "seats": seats,
        "has_chair": any(seat.role == "chair" for seat in seats),
        "form": form,
        "procedure": procedure_pairs(found),
        "may_manage": may_manage_committees(request.actor),
    }
    return render(request, "hierarchy/committees/detail.html", context, status=422 if form.errors else 200)


def _seat(request: OrganizationRequest, found: Committee, form: SeatForm) -> HttpResponse | None:
    require(may_manage_committees(request.actor))
    if not form.is_valid():
        return None
    try:
        seat = seat_member(request.actor, found.pk, **form.cleaned_data)
    except Invalid as refused:
        show_errors(form, refused)
        return None
    messages.success(request, f"{seat.user.name} sits in {found.name} as {seat.get_role_display().lower()}.")
    return redirect(_url(found))


@require_http_methods(["GET", "POST"])
def edit(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Change name or reach of a committee."""
    found = committee(pk)
    require(may_manage_committees(request.actor))
    initial = {"name": found.name, "node_id": found.node_id, "version": found.version}
    form = CommitteeForm(posted(request), nodes=_places(request), initial=initial)
    page = FormPage(f"Edit {found.name}", "Save committee", _url(found), crumbs=_crumbs(found))

    def act(clean: dict[str, Any]) -> tuple[str, str]:
        saved = edit_committee(request.actor, pk, expected_version=clean.pop("version"), **clean)
        return _url(saved), f"Saved {saved.name}."

    return answer(request, form, page, act)


@require_http_methods(["GET", "POST"])
def procedure(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Change quorum, majority, cadence, escalation and circulation of a committee."""
    found = committee(pk)
    require(may_manage_committees(request.actor))
    others = [(other.pk, other.name) for other in committees() if other.pk != found.pk]
    form = ProcedureForm(posted(request), others=others, initial=procedure_of(found))
    page = FormPage(f"Procedure of {found.name}", "Save procedure", _url(found), crumbs=_crumbs(found))

    def act(clean: dict[str, Any]) -> tuple[str, str]:
        saved = edit_committee(request.actor, pk, expected_version=clean.pop("version"), **clean)
        return _url(saved), f"Saved the procedure of {saved.name}."

    return answer(request, form, page, act)


@require_http_methods(["GET", "POST"])
def retire(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Dissolve a committee, after asking for the reason."""
    found = committee(pk)
    require(may_manage_committees(request.actor))
    page = FormPage(
        f"Retire {found.name}",
        "Retire committee",
        _url(found),
        crumbs=_crumbs(found),
        note="It leaves every choice. Its decisions stay in the ledger, and it can be restored.",
        danger=True,
        template="hierarchy/nodes/retire.html",
    )

    def act(clean: dict[str, Any]) -> tuple[str, str]:
        retired = retire_committee(request.actor, pk, reason=clean["reason"])
        return reverse("hierarchy:committees"), f"Retired {retired.name}."

    return answer(request, ReasonForm(posted(request)), page, act, hindrance=what_keeps_seated(found))


@require_POST
def restore(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Bring a retired committee back."""
    restored = restore_committee(request.actor, pk)
    messages.success(request, f"Restored {restored.name}.")
    return redirect(_url(restored))


@require_POST
def unseat(request: OrganizationRequest, pk: UUID, seat_id: UUID) -> HttpResponse:
    """Take a seat away."""
    found = unseat_member(request.actor, seat_id)
    messages.success(request, f"The seat in {found.name} is free.")
    return redirect(_url(found))


def _places(request: OrganizationRequest) -> list[tuple[Node, str]]:
    return in_words(visible_nodes(request.actor).filter(retired_at__isnull=True))


def _url(found: Committee) -> str:
    return reverse("hierarchy:committee", args=[found.pk])


def _crumbs(found: Committee | None = None) -> Crumbs:
    top = (("Settings", reverse("hierarchy:settings")), ("Committees", reverse("hierarchy:committees")))
    return (*top, (found.name, _url(found))) if found else top
