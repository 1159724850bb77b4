"""A reporting month: its state and due dates, who is still missing, and its steps."""

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cat4.errors import Conflict, Invalid, require
from cat4.web import formats
from cat4.web.form_pages import show_errors
from cat4.web.requests import OrganizationRequest
from hierarchy.constants import PeriodState
from hierarchy.nodes.selectors.nodes import root_node

from .actions.lock import lock_period
from .actions.nudges import nudge_person
from .actions.steps import advance_month, step_back_month
from .forms import LockForm, MonthReasonForm
from .policies import may_lock_period, may_nudge
from .selectors.progress import month_of_calendar, month_page, next_to_lock, open_measures, period_lines


@require_GET
def current(request: OrganizationRequest) -> HttpResponse:
    """The month that comes next, beside the list of months."""
    month = next_to_lock()
    return _page(request, month) if month else _page(request, None)


@require_GET
def month(request: OrganizationRequest, month: str) -> HttpResponse:
    """One month of the calendar."""
    return _page(request, month_of_calendar(month))


@require_POST
def advance(request: OrganizationRequest, month: str) -> HttpResponse:
    """Take the month a step on; without a reason where something is missing, the form says so."""
    at, form = month_of_calendar(month), MonthReasonForm(request.POST)
    form.is_valid()
    try:
        period = advance_month(request.actor, month=at, reason=form.cleaned_data.get("reason", ""))
    except Invalid as refused:
        show_errors(form, refused)
        return _page(request, at, form, status=422)
    messages.success(request, f"{formats.month(at)} is {PeriodState(period.state).label.lower()}.")
    return redirect("governance:period", month=month)


@require_POST
def step_back(request: OrganizationRequest, month: str) -> HttpResponse:
    """Take the month a step back, with a reason."""
    at, form = month_of_calendar(month), MonthReasonForm(request.POST, prefix="back")
    form.is_valid()
    try:
        period = step_back_month(request.actor, month=at, reason=form.cleaned_data.get("reason", ""))
    except Invalid as refused:
        show_errors(form, refused)
        return _page(request, at, back=form, status=422)
    messages.success(request, f"{formats.month(at)} is {PeriodState(period.state).label.lower()} again.")
    return redirect("governance:period", month=month)


@require_POST
def nudge(request: OrganizationRequest, month: str, person: UUID) -> HttpResponse:
    """Ask a person for what they owe."""
    at = month_of_calendar(month)
    try:
        count = nudge_person(request.actor, month=at, person_id=person)
    except (Conflict, Invalid) as refused:
        messages.warning(request, _sentence(refused))
    else:
        messages.success(request, ngettext("Asked for %d measure.", "Asked for %d measures.", count) % count)
    return redirect("governance:period", month=month)


def _sentence(refused: Conflict | Invalid) -> str:
    if isinstance(refused, Conflict):
        return str(refused)
    return " ".join(refused.sentences)


def _page(
    request: OrganizationRequest,
    at: date | None,
    form: MonthReasonForm | None = None,
    back: MonthReasonForm | None = None,
    status: int = 200,
) -> HttpResponse:
    root = root_node().pk
    context = {
        "lines": period_lines(),
        "page": month_page(request.actor, at) if at else None,
        "may_lock": may_lock_period(request.actor, root),
        "may_nudge": may_nudge(request.actor, root),
        "form": form or MonthReasonForm(),
        "back": back or MonthReasonForm(prefix="back"),
        "is_next": at is not None and at == next_to_lock(),
    }
    return render(request, "governance/months/periods.html", context, status=status)


@require_http_methods(["GET", "POST"])
def lock(request: OrganizationRequest) -> HttpResponse:
    """Ask once more, then lock the month that comes next."""
    require(may_lock_period(request.actor, root_node().pk))
    month = next_to_lock()
    form = LockForm(request.POST) if request.method == "POST" else LockForm(initial={"month": month})
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                period = lock_period(request.actor, **form.cleaned_data)
            except Invalid as refused:
                show_errors(form, refused)
            else:
                messages.success(request, f"{formats.month(period.month)} is locked.")
                return redirect("governance:period", month=f"{period.month:%Y-%m}")
        status = 422
    context = {"form": form, "month": month, "open_measures": open_measures(request.actor, month) if month else []}
    return render(request, "governance/months/lock.html", context, status=status)
