"""What every view of a measure answers with: its page, or a form that leads back to it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from cat4.web import formats
from cat4.web.form_pages import Crumbs, FormPage
from cat4.web.requests import OrganizationRequest
from measures.formulas.missing_rates import stays_out
from measures.models import Measure

from ..pages.frame import crumbs, tabs, url_of
from ..pages.overview import figures, status_lines
from ..pages.supply import head_verdicts, panels, tab_counts
from ..selectors.overview import key_amounts, path_of, standing_of


def crumbs_of(request: OrganizationRequest, measure: Measure, *, itself: bool = False) -> Crumbs:
    """The way from the portfolio to a measure, as the person may open it."""
    return crumbs(request.actor, measure, path_of(measure), itself=itself)


def form_page(
    request: OrganizationRequest, measure: Measure, tab: str, title: str, submit: str, **more: Any
) -> FormPage:
    """A page with one form, which leads back to a tab of the measure."""
    way = crumbs_of(request, measure, itself=True)
    return FormPage(title=title, submit=submit, back=url_of(measure, tab), crumbs=way, **more)


def framed(
    request: OrganizationRequest, measure: Measure, tab: str, template: str, *, status: int = 200, **context: Any
) -> HttpResponse:
    """A tab of a measure as a whole page, or one of its parts; htmx swaps only the tabs out of it."""
    standing, currency = standing_of(measure), request.organization.currency
    amounts = key_amounts(measure)
    computed_at = standing.computed_at
    frame = {
        "measure": measure,
        "crumbs": crumbs_of(request, measure),
        "tabs": tabs(measure, tab, tab_counts(measure)),
        "status_lines": status_lines(standing),
        "is_trap": standing.is_red_behind_green,
        "is_doubtful": standing.is_attribution_doubtful,
        "is_overridden": standing.is_overridden,
        "trend_month": standing.moved.month,
        "computed": f"Computed {formats.moment(computed_at)}" if computed_at else "Not computed yet",
        "figures": figures(amounts, currency),
        "left_out": stays_out(tuple(amounts.totals.missing_rates)) if amounts else (),
        "currency": currency,
        "panels": panels(),
        **head_verdicts(request.actor, measure),
    }
    return render(request, template, {**frame, **context}, status=status)
