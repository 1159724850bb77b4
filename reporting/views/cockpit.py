"""The cockpit: one node at a glance."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from cat4.web.charts import thousands
from cat4.web.requests import OrganizationRequest
from hierarchy.constants import Level
from hierarchy.models import Node
from hierarchy.policies import may_set_target
from hierarchy.selectors.nodes import ancestors, has_portfolio, visible_node

from .. import board, year_board
from ..headline import headline
from ..selectors.cockpit import Cockpit, cockpit, default_node


@require_GET
def home(request: OrganizationRequest) -> HttpResponse:
    """The portfolio, or the highest node that the person sees; the first steps while there is no portfolio."""
    node = default_node(request.actor)
    if (node is None or node.level == Level.ORGANIZATION) and not has_portfolio():
        return redirect("hierarchy:first-run")
    if node is None:
        return render(request, "reporting/nothing_visible.html")
    return _page(request, node)


@require_GET
def node_cockpit(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """The cockpit of one node; 404 when it is foreign or not visible to the person."""
    return _page(request, visible_node(request.actor, pk))


def _page(request: OrganizationRequest, node: Node) -> HttpResponse:
    page = cockpit(node, may_set_targets=bool(may_set_target(request.actor, node)))
    thousand = thousands(page.unit.currency)
    context = {
        "page": page,
        "node": node,
        "above": _above(request, node),
        "contents": board.contents(page),
        "headline": headline(page),
        "figures": board.figures(page),
        "matrix": board.matrix(page),
        "in_work": board.in_work(page),
        "bridge": board.bridge(page),
        "curve": board.curve(page),
        "not_in_curve": board.not_in_curve(page),
        "actual": board.actual_against_plan(page),
        "stages": board.stages(page),
        "confidence": board.confidence(page),
        "figures_label": f"Key figures, {page.unit.name}",
        "stages_sub": f"{page.unit.name} and measures at or past each gate",
        "fac": page.unit.words(page.sums.fac.total),
        "plan_in_year": page.unit.short(page.sums.plan_in_year),
        "matrix_sub": f"Measures in work, {page.unit.name} plan",
        "curve_sub": f"{page.unit.name} per quarter end",
        "gaps_sub": "Forecast run-rate against plan",
        "stale_sub": f"Forecast not confirmed for more than {page.thresholds.stale_after_days} days",
        "cover": board.cover_words(page),
        "trap": board.trap_words(page),
        "gap_unit": thousand.name,
        "gaps": [(gap, thousand.signed(gap.amount)) for gap in page.gaps],
        "gaps_total": thousand.signed(sum((gap.amount for gap in page.gaps), Decimal(0))),
        "deviations": [(one, thousand.signed(one.amount)) for one in page.deviations],
        "deviations_total": thousand.signed(sum((one.amount for one in page.deviations), Decimal(0))),
        "deviations_sub": (
            f"Forecast run-rate against plan. A decision is due within {page.thresholds.deviation_escalate_days} days."
        ),
        "deviation_days": page.thresholds.deviation_escalate_days,
        "trap_url": board.explorer_url(page, view="trap"),
        "gaps_url": board.explorer_url(page, sort="gap"),
        "ungoverned_url": board.explorer_url(page, view="not-governable"),
        "explorer_url": board.explorer_url(page),
        "stale_words": board.stale_words(page),
        "waiting_words": board.waiting_words(page),
        "doubt": board.doubt_words(page),
        "doubt_url": board.explorer_url(page, view="doubtful"),
        **_of_the_year(page),
    }
    return render(request, "reporting/cockpit.html", context)


def _above(request: OrganizationRequest, node: Node) -> list[Node]:
    """The nodes between the organization and this one that the person sees."""
    if node.level <= Level.PORTFOLIO:
        return []
    chain = [one for one in ancestors(node) if Level.ORGANIZATION < one.level < node.level]
    return [one for one in chain if request.actor.sees(one.path)]


def _of_the_year(page: Cockpit) -> dict[str, Any]:
    """The parts about fiscal years."""
    return {
        "year_figures": year_board.figures(page),
        "variance": year_board.variance(page),
        "variance_words": year_board.variance_words(page),
        "variance_sub": f"EBITDA of {page.year_words}, {page.unit.name}",
        "leakage": year_board.leakage(page),
        "leakage_words": year_board.leakage_words(page),
        "confidence_rows": year_board.confidence_rows(page),
        "unconfirmed": year_board.unconfirmed_words(page),
        "year_label": f"{page.year_words} and pipeline, {page.unit.name}",
        "leakage_sub": f"k{page.unit.currency} not validated in locked months",
        "covers": year_board.cover_lines(page),
        "targets_url": year_board.targets_url(page),
    }
