"""The money of a measure: its grid of months, and what its owner and its controller do there."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cat4.accounts.actor import Actor
from cat4.errors import Invalid, StaleVersion, denied, require
from cat4.web import formats
from cat4.web.form_pages import FormPage, answer, posted
from cat4.web.questions import Asked, ask_change, ask_reading, is_edited
from cat4.web.requests import OrganizationRequest
from measures.constants import Doi
from measures.core.pages.frame import url_of
from measures.core.selectors.measures import visible_measure, visible_part
from measures.core.views.frame import crumbs_of, framed
from measures.facts.calendar import calendar
from measures.models import EffectLine, Measure

from ..actions.actuals import report_actuals, return_actuals, validate_actuals
from ..actions.forecasts import confirm_forecast, revise_forecast
from ..actions.plans import set_plan_months
from ..forms.grid import GridInput, read_grid
from ..forms.lines import ReturnForm
from ..pages.grid import Typed, differences, line_cards, moved_cells, taken_cards
from ..pages.verdicts import baseline_verdicts
from ..policies import (
    may_confirm_forecast,
    may_edit_plan,
    may_propose_baseline,
    may_report_actuals,
    may_return_actuals,
    may_revise_forecast,
    may_validate_actuals,
    may_validate_correction,
)
from ..selectors.baselines import baseline_lines
from ..selectors.corrections import corrections_of
from ..selectors.grid import Rights, current_year, fiscal_years, grids, returnable
from ..selectors.month_progress import months_to_hand_in
from ..selectors.returned import returned_months
from ..selectors.taken import taken_lines
from .asking import asked_before_moving
from .result import parts_of


def _rights(actor: Actor, measure: Measure) -> Rights:
    return Rights(
        # Nobody confirms their own figure, nor as a deputy that of the controller for whom they act.
        entered_by=frozenset({actor.user_id, measure.controller_id}),
        may_plan=bool(may_edit_plan(actor, measure)),
        may_report=bool(may_report_actuals(actor, measure)),
        may_forecast=bool(may_revise_forecast(actor, measure)),
        may_validate=bool(may_validate_actuals(actor, measure)),
    )


def _year(request: OrganizationRequest) -> int:
    """The fiscal year that was asked for, else today's."""
    window = calendar()
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 else 0
    return year if year in fiscal_years(window) else current_year(window)


