"""Asking for another plan of a decided measure: the form, what it changes, and the request."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cat4.errors import Invalid, StaleVersion, require
from cat4.web.form_pages import show_errors
from cat4.web.questions import ask_reading, is_edited
from cat4.web.requests import OrganizationRequest
from governance.constants import RequestKind
from governance.gates.pages.consequences import ConsequencesView, view_of
from governance.gates.pages.standing import Standing
from governance.gates.selectors.checklists import foreseen
from governance.gates.selectors.kept_consequences import seen_by
from governance.gates.selectors.requests import open_request
from measures.core.selectors.measures import visible_measure
from measures.models import Measure

from .actions.changes import check_proposal, propose_plan_change
from .forms.plans import ChangeInput
from .pages import decided_by, summary_of
from .selectors.overlaps import plan_left
from .selectors.proposals import Proposal


@require_http_methods(["GET", "POST"])
def change_plan(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Type another plan. `show` only works out what it changes; otherwise the request is handed in.

    With `overlap` and `percent` the form opens with what that split leaves of the plan.
    """
    measure = visible_measure(request.actor, pk)
    standing = Standing(request.actor, measure, open_request(measure.pk))
    if request.method != "POST":
        overlap, percent = request.GET.get("overlap"), request.GET.get("percent", "")
        left = plan_left(request.actor, measure, overlap, percent) if overlap else None
        return _page(request, standing, ChangeInput(measure, None, left))
    require(standing.may_ask)
    given = ChangeInput(measure, request.POST)
    if is_edited(request.POST):
        return _page(request, standing, given)
    if unsure := given.to_ask:
        return ask_reading(request, unsure, title=_("Change the plan"), sub=str(measure))
    if not given.is_readable:
        given.form.is_valid()
        return _page(request, standing, given, problems=_unreadable(given), status=422)
    if "show" in request.POST:
        return _shown(request, standing, given)
    return _hand_in(request, standing, given)


def _unreadable(given: ChangeInput) -> list[str]:
    """Where to look: the cells and fields carry their own sentences."""
    problems = list(dict.fromkeys(given.errors.values()))
    for line in given.lines:
        form = given.phasings.get(line.pk)
        problems += [f"{line.name}: {text}" for texts in (form.errors.values() if form else ()) for text in texts]
    dated: list[forms.Form] = [given.dates, given.gates]
    return problems + [f"{form[name].label}: {texts[0]}" for form in dated for name, texts in form.errors.items()]


def _shown(request: OrganizationRequest, standing: Standing, given: ChangeInput) -> HttpResponse:
    """The same form with the phased months filled in, what the plan brings before and after, and what follows."""
    given.form.errors.pop("reason", None)  # asked for only when it is handed in
    try:
        proposal = check_proposal(standing.measure, given.wishes, given.moved, given.moved_gates)
    except Invalid as refused:
        return _page(request, standing, given, problems=_sentences(refused), status=422)
    follows = foreseen(standing.measure, RequestKind.CHANGE, given=proposal)
    seen = view_of(seen_by(request.actor, follows.stored())) if follows else None
    return _page(request, standing, given, proposal=proposal, follows=seen)


def _hand_in(request: OrganizationRequest, standing: Standing, given: ChangeInput) -> HttpResponse:
    measure = standing.measure
    try:
        asked = propose_plan_change(
            request.actor,
            measure.pk,
            reason=given.reason,
            lines=given.wishes,
            dates=given.moved,
            gates=given.moved_gates,
            expected_version=given.version,
        )
    except Invalid as refused:
        show_errors(given.form, refused)
        return _page(request, standing, given, problems=_sentences(refused), status=422)
    except StaleVersion as stale:
        return _page(request, standing, given, problems=[stale.message, *_both(given, measure)], status=409)
    messages.success(request, "Request handed in.")
    return redirect("governance:request", pk=asked.pk)


def _sentences(refused: Invalid) -> list[str]:
    named = {"This is needed.": "Say why the plan changes."}
    return [named.get(text, text) for text in refused.sentences]


def _both(given: ChangeInput, measure: Measure) -> list[str]:
    """What the plan says now beside what was typed, for each month in which they differ."""
    cells = [
        (cell, now)
        for grid, fresh in zip(given.grids(), ChangeInput(measure, None).grids(), strict=True)
        for row, fresh_row in zip(grid.rows, fresh.rows, strict=True)
        for cell, now in zip(row.cells, fresh_row.cells, strict=True)
        if cell.text != now.text
    ]
    return [f"{cell.label}: now {now.text or 'empty'}, you entered {cell.text or 'nothing'}." for cell, now in cells]


def _page(
    request: OrganizationRequest,
    standing: Standing,
    given: ChangeInput,
    *,
    proposal: Proposal | None = None,
    follows: ConsequencesView | None = None,
    problems: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    measure = standing.measure
    fits = standing.fits(RequestKind.CHANGE)
    context: dict[str, Any] = {
        "measure": measure,
        "gate": standing,
        "form": given.form,
        "dates": given.dates,
        "gates": given.gates,
        "grids": given.grids(proposal) if fits else [],
        "fits": fits,
        "is_offered": fits and not standing.is_open and bool(standing.may_ask),
        "summary": summary_of(measure, proposal) if proposal else None,
        "is_same": proposal is not None and not (proposal.lines or proposal.dates or proposal.gates),
        "follows": follows,
        "decided_by": decided_by(measure, proposal, standing.parties.committee) if proposal else "",
        "problems": problems or [],
        "currency": request.organization.currency,
    }
    return render(request, "governance/changes/form.html", context, status=status)
