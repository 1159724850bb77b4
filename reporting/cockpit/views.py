"""The cockpit: one node at a glance."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from cat4.errors import Invalid
from cat4.web.charts import thousands
from cat4.web.formats import month
from cat4.web.requests import OrganizationRequest
from governance.months.models import Snapshot
from hierarchy.constants import Level
from hierarchy.models import Node
from hierarchy.nodes.selectors.nodes import ancestors, has_portfolio, visible_node
from hierarchy.policies import may_set_target
from reporting.comparison.selectors import comparison
from reporting.past.forms import lock_named
from reporting.past.selectors.past import ancestors_at, past_node

from .pages import board
from .pages import curve as curve_board
from .pages import years as year_board
from .pages.deltas import changes_in_words, with_deltas, with_year_deltas
from .pages.headline import headline
from .pages.times import time_bar
from .pages.units import unit_of, years_of
from .selectors.cockpit import Cockpit, cockpit, default_node
from .selectors.past import cockpit_at


@require_GET
def home(request: OrganizationRequest) -> HttpResponse:
    """The portfolio, or the highest node that the person sees; the first steps while there is no portfolio."""
    node = default_node(request.actor)
    if (node is None or node.level == Level.ORGANIZATION) and not has_portfolio():
        return redirect("hierarchy:first-run")
    if node is None:
        return render(request, "reporting/cockpit/nothing_visible.html")
    return _page(request, node.pk, node)


@require_GET
def node_cockpit(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """The cockpit of one node; 404 when it is foreign or not visible to the person."""
    return _page(request, pk)


@require_GET
def brief(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Cover, funnel and curve of a node, for a committee's agenda."""
    node = visible_node(request.actor, pk)
    page = cockpit(node, may_set_targets=False)
    unit = unit_of(page)
    context = {
        "page": page,
        "node": node,
        "unit_name": unit.name,
        "curve": curve_board.curve(page),
        "stages": board.stages(page),
        "cover": board.cover_words(page),
        "covers": year_board.cover_lines(page),
        "curve_sub": f"{unit.name} per quarter end",
        "stages_sub": f"{unit.name} and measures at or past each gate",
    }
    return render(request, "reporting/cockpit/_brief.html", context)


def _load(request: OrganizationRequest, pk: UUID, lock: Snapshot | None, node: Node | None = None) -> Cockpit:
    """The node as it stands, or as it was at a lock; `node` is one that was loaded already."""
    if lock is not None:
        return cockpit_at(past_node(request.actor, lock, pk))
    node = node or visible_node(request.actor, pk)
    return cockpit(node, may_set_targets=bool(may_set_target(request.actor, node)))


def _page(request: OrganizationRequest, pk: UUID, node: Node | None = None) -> HttpResponse:
    lock = lock_named(request.GET.get("asof", ""))
    base = lock_named(request.GET.get("compare", ""), "compare")
    if lock and base and base.month >= lock.month:
        raise Invalid({"compare": f"Compare with a lock before {month(lock.month)}."})
    page = _load(request, pk, lock, node)
    node = page.node
    unit, thousand = unit_of(page), thousands(page.currency)
    context = {
        "page": page,
        "node": node,
        "unit_name": unit.name,
        "year_words": years_of(page),
        "above": _above(request, page),
        "contents": board.contents(page),
        "headline": headline(page),
        **_of_time(request, page, base),
        "matrix": board.matrix(page),
        "in_work": board.in_work(page),
        "bridge": board.bridge(page),
        "curve": curve_board.curve(page),
        "not_in_curve": curve_board.not_in_curve(page),
        "actual": curve_board.actual_against_plan(page),
        "stages": board.stages(page),
        "confidence": board.confidence(page),
        "figures_label": f"Key figures, {unit.name}",
        "stages_sub": f"{unit.name} and measures at or past each gate",
        "fac": unit.words(page.outlook.fac.total),
        "plan_in_year": unit.short(page.outlook.plan),
        "matrix_sub": f"Measures in work, {unit.name} plan",
        "curve_sub": f"{unit.name} per quarter end",
        "below_plan_sub": "Forecast run-rate against plan",
        "stale_sub": f"Forecast not confirmed for more than {page.thresholds.stale_after_days} days",
        "cover": board.cover_words(page),
        "trap": board.trap_words(page),
        "thousand": thousand.name,
        "below_plan": [(short, thousand.signed(short.amount)) for short in page.below_plan],
        "below_plan_total": thousand.signed(sum((short.amount for short in page.below_plan), Decimal(0))),
        "deviations": [(deviation, thousand.signed(deviation.amount)) for deviation in page.deviations],
        "deviations_total": thousand.signed(sum((deviation.amount for deviation in page.deviations), Decimal(0))),
        "deviations_sub": (
            f"Forecast run-rate against plan. A decision is due within {page.thresholds.deviation_escalate_days} days."
        ),
        "deviation_days": page.thresholds.deviation_escalate_days,
        "trap_url": board.explorer_url(page, view="trap"),
        "below_plan_url": board.explorer_url(page, sort="against-plan"),
        "ungoverned_url": board.explorer_url(page, view="not-governable"),
        "explorer_url": board.explorer_url(page),
        "stale_words": board.stale_words(page),
        "waiting": board.waiting_lines(page),
        "waiting_words": board.waiting_words(page),
        "doubt": board.doubt_words(page),
        "doubt_url": board.explorer_url(page, view="doubtful"),
        **_of_the_year(page),
    }
    return render(request, "reporting/cockpit/cockpit.html", context)


def _above(request: OrganizationRequest, page: Cockpit) -> list[Node]:
    """The nodes between the organization and this one that the person sees, as they lay then."""
    node = page.node
    if node.level <= Level.PORTFOLIO:
        return []
    above = ancestors_at(page.as_of, node) if page.as_of else ancestors(node)
    chain = [ancestor for ancestor in above if Level.ORGANIZATION < ancestor.level < node.level]
    return [ancestor for ancestor in chain if request.actor.sees(ancestor.path)]


def _of_time(request: OrganizationRequest, page: Cockpit, base: Snapshot | None) -> dict[str, Any]:
    """The moment that is looked at, the one it is compared with, and the key figures with their differences."""
    first, year = board.figures(page), year_board.figures(page)
    if base is None:
        return {"figures": first, "year_figures": year, "times": time_bar(page, None)}
    try:
        before = _load(request, page.node.pk, base)
    except Http404 as missing:
        raise Invalid({"compare": f"{page.node.name} was not there when {month(base.month)} was locked."}) from missing
    found = comparison(request.actor, base, page.as_of, page.node)
    return {
        "figures": with_deltas(first, page, before),
        "year_figures": with_year_deltas(year, page, before),
        "times": time_bar(page, base),
        "changed": changes_in_words(found),
    }


def _of_the_year(page: Cockpit) -> dict[str, Any]:
    """The parts about fiscal years."""
    unit, years = unit_of(page), years_of(page)
    return {
        "variance": year_board.variance(page),
        "variance_words": year_board.variance_words(page),
        "variance_sub": f"EBITDA of {years}, {unit.name}",
        "leakage": year_board.leakage(page),
        "leakage_words": year_board.leakage_words(page),
        "confidence_rows": year_board.confidence_rows(page),
        "unconfirmed": year_board.unconfirmed_words(page),
        "year_label": f"{years} and pipeline, {unit.name}",
        "leakage_sub": f"k{page.currency} not validated in locked months",
        "covers": year_board.cover_lines(page),
        "targets_url": year_board.targets_url(page),
    }
