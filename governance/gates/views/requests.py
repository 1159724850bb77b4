"""Asking for a move, and the page of a request with its confirmations and its decision."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cat4.accounts.acting import acting_as
from cat4.errors import Invalid, Verdict, require
from cat4.web.form_pages import people_choices, show_errors
from cat4.web.questions import is_edited, question_of
from cat4.web.requests import OrganizationRequest
from governance.constants import ApprovalKind, RequestKind
from governance.parties.selectors.parties import parties_of
from governance.rules.facts import Parties
from measures.core.selectors.measures import visible_measure
from measures.models import Measure
from measures.status.selectors.totals import totals_map

from ..actions.decisions import cancel_measure, decide_gate, hold_measure, reopen_measure, resume_measure
from ..actions.requests import give_approval, request_gate, withdraw_request
from ..contents import content_of
from ..forms import ApprovalForm, AskForm, DecisionForm, ReasonForm
from ..models import GateDecision, GateRequest
from ..pages.choices import decision_choices
from ..pages.consequences import view_of
from ..pages.standing import Act, Standing
from ..policies.asking import may_withdraw
from ..selectors.causes import causes_of
from ..selectors.checklists import foreseen, foreseen_by_outcome
from ..selectors.choices import decision_consequences
from ..selectors.consequences import Consequences
from ..selectors.kept import Kept, kept_of
from ..selectors.kept_consequences import seen_by
from ..selectors.requests import asker_of, open_request, visible_request
from ..selectors.steps import decision_of

DIRECT = {
    RequestKind.HOLD: hold_measure,
    RequestKind.RESUME: resume_measure,
    RequestKind.CANCEL: cancel_measure,
    RequestKind.REOPEN: reopen_measure,
}
ASK_TITLES = {
    RequestKind.HOLD: "Hold",
    RequestKind.RESUME: "Resume",
    RequestKind.CANCEL: "Cancel",
    RequestKind.REOPEN: "Reopen",
    RequestKind.RESIDUAL: "Accept a residual of",
}


@require_http_methods(["GET", "POST"])
def move(request: OrganizationRequest, pk: UUID, kind: str) -> HttpResponse:
    """Ask for a move of a measure; who holds the right decides it right away."""
    if kind not in RequestKind.values:
        raise Http404("There is no such move.")
    measure = visible_measure(request.actor, pk)
    content = content_of(kind, _leads_to(measure, kind))
    if content.asked_on:
        return redirect(content.asked_on, pk=measure.pk)
    standing = Standing(request.actor, measure, open_request(measure.pk))
    act = standing.act_for(kind)
    if request.method == "POST":
        require(standing.may_move(kind))
    form = _ask_form(request, measure, kind, act)
    status = 200
    resume_on = _resumes(form)
    follows = foreseen(measure, kind, resume_on=resume_on) if act else None
    if request.method == "POST" and not is_edited(request.POST):
        question = question_of(request, form, title=_title(kind, act), sub=str(measure))
        if question is not None:
            return question
        if "preview" in request.POST or _is_unseen(form, follows):
            _remember_shown(request, form, resume_on)
        elif form.is_valid():
            try:
                return _carry_out(request, measure, kind, act, form.given())
            except Invalid as refused:
                show_errors(form, refused)
        status = 200 if "preview" in request.POST else 422
    context = {"measure": measure, "gate": standing, "form": form, "act": act, "kind": kind, "title": _title(kind, act)}
    context["follows"] = view_of(seen_by(request.actor, follows.stored())) if follows else None
    return render(request, "governance/gates/move.html", context, status=status)


def _resumes(form: AskForm) -> date | None:
    """The day that was typed for a hold, as far as it is one."""
    if "resume_on" not in form.fields or not form.is_bound:
        return None
    form.is_valid()
    return form.cleaned_data.get("resume_on")


def _is_unseen(form: AskForm, follows: Consequences | None) -> bool:
    """A day that moves the dates of others is decided on once they were shown."""
    if follows is None or follows.resume_on is None or not form.is_valid():
        return False
    moves = any(row.days for row in follows.successors)
    return moves and form.cleaned_data.get("seen") != follows.resume_on


def _remember_shown(request: OrganizationRequest, form: AskForm, resume_on: date | None) -> None:
    """The same form remembers for which day the consequences were shown; nobody is told what is still missing."""
    typed = request.POST.copy()
    typed["seen"] = resume_on.isoformat() if resume_on else ""
    if "preview" in request.POST:
        form.errors.clear()
    form.data = typed


def _ask_form(request: OrganizationRequest, measure: Measure, kind: str, act: Act | None) -> AskForm:
    """The common form, or the one of what this kind of request holds."""
    typed = request.POST if request.method == "POST" else None
    common: dict[str, Any] = {
        "kind": kind,
        "decides": act is not None and act.decides,
        "people": people_choices(request),
        "causes": [(cause.ref, cause.said) for cause in causes_of(measure)] if kind == RequestKind.REOPEN else (),
    }
    form, more = content_of(kind, _leads_to(measure, kind)).form(measure) or (AskForm, {})
    return form(typed, **more, **common)


def _leads_to(measure: Measure, kind: str) -> int:
    """The degree that the move leads to, as far as a page has to know: the next one."""
    return int(measure.doi) + (kind == RequestKind.ADVANCE)


def _title(kind: str, act: Act | None) -> str:
    if kind == RequestKind.ADVANCE:
        return "Ask for the next gate"
    verb = ASK_TITLES[RequestKind(kind)]
    return f"{verb} the measure" if act and act.decides else f"Ask to {verb.lower()} the measure"


def _carry_out(
    request: OrganizationRequest, measure: Measure, kind: str, act: Act | None, given: dict[str, Any]
) -> HttpResponse:
    if act is not None and act.decides and (kind != RequestKind.REOPEN or given["cause"]):
        reason = given.pop("comment")
        decision = DIRECT[RequestKind(kind)](request.actor, measure.pk, reason=reason, **given)  # type: ignore[operator]
        messages.success(request, f"Decision {decision.number} recorded.")
        return redirect("governance:request", pk=decision.request_id)
    asked = request_gate(request.actor, measure.pk, kind=kind, **given)
    messages.success(request, "Request handed in.")
    return redirect("governance:request", pk=asked.pk)


@require_GET
def detail(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """A request: what it asks for, the rules, the confirmations, the decision."""
    return page(request, visible_request(request.actor, pk))


@require_POST
def withdraw(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Take the request back."""
    asked = visible_request(request.actor, pk)
    require(_may_withdraw(request, asked, parties_of(asked.measure)))
    form = ReasonForm(request.POST, prefix="withdraw")
    if form.is_valid():
        withdraw_request(request.actor, asked.pk, reason=form.cleaned_data["reason"])
        messages.success(request, "Request withdrawn.")
        return redirect("governance:request", pk=pk)
    return page(request, asked, withdraw_form=form, status=422)


