"""Deputies: a person's own, and all of them for an administrator."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from cat4 import clock
from cat4.errors import Conflict, Invalid, require
from cat4.web.form_pages import posted, show_errors
from cat4.web.requests import OrganizationRequest
from hierarchy.models import Deputy
from hierarchy.nodes.selectors.nodes import in_words, visible_nodes
from hierarchy.organization.selectors import active_people
from hierarchy.policies import may_end_deputy, may_name_deputy

from ..actions.deputies import end_deputy, name_deputy
from ..forms.deputies import DeputyForm
from ..selectors.deputies import deputies

PAGE = 25


@require_http_methods(["GET", "POST"])
def mine(request: OrganizationRequest) -> HttpResponse:
    """Who acts for the person, and for whom they act; the form names a deputy of one's own."""
    return _page(request, everybody=False)


@require_http_methods(["GET", "POST"])
def index(request: OrganizationRequest) -> HttpResponse:
    """Every delegation of the organization; an administrator names one for anybody."""
    if request.method == "POST":
        require(may_name_deputy(request.actor, UUID(int=0)))
    return _page(request, everybody=True)


def _page(request: OrganizationRequest, *, everybody: bool) -> HttpResponse:
    nodes = in_words(visible_nodes(request.actor).filter(retired_at__isnull=True))
    form = DeputyForm(posted(request), people=active_people(request.actor), nodes=nodes, for_anybody=everybody)
    if request.method == "POST" and form.is_valid():
        done = _name(request, form, everybody=everybody)
        if done is not None:
            return done
    found = deputies(request.actor, everybody=everybody)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    today = clock.today(request.organization.time_zone)
    context = {
        "page": page,
        "lines": [_line(request, row, today) for row in page],
        "form": form,
        "everybody": everybody,
        "may_name": may_name_deputy(request.actor, UUID(int=0)) if everybody else True,
    }
    return render(request, "hierarchy/people/deputies.html", context, status=422 if form.errors else 200)


def _name(request: OrganizationRequest, form: DeputyForm, *, everybody: bool) -> HttpResponse | None:
    given: dict[str, Any] = {"principal_id": request.actor.user_id, **form.cleaned_data}
    try:
        named = name_deputy(request.actor, **given)
    except Invalid as refused:
        show_errors(form, refused)
        return None
    except Conflict as taken:
        form.add_error("first_day", taken.message)
        return None
    messages.success(request, f"{named.deputy.name} acts for {named.principal.name}.")
    return redirect(reverse("hierarchy:deputies" if everybody else "hierarchy:my-deputies"))


def _line(request: OrganizationRequest, row: Deputy, today: Any) -> dict[str, Any]:
    """A delegation with its state in a word."""
    if row.ended_at is not None:
        state, kind = "Ended early", ""
    elif row.last_day < today:
        state, kind = "Over", ""
    elif row.first_day > today:
        state, kind = "Ahead", "i"
    else:
        state, kind = "In force", "g"
    open_still = row.ended_at is None and row.last_day >= today
    may_end = open_still and bool(may_end_deputy(request.actor, row.principal_id, row.deputy_id))
    return {"row": row, "state": state, "kind": kind, "may_end": may_end}


@require_POST
def end(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """End a delegation now."""
    ended = end_deputy(request.actor, pk)
    messages.success(request, f"{ended.deputy.name} no longer acts for {ended.principal.name}.")
    return redirect("hierarchy:deputies" if request.POST.get("from") == "settings" else "hierarchy:my-deputies")
