"""What comes late, and handing a month in."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cat4.errors import Conflict, Invalid, require
from cat4.web import formats
from cat4.web.form_pages import FormPage, answer, posted
from cat4.web.questions import Moved
from cat4.web.requests import OrganizationRequest
from measures.core.pages.frame import url_of
from measures.core.selectors.measures import visible_measure
from measures.core.views.frame import crumbs_of
from measures.facts.calendar import calendar

from ..actions.corrections import enter_correction, return_correction, validate_correction
from ..actions.months import hand_in_month
from ..forms.corrections import CorrectionForm
from ..policies import may_report_actuals, may_return_actuals
from ..selectors.corrections import booked_in, lines_to_correct, open_for_corrections, visible_correction
from .asking import asked_before_moving
from .explained import month_of_address


class _ReasonForm(forms.Form):
    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}))


@require_http_methods(["GET", "POST"])
def new(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Enter a correction of a locked month."""
    measure = visible_measure(request.actor, pk)
    require(may_report_actuals(request.actor, measure))
    window = calendar()
    months = open_for_corrections(window)
    if not months:
        raise Conflict("No month after the last lock has begun that takes corrections.", current={})
    form = CorrectionForm(
        posted(request),
        lines=lines_to_correct(measure),
        locked=sorted(window.locked, reverse=True),
        open_months=months,
    )
    page = FormPage(
        title="Correct a locked month",
        sub=str(measure),
        submit="Enter correction",
        back=url_of(measure, "financials"),
        crumbs=crumbs_of(request, measure, itself=True),
        note="The locked month stays as it is. The difference is booked in the open month, and the controller"
        " validates it there.",
    )

    def act(clean: dict[str, Any]) -> tuple[str, str]:
        with asked_before_moving(request, measure.pk, _corrected(clean)):
            entered = enter_correction(request.actor, measure.pk, **clean)
        return url_of(measure, "financials"), f"Correction booked in {formats.month(entered.month)}."

    return answer(request, form, page, act)


def _corrected(clean: dict[str, Any]) -> list[Moved]:
    """The locked month as it was booked, and with the difference."""
    booked = booked_in(clean["line_id"], clean["corrects"])
    label = _("Actual %s") % formats.month(clean["corrects"])
    return [] if booked is None else [Moved(label, booked, booked + clean["amount"])]


@require_POST
def validate(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """The controller confirms a correction."""
    measure = visible_correction(request.actor, pk).measure
    validate_correction(request.actor, pk)
    messages.success(request, "Correction validated.")
    return redirect(url_of(measure, "financials"))


@require_http_methods(["GET", "POST"])
def send_back(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """The controller returns a correction with a reason."""
    correction = visible_correction(request.actor, pk)
    measure = correction.measure
    require(may_return_actuals(request.actor, measure))
    page = FormPage(
        title="Return a correction",
        sub=f"{measure}, {correction.line}, {formats.month(correction.corrects)}",
        submit="Return correction",
        back=url_of(measure, "financials"),
        crumbs=crumbs_of(request, measure, itself=True),
        note="It counts no more. The record keeps it.",
        danger=True,
    )

    def act(clean: dict[str, Any]) -> tuple[str, str]:
        return_correction(request.actor, pk, **clean)
        return url_of(measure, "financials"), "Correction returned."

    return answer(request, _ReasonForm(posted(request)), page, act)


@require_POST
def hand_in(request: OrganizationRequest, pk: UUID, month: str) -> HttpResponse:
    """The owner says that a month is complete; `nothing` reports what is missing as zero."""
    measure, at = visible_measure(request.actor, pk), month_of_address(month)
    try:
        hand_in_month(request.actor, pk, month=at, nothing=request.POST.get("nothing") == "yes")
    except Invalid as refused:
        messages.error(request, " ".join(refused.sentences))
    else:
        messages.success(request, f"{formats.month(at)} of {measure.name} is handed in.")
    return redirect(url_of(measure, "financials"))
