"""The parts of the financials beside the months: result, proofs, and how the forecast changed."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.views.decorators.http import require_GET

from cat4.web.requests import OrganizationRequest
from measures.constants import EBITDA_KINDS
from measures.core.pages.frame import Tab, url_of
from measures.core.selectors.measures import visible_measure
from measures.core.views.frame import framed
from measures.models import Measure

from ..pages.proofs import proof_rows
from ..pages.result import bridge, figures, rests_on, share_bars, unconfirmed_words
from ..policies import may_explain_leakage, may_write_proofs
from ..selectors.forecasts import revisions_of
from ..selectors.proofs import proof_lines
from ..selectors.result import money_of

PARTS = {
    "financials": "Months",
    "result": "Result",
    "proofs": "Proofs",
    "forecast-history": "Forecast history",
}
_PAGE = 100


def parts_of(measure: Measure, current: str) -> list[Tab]:
    """The parts of the financials with their addresses."""
    return [Tab(label, url_of(measure, name), name == current) for name, label in PARTS.items()]


@require_GET
def result(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """What arrives, why it isn't the plan, what is missing of locked months, and whether it lasts."""
    measure = visible_measure(request.actor, pk)
    money = money_of(measure)
    return framed(
        request,
        measure,
        "financials",
        "measures/money/result.html",
        parts=parts_of(measure, "result"),
        money=money,
        key_figures=figures(money),
        bridge=bridge(money),
        shares=share_bars(money.shares),
        unconfirmed=unconfirmed_words(money),
        lines=[(line, rests_on(line.shares)) for line in money.lines],
        may_explain=may_explain_leakage(request.actor, measure),
    )


@require_GET
def proofs(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Price, volume and exchange rate before and after, beside what was planned and booked."""
    measure = visible_measure(request.actor, pk)
    return framed(
        request,
        measure,
        "financials",
        "measures/money/proofs.html",
        parts=parts_of(measure, "proofs"),
        proofs=proof_rows(proof_lines(measure)),
        effect_lines=measure.lines.filter(kind__in=EBITDA_KINDS),
        may_prove=may_write_proofs(request.actor, measure),
    )


@require_GET
def forecast_history(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Every change of the forecast by month: from what to what, by whom, when and why."""
    measure = visible_measure(request.actor, pk)
    ordered = revisions_of(measure).order_by("month", "line__position", "line_id", "-at", "-pk")
    page = Paginator(ordered, _PAGE).get_page(request.GET.get("page"))
    return framed(
        request,
        measure,
        "financials",
        "measures/money/forecast_history.html",
        parts=parts_of(measure, "forecast-history"),
        revisions=page,
        count=page.paginator.count,
    )
