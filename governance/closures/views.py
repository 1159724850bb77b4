"""The controller's inbox: claim, plan, books and evidence side by side, and the signature."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cat4.accounts.acting import acting_as
from cat4.errors import Invalid, Verdict, require
from cat4.web import formats
from cat4.web.form_pages import show_errors
from cat4.web.questions import is_edited, question_of
from cat4.web.requests import OrganizationRequest
from governance.constants import Outcome
from governance.gates.actions.decisions import decide_gate
from governance.gates.constants import RequestState
from governance.gates.forms import ReasonForm
from governance.gates.models import GateRequest
from governance.gates.pages.standing import Standing
from governance.gates.selectors.requests import visible_request
from governance.gates.selectors.steps import decision_of
from governance.parties.selectors.parties import parties_of
from measures.status.selectors.statuses import statuses_of

from .actions.signing import Signed, sign_closure
from .forms import ConfirmForm, SignForm
from .pages import ClosureBoard, PastBoard
from .policies import may_return_closing
from .selectors.comparison import closing_of
from .selectors.kept import past_closing, signed_run_rates
from .selectors.lists import claimed_sums, closed_lately
from .selectors.signatures import signed_in_vain
from .selectors.waiting import closures, closures_waiting


@require_GET
def inbox(request: OrganizationRequest, pk: UUID | None = None) -> HttpResponse:
    """Closings that wait for the person's signature, and the first or chosen one in full."""
    if pk is not None:
        return page(request, _closing(request, pk))
    return page(request, closures_waiting(request.actor).first())


@require_POST
def preview(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """The page as it would be with the typed amounts: the sums, who signs, and where a reason is needed."""
    asked = _closing(request, pk)
    board = _board(request, asked)
    require(board.may_sign)
    form = ConfirmForm(request.POST, closing=board.closing)
    form.is_valid()
    return page(request, asked, board=board, sign_form=form)


@require_POST
def sign(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Sign with the own password; with the last signature the measure is closed."""
    asked = _closing(request, pk)
    board = _board(request, asked)
    require(board.may_sign)
    form = SignForm(request.POST) if board.first else ConfirmForm(request.POST, closing=board.closing)
    if is_edited(request.POST):
        return page(request, asked, board=board, sign_form=form)
    question = question_of(request, form, title=_("Sign the closure"), sub=str(asked.measure))
    if question is not None:
        return question
    if form.is_valid():
        given = form.given() if isinstance(form, ConfirmForm) else form.cleaned_data
        try:
            signed = sign_closure(request.actor, asked.pk, **given)
        except Invalid as refused:
            show_errors(form, refused)
        else:
            messages.success(request, _done(asked, board, signed))
            return redirect("governance:closures")
    return page(request, asked, board=board, sign_form=form, status=422)


def _done(asked: GateRequest, board: ClosureBoard, signed: Signed) -> str:
    if signed.decision is None:
        names = " or ".join(person.name for person in board.seconds)
        return f"Signed. {names} signs after you; then {asked.measure.name} is closed."
    rate = formats.number(signed.signature.run_rate)
    return f"{asked.measure.name} is closed at a run-rate of {rate}. Decision {signed.decision.number}."


@require_POST
def send_back(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Return the closing to who asked, with what must change."""
    asked = _closing(request, pk)
    require(_may_return(request, asked))
    form = ReasonForm(request.POST, prefix="return")
    if form.is_valid():
        decide_gate(request.actor, asked.pk, outcome=Outcome.RETURN, reason=form.cleaned_data["reason"])
        messages.success(request, f"Returned to {asked.asker}.")
        return redirect("governance:closures")
    return page(request, asked, return_form=form, status=422)


def _closing(request: OrganizationRequest, pk: UUID) -> GateRequest:
    asked = visible_request(request.actor, pk)
    if not Standing(request.actor, asked.measure, asked).is_closing:
        raise Http404("This request doesn't ask for a closure.")
    return asked


def _board(request: OrganizationRequest, asked: GateRequest) -> ClosureBoard:
    return ClosureBoard(request.actor, asked, parties_of(asked.measure), closing_of(asked.measure, asked))


def _may_return(request: OrganizationRequest, asked: GateRequest) -> Verdict:
    parties = parties_of(asked.measure)
    signed = asked.signatures.exists()
    return acting_as(
        request.actor, parties.path, lambda candidate: may_return_closing(candidate, parties, asked, is_signed=signed)
    )[1]


def page(
    request: OrganizationRequest,
    asked: GateRequest | None,
    *,
    board: ClosureBoard | None = None,
    sign_form: forms.Form | None = None,
    return_form: forms.Form | None = None,
    status: int = 200,
) -> HttpResponse:
    """The list on the left, the chosen closing on the right."""
    mine = list(closures_waiting(request.actor))
    controlled = closures(request.actor).filter(measure__controller_id=request.actor.user_id)
    mine += [line for line in signed_in_vain(controlled) if line not in mine]
    ids = {line.pk for line in mine}
    others = [line for line in closures(request.actor) if line.pk not in ids]
    closed = closed_lately(request.actor)
    signed = signed_run_rates(decision.request_id for decision in closed)
    claims = claimed_sums(line.pk for line in [*mine, *others])
    context: dict[str, Any] = {
        "mine": [(line, claims.get(line.pk)) for line in mine],
        "others": [(line, claims.get(line.pk)) for line in others],
        "claimed": sum(claims.get(line.pk) or 0 for line in mine),
        "closed": [(decision, signed.get(decision.request_id)) for decision in closed],
        "asked": asked,
        "currency": request.organization.currency,
    }
    if asked is not None and asked.state != RequestState.SUBMITTED:
        context |= _past_detail(request, asked)
    elif asked is not None:
        context |= _detail(request, asked, board or _board(request, asked), sign_form)
        context["return_form"] = return_form or ReasonForm(prefix="return")
        context["problem_form"] = return_form
    return render(request, "governance/closures/list.html", context, status=status)


def _past_detail(request: OrganizationRequest, asked: GateRequest) -> dict[str, Any]:
    """A closure that ended, from what was kept of it."""
    past = past_closing(asked)
    board = PastBoard(past)
    return {
        "measure": asked.measure,
        "named": past.kept or asked.measure,
        "gate": Standing(request.actor, asked.measure, asked),
        "past": past,
        "board": board,
        "rows": board.rows,
        "sums": board.sums,
        "decision": decision_of(asked),
        "statuses": past.kept.statuses if past.kept else {},
    }


def _detail(
    request: OrganizationRequest, asked: GateRequest, board: ClosureBoard, form: forms.Form | None
) -> dict[str, Any]:
    standing = Standing(request.actor, asked.measure, asked)
    if form is None:
        form = SignForm() if board.first else ConfirmForm(closing=board.closing)
    table = form if isinstance(form, ConfirmForm) and standing.is_open and board.may_sign else None
    sums = board.sums(table)
    return {
        "measure": asked.measure,
        "named": asked.measure,
        "gate": standing,
        "board": board,
        "rows": board.rows(table),
        "sums": sums,
        "two_sign": board.two_sign(sums),
        "sign_form": form,
        "is_table": table is not None,
        "decision": decision_of(asked),
        "statuses": {kind.value: view.shown for kind, view in statuses_of(asked.measure_id).items()},
        "may_return": _may_return(request, asked),
    }
