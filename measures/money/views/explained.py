"""Acts on the money beside its months: causes of missing money, proofs, amounts by quarter and year."""

import re
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from cat4.errors import Invalid, require
from cat4.web import formats
from cat4.web.form_pages import FormPage, answer, posted
from cat4.web.questions import large_fields
from cat4.web.requests import OrganizationRequest
from measures.constants import Cadence, Doi, Series
from measures.core.pages.frame import url_of
from measures.core.selectors.measures import visible_part
from measures.core.views.frame import crumbs_of
from measures.facts.calendar import calendar
from measures.models import EffectLine, LeakageEntry

from ..actions.leakage import explain_leakage, remove_explanation
from ..actions.periods import set_period_amounts
from ..actions.proofs import FACTS, edit_proof, enter_proof, remove_proof
from ..forms.proofs import LeakageForm, PeriodsForm, ProofForm, field_of
from ..policies import may_edit_plan, may_explain_leakage, may_revise_forecast, may_write_proofs
from ..selectors.grid import current_year, fiscal_years
from ..selectors.leakage import missing_of, named_for
from ..selectors.periods import LENGTHS, entered, period_choices
from ..selectors.proofs import visible_proof
from .asking import asked_before_moving

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)


@require_http_methods(["GET", "POST"])
def explain(request: OrganizationRequest, pk: UUID, month: str) -> HttpResponse:
    """Name a cause of the money that a line is missing in a locked month."""
    line = visible_part(request.actor, EffectLine, pk)
    measure, when = line.measure, month_of_address(month)
    require(may_explain_leakage(request.actor, measure))
    missing = missing_of(line, when)
    left = max(missing - named_for(line, when), Decimal(0))
    page = FormPage(
        title="Explain missing money",
        sub=f"{measure}, {line.name}, {formats.month(when)}",
        submit="Save cause",
        back=url_of(measure, "result"),
        crumbs=crumbs_of(request, measure, itself=True),
        note=f"{formats.exact(missing)} {line.currency} is missing, {formats.exact(left)} of it has no named cause "
        "yet. A cause that is named again takes the new amount.",
    )
    form = LeakageForm(posted(request), initial={"amount": left or None})

    def act(clean: dict[str, Any]) -> tuple[str, str]:
        explain_leakage(request.actor, measure.pk, line_id=line.pk, month=when, **clean)
        return url_of(measure, "result"), "Cause saved."

    return answer(request, form, page, act)


def month_of_address(text: str) -> date:
    """The month of an address such as 2026-09; 404 for anything else."""
    match = _MONTH.fullmatch(text)
    if match is None or match[1] == "0000":
        raise Http404("There is no such month.")
    return date(int(match[1]), int(match[2]), 1)