@require_GET
def financials(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Plan, actual and forecast by month, and the baseline they are measured against."""
    return _financials(request, visible_measure(request.actor, pk))


def _financials(
    request: OrganizationRequest, measure: Measure, typed: Mapping[str, Typed] | None = None, status: int = 200
) -> HttpResponse:
    actor, year, returned = request.actor, _year(request), returned_months(measure)
    return framed(
        request,
        measure,
        "financials",
        "measures/money/financials.html",
        status=status,
        parts=parts_of(measure, "financials"),
        year=year,
        years=fiscal_years(calendar()),
        taken=taken_cards(taken_lines(measure, year)),
        grids=line_cards(grids(measure, year, _rights(actor, measure)), typed, returned),
        returned=returned,
        baselines=baseline_verdicts(actor, baseline_lines(measure)),
        may_plan=may_edit_plan(actor, measure),
        may_enter=may_revise_forecast(actor, measure) if measure.doi >= Doi.DECIDED else may_edit_plan(actor, measure),
        may_propose=may_propose_baseline(actor, measure),
        may_confirm=may_confirm_forecast(actor, measure),
        may_return=may_return_actuals(actor, measure),
        **_late(actor, measure),
    )


def _late(actor: Actor, measure: Measure) -> dict[str, Any]:
    """Months to hand in, and corrections of those that are locked."""
    if measure.doi < Doi.DECIDED:
        return {}
    window, may_report = calendar(), may_report_actuals(actor, measure)
    return {
        "hand_ins": months_to_hand_in(measure, window),
        "may_report": may_report,
        "corrections": [
            (correction, may_validate_correction(actor, measure, correction)) for correction in corrections_of(measure)
        ],
        "may_correct": may_report if window.locked else denied("No month is locked yet."),
    }


@require_POST
def save_months(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Save the changed cells of one line: plan before the decision, forecast and actuals after it."""
    line = visible_part(request.actor, EffectLine, pk)
    measure, year = line.measure, _year(request)
    grid = next(g for g in grids(measure, year, _rights(request.actor, measure)) if g.line.pk == line.pk)
    read, reason = read_grid(request.POST, grid), request.POST.get("reason", "")
    problems, status = list(read.errors.values()), 422
    title = _("Months of %s") % line.name
    if is_edited(request.POST):
        return _financials(request, measure, {str(line.pk): Typed(read.texts, read.errors, (), reason)})
    if read.unsure:
        return ask_reading(request, read.unsure, title=title, sub=str(measure))
    if not problems:
        try:
            with asked_before_moving(request, measure.pk, moved_cells(grid, read)):
                count = _save(request.actor, line, read, reason, _version(request))
        except Asked as asked:
            return ask_change(request, asked, title=title, sub=str(measure))
        except Invalid as refused:
            problems = [
                "Say why the forecast changed." if text == "This is needed." else text for text in refused.sentences
            ]
        except StaleVersion as stale:
            problems, status = [stale.message, *differences(grid, read)], 409
        else:
            said = ngettext("Saved %d month.", "Saved %d months.", count) % count
            messages.success(request, said if count else "Nothing changed.")
            return redirect(f"{url_of(measure, 'financials')}?year={year}")
    typed = Typed(read.texts, read.errors, tuple(problems), reason)
    return _financials(request, measure, {str(line.pk): typed}, status)


@transaction.atomic
def _save(actor: Actor, line: EffectLine, read: GridInput, reason: str, version: int | None) -> int:
    """Each row by its own action, all or nothing; the version is checked by the first."""
    plan, actual, forecast = (read.row(key) for key in ("plan", "actual", "forecast"))
    if plan:
        set_plan_months(actor, line.pk, months=plan, expected_version=version)
        version = None
    if actual:
        report_actuals(actor, line.measure_id, line_id=line.pk, months=actual, expected_version=version)
        version = None
    if forecast:
        revise_forecast(
            actor, line.measure_id, line_id=line.pk, months=forecast, reason=reason, expected_version=version
        )
    return len(plan) + len(actual) + len(forecast)


def _version(request: OrganizationRequest) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


@require_POST
def confirm(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Nothing changed: one click."""
    measure = confirm_forecast(request.actor, pk)
    messages.success(request, f"Forecast of {measure.name} confirmed.")
    return redirect(_back(request) or f"{url_of(measure, 'financials')}")


def _back(request: OrganizationRequest) -> str:
    return reverse("measures:mine") if request.POST.get("back") == "mine" else ""


@require_POST
def validate(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """The controller confirms the ticked months as they stood on the page."""
    line = visible_part(request.actor, EffectLine, pk)
    require(may_validate_actuals(request.actor, line.measure))
    months: dict[date, Decimal] = {}
    for text in request.POST.getlist("months"):
        seen = _seen(text, request.POST.get(f"seen-{text}", ""))
        months.update(seen)
    comment = request.POST.get("comment", "")
    try:
        validate_actuals(request.actor, line.measure_id, line_id=line.pk, months=months, comment=comment)
    except Invalid as refused:
        problems = tuple(refused.sentences)
        return _financials(request, line.measure, {str(line.pk): Typed(problems=problems)}, 422)
    done = ngettext("Validated %(count)d month of %(line)s.", "Validated %(count)d months of %(line)s.", len(months))
    messages.success(request, done % {"count": len(months), "line": line.name})
    return redirect(f"{url_of(line.measure, 'financials')}?year={_year(request)}")


def _seen(month: str, amount: str) -> dict[date, Decimal]:
    """A ticked month with the amount beside it; nothing when the page wasn't ours."""
    try:
        return {date.fromisoformat(f"{month}-01"): Decimal(amount)}
    except (ValueError, ArithmeticError):
        raise Invalid({"months": "The list of months is incomplete. Load the page again."}) from None


@require_http_methods(["GET", "POST"])
def send_back(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """The controller returns months with a reason."""
    line = visible_part(request.actor, EffectLine, pk)
    require(may_return_actuals(request.actor, line.measure))
    months = [(f"{month:%Y-%m}", formats.month(month)) for month in returnable(line)]
    form = ReturnForm(posted(request), months=months, initial={"months": request.GET.getlist("months")})
    page = FormPage(
        title="Return actuals",
        sub=f"{line.measure}, {line.name}",
        submit="Return months",
        back=url_of(line.measure, "financials"),
        crumbs=crumbs_of(request, line.measure, itself=True),
        note="Returned months count as not reported until they are entered again. The record keeps the old figures.",
        danger=True,
    )

    def act(clean: dict[str, object]) -> tuple[str, str]:
        chosen = [date.fromisoformat(f"{text}-01") for text in form.cleaned_data["months"]]
        reason = str(clean["reason"])
        return_actuals(request.actor, line.measure_id, line_id=line.pk, months=chosen, reason=reason)
        done = ngettext("Returned %d month.", "Returned %d months.", len(chosen)) % len(chosen)
        return url_of(line.measure, "financials"), done

    return answer(request, form, page, act)
