"""The controller's inbox: claim, plan and books side by side, and the signature."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from cat4.errors import Invalid, Verdict, require
from cat4.web.requests import OrganizationRequest
from hierarchy.selectors.settings import thresholds
from measures.selectors.statuses import statuses_of
from measures.selectors.totals import totals_map

from ..actions.closure import sign_closure
from ..actions.decisions import decide_gate
from ..constants import Outcome
from ..forms import ReasonForm, SignForm
from ..models import GateRequest
from ..policies import hat, may_sign, not_own_request
from ..rules.facts import Parties
from ..selectors.closing import closing_of
from ..selectors.parties import parties_of
from ..selectors.requests import visible_request
from ..selectors.waiting import closures, closures_waiting
from ._forms import show_errors
from ._standing import Standing


@require_GET
def inbox(request: OrganizationRequest, pk: UUID | None = None) -> HttpResponse:
    """Closings that wait for the person's signature, and the first or chosen one in full."""
    if pk is not None:
        return page(request, _closing(request, pk))
    return page(request, closures_waiting(request.actor).first())


@require_POST
def sign(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Sign with the own password: the measure is closed."""
    asked = _closing(request, pk)
    require(_may_sign(request, asked, parties_of(asked.measure)))
    form = SignForm(request.POST)
    if form.is_valid():
        try:
            decision = sign_closure(request.actor, asked.pk, **form.cleaned_data)
        except Invalid as refused:
            show_errors(form, refused)
        else:
            messages.success(request, f"{asked.measure.name} is closed. Decision {decision.number}.")
            return redirect("governance:closures")
    return page(request, asked, sign_form=form, status=422)


@require_POST
def send_back(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Return the closing to who asked, with what must change."""
    asked = _closing(request, pk)
    require(Standing(request.actor, asked.measure, asked).verdict(Outcome.RETURN))
    form = ReasonForm(request.POST, prefix="return")
    if form.is_valid():
        decide_gate(request.actor, asked.pk, outcome=Outcome.RETURN, reason=form.cleaned_data["reason"])
        messages.success(request, f"Returned to {asked.requested_by.name}.")
        return redirect("governance:closures")
    return page(request, asked, return_form=form, status=422)


def _closing(request: OrganizationRequest, pk: UUID) -> GateRequest:
    asked = visible_request(request.actor, pk)
    if not Standing(request.actor, asked.measure, asked).is_closing:
        raise Http404("This request doesn't ask for a closure.")
    return asked


def _may_sign(request: OrganizationRequest, asked: GateRequest, parties: Parties) -> Verdict:
    actor = request.actor
    return hat(actor, parties.path, lambda one: may_sign(one, parties) and not_own_request(one, asked))[1]


def page(
    request: OrganizationRequest,
    asked: GateRequest | None,
    *,
    sign_form: forms.Form | None = None,
    return_form: forms.Form | None = None,
    status: int = 200,
) -> HttpResponse:
    """The list on the left, the chosen closing on the right."""
    mine = list(closures_waiting(request.actor))
    ids = {line.pk for line in mine}
    others = [line for line in closures(request.actor) if line.pk not in ids]
    context: dict[str, Any] = {
        "mine": mine,
        "others": others,
        "totals_by_measure": totals_map(line.measure_id for line in mine),
        "asked": asked,
        "currency": request.organization.currency,
    }
    if asked is not None:
        context |= _detail(request, asked)
        context["sign_form"] = sign_form or SignForm()
        context["return_form"] = return_form or ReasonForm(prefix="return")
        context["problem_form"] = return_form
    return render(request, "governance/closures.html", context, status=status)


def _detail(request: OrganizationRequest, asked: GateRequest) -> dict[str, Any]:
    measure = asked.measure
    standing = Standing(request.actor, measure, asked)
    return {
        "measure": measure,
        "gate": standing,
        "closing": closing_of(measure, thresholds().closure_months),
        "totals": totals_map([measure.pk]).get(measure.pk),
        "statuses": {kind.value: view.shown for kind, view in statuses_of(measure.pk).items()},
        "may_sign": _may_sign(request, asked, standing.parties),
        "may_return": standing.verdict(Outcome.RETURN),
    }