@require_POST
def explanation_remove(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Take a named cause back."""
    entry = visible_part(request.actor, LeakageEntry, pk)
    remove_explanation(request.actor, pk)
    messages.success(request, "Cause taken back.")
    return redirect(url_of(entry.measure, "result"))


@require_http_methods(["GET", "POST"])
def proof_new(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Prove what a line brought by price, volume and exchange rate."""
    line = visible_part(request.actor, EffectLine, pk)
    require(may_write_proofs(request.actor, line.measure))
    page = _proof_page(request, line, "Enter a proof", "Save proof")
    form = ProofForm(posted(request), initial={"rate_before": 1, "rate_after": 1})

    def act(clean: dict[str, Any]) -> tuple[str, str]:
        clean.pop("version")
        enter_proof(request.actor, line.pk, **clean)
        return url_of(line.measure, "proofs"), "Proof saved."

    return answer(request, form, page, act)


@require_http_methods(["GET", "POST"])
def proof_edit(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Correct a proof."""
    proof = visible_proof(request.actor, pk)
    require(may_write_proofs(request.actor, proof.line.measure))
    page = _proof_page(request, proof.line, "Correct the proof", "Save")
    form = ProofForm(posted(request), initial={field: getattr(proof, field) for field in (*FACTS, "version")})

    def act(clean: dict[str, Any]) -> tuple[str, str]:
        version = clean.pop("version")
        edit_proof(request.actor, pk, expected_version=version, **clean)
        return url_of(proof.line.measure, "proofs"), "Saved."

    return answer(request, form, page, act)


def _proof_page(request: OrganizationRequest, line: EffectLine, title: str, submit: str) -> FormPage:
    return FormPage(
        title=title,
        sub=f"{line.measure}, {line.name}, {line.currency}",
        submit=submit,
        back=url_of(line.measure, "proofs"),
        crumbs=crumbs_of(request, line.measure, itself=True),
        note="Before minus after splits into price, volume and exchange rate without a remainder. For revenue the "
        "signs turn: a higher price is a gain.",
    )


@require_POST
def proof_remove(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Take a proof away."""
    proof = visible_proof(request.actor, pk)
    remove_proof(request.actor, pk)
    messages.success(request, "Proof removed.")
    return redirect(url_of(proof.line.measure, "proofs"))


@require_http_methods(["GET", "POST"])
def periods(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Amounts by quarter of a fiscal year, or by fiscal year: the plan before the decision, then the forecast."""
    line = visible_part(request.actor, EffectLine, pk)
    measure, window = line.measure, calendar()
    series = Series.FORECAST if measure.doi >= Doi.DECIDED else Series.PLAN
    may = may_revise_forecast if series == Series.FORECAST else may_edit_plan
    require(may(request.actor, measure))
    cadence = request.GET.get("cadence", "")
    cadence = cadence if cadence in LENGTHS else Cadence.QUARTERLY
    year = _year(request.GET.get("year", ""), fiscal_years(window), current_year(window))
    choices = period_choices(line, series, cadence, year, window)
    known = entered(line, series, cadence)
    initial = {field_of(first): known.get(first) for first, _, _ in choices}
    form = PeriodsForm(
        posted(request),
        periods=choices,
        needs_reason=series == Series.FORECAST,
        initial={**initial, "version": line.version},
    )
    page = _periods_page(request, line, series, cadence, year)

    def act(clean: dict[str, Any]) -> tuple[str, str]:
        amounts = form.changed_amounts()
        if not amounts:
            raise Invalid({"amounts": "Enter at least one amount that changes something."})
        with asked_before_moving(request, measure.pk, large_fields(form)):
            set_period_amounts(
                request.actor, line.pk, series=series, cadence=cadence, amounts=amounts,
                reason=clean.get("reason", ""), expected_version=clean["version"],
            )  # fmt: skip
        back = f"{url_of(measure, 'financials')}?year={year}#line-{line.pk}"
        done = ngettext("Saved %(count)d period of %(line)s.", "Saved %(count)d periods of %(line)s.", len(amounts))
        return back, done % {"count": len(amounts), "line": line.name}

    others = _other_periods(line, cadence, year, fiscal_years(window))
    return answer(request, form, page, act, asks_by_itself=True, periods_of=others)


def _year(asked: str, years: list[int], current: int) -> int:
    year = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 else 0
    return year if year in years else current


def _periods_page(request: OrganizationRequest, line: EffectLine, series: str, cadence: str, year: int) -> FormPage:
    what = "by quarter" if cadence == Cadence.QUARTERLY else "by fiscal year"
    note = "Each amount is spread evenly over its months, to the cent. Empty periods are left alone."
    if series == Series.FORECAST:
        note += " What locked and reported months booked is subtracted first; the rest goes to the open months."
    return FormPage(
        title=f"{Series(series).label} {what}",
        sub=f"{line.measure}, {line.name}, {line.measured_in}",
        submit=f"Save {Series(series).label.lower()}",
        back=f"{url_of(line.measure, 'financials')}?year={year}",
        crumbs=crumbs_of(request, line.measure, itself=True),
        note=note,
        template="measures/money/periods.html",
    )


def _other_periods(line: EffectLine, cadence: str, year: int, years: list[int]) -> list[tuple[str, str, bool]]:
    """Links to the other cadence and years: label, address, whether it is this one."""
    base = reverse("measures:periods", args=[line.pk])
    links = [
        (
            str(shown_year),
            f"{base}?cadence=quarterly&year={shown_year}",
            cadence == Cadence.QUARTERLY and shown_year == year,
        )
        for shown_year in years
    ]
    return [*links, ("By fiscal year", f"{base}?cadence=annual&year={year}", cadence == Cadence.ANNUAL)]