@require_POST
def approve(request: OrganizationRequest, pk: UUID, kind: str) -> HttpResponse:
    """Give or refuse a confirmation."""
    asked = visible_request(request.actor, pk)
    standing = Standing(request.actor, asked.measure, asked)
    wanted = next((confirmation for confirmation in standing.confirmations if confirmation.kind == kind), None)
    if wanted is None and kind not in ApprovalKind.values and standing.is_open:
        raise Http404("There is no such confirmation.")
    if wanted is not None:
        require(wanted.verdict)
    form = ApprovalForm(request.POST, prefix=kind)
    if form.is_valid():
        try:
            given = give_approval(request.actor, asked.pk, kind=kind, **form.cleaned_data)
        except Invalid as refused:
            show_errors(form, refused)
        else:
            messages.success(request, "Confirmed." if given.granted else "Refused, with your comment.")
            return redirect("governance:request", pk=pk)
    return page(request, asked, approval_form=(kind, form), status=422)


@require_POST
def decide(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Record a decision."""
    asked = visible_request(request.actor, pk)
    standing = Standing(request.actor, asked.measure, asked)
    chosen = request.POST.get("outcome", "")
    urgent = standing.urgent_outcomes if "urgent_reason" in request.POST else []
    if chosen not in urgent and standing.place is None:
        require(standing.may_decide(chosen))
    # A stale outcome is the action's to refuse, with its reason.
    outcomes = {*standing.outcomes, *urgent, chosen} & set(standing.possible_outcomes)
    form = DecisionForm(request.POST, outcomes=sorted(outcomes), urgent=urgent, people=people_choices(request))
    if form.is_valid():
        try:
            decision = decide_gate(request.actor, asked.pk, **form.given())
        except Invalid as refused:
            show_errors(form, refused)
        else:
            messages.success(request, f"Decision {decision.number} recorded.")
            inbox = request.POST.get("from") == "decisions"
            return redirect("governance:decisions") if inbox else redirect("governance:request", pk=pk)
    return page(request, asked, decision_form=form, status=422)


def page(
    request: OrganizationRequest,
    asked: GateRequest,
    *,
    decision_form: forms.Form | None = None,
    approval_form: tuple[str, forms.Form] | None = None,
    withdraw_form: forms.Form | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of a request; a form that was refused stands in it again."""
    context = request_context(request, asked, decision_form=decision_form)
    typed = dict([approval_form]) if approval_form else {}
    context["confirmations"] = [
        (wanted, typed.get(wanted.kind) or ApprovalForm(prefix=wanted.kind)) for wanted in context["gate"].confirmations
    ]
    context["may_withdraw"] = _may_withdraw(request, asked, context["gate"].parties)
    context["withdraw_form"] = withdraw_form or ReasonForm(prefix="withdraw")
    context["problem_form"] = approval_form[1] if approval_form else withdraw_form
    return render(request, "governance/gates/request.html", context, status=status)


def _may_withdraw(request: OrganizationRequest, asked: GateRequest, parties: Parties) -> Verdict:
    asker = asker_of(asked)
    return acting_as(request.actor, parties.path, lambda candidate: may_withdraw(candidate, parties, asker))[1]


def request_context(
    request: OrganizationRequest, asked: GateRequest, *, decision_form: forms.Form | None = None
) -> dict[str, Any]:
    """What the page of a request and the inbox of decisions both show."""
    standing = Standing(request.actor, asked.measure, asked, on_its_page=True)
    urgent = standing.urgent_outcomes
    allowed = {*standing.outcomes, *urgent}
    outcomes = [outcome for outcome in standing.possible_outcomes if outcome in allowed]
    form = decision_form or DecisionForm(outcomes=outcomes, urgent=urgent, people=people_choices(request))
    kept, decision = None if standing.is_open else kept_of(asked), decision_of(asked)
    totals = totals_map([asked.measure_id]).get(asked.measure_id) if standing.is_open else None
    currency = request.organization.currency
    follows = foreseen_by_outcome(asked, {*outcomes, asked.kind}) if standing.is_open else {}
    return {
        "asked": asked,
        "measure": asked.measure,
        "named": kept or asked.measure,
        "kept": kept,
        "figures": totals if standing.is_open else kept and kept.figures,
        "gate": standing,
        "form": form,
        "choices": decision_choices(
            asked,
            decision_consequences(outcomes, totals),
            currency,
            chosen=form["outcome"].value() if form.is_bound else "",
            follows=follows,
        ),
        "currency": currency,
        "decision": decision,
        "follows": view_of(seen_by(request.actor, _follows(asked, follows, decision))),
        "source": request.POST.get("from", ""),
        **_held(asked, standing, kept),
    }


def _follows(
    asked: GateRequest, foreseen: Mapping[str, Consequences], decision: GateDecision | None
) -> Mapping[str, Any]:
    """What was kept with the decision; before it what would follow from what is asked for."""
    if decision is not None:
        kept: Mapping[str, Any] = decision.consequences
        return kept
    return foreseen[asked.kind].stored() if asked.kind in foreseen else {}


def _held(asked: GateRequest, standing: Standing, kept: Kept | None) -> dict[str, Any]:
    """What the request holds besides its words, with the panels that show it; once it ended, as kept then."""
    content = content_of(asked.kind, asked.to_doi)
    shown = content.shown(asked) if standing.is_open else content.shown_as_kept(asked, kept.content if kept else {})
    if not shown:
        return {}
    return {"held": shown, "panel": content.panel, "brief": content.brief, "confirmed": content.confirmed}
