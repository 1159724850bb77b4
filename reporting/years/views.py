"""A node's money by effect kind and fiscal year, as a page and as a file."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cat4 import clock
from cat4.fiscal import fiscal_year_bounds
from cat4.web.formats import month_of_year
from cat4.web.requests import OrganizationRequest
from hierarchy.constants import Level
from hierarchy.nodes.selectors.nodes import ancestors, visible_node
from reporting.figures.selectors.incomplete import incomplete_at
from reporting.figures.selectors.years import node_years
from reporting.figures.units import unit_for
from reporting.past.forms import lock_named
from reporting.past.pages import table_times
from reporting.past.selectors.locks import locks
from reporting.past.selectors.past import ancestors_at, past_node

from .pages import csv_of, year_table, years_in


@require_GET
def page(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Plan, FAC, validated and exit run-rate of each kind; `export=csv` gives every row as a file."""
    home, lock = request.organization, lock_named(request.GET.get("asof", ""))
    if lock:
        past = past_node(request.actor, lock, pk)
        node, rows, today, above = past.node, past.years, lock.as_of, ancestors_at(lock, past.node)
    else:
        node = visible_node(request.actor, pk)
        rows, today, above = node_years(node.pk), clock.today(home.time_zone), ancestors(node)
    incomplete = None if lock else incomplete_at(node.pk)
    if request.GET.get("export") == "csv":
        return HttpResponse(
            csv_of(node.name, rows, home.currency, incomplete.sentence if incomplete else ""),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{home.slug}-years-{today}.csv"'},
        )
    years = years_in(rows)
    unit = unit_for(home.currency, *(row.plan for row in rows), *(row.fac for row in rows))
    seen = [ancestor for ancestor in above if request.actor.sees(ancestor.path) and ancestor.level > Level.ORGANIZATION]
    bounds = fiscal_year_bounds(2000, home.fiscal_year_start)
    context = {
        "node": node,
        "above": [ancestor for ancestor in seen if ancestor.pk != node.pk],
        "today": today,
        "times": table_times(lock, locks()),
        "unit": unit,
        "year_months": "" if home.fiscal_year_start == 1 else " to ".join(map(month_of_year, bounds)),
        "sections": year_table(rows, years, unit),
        "incomplete": incomplete,
    }
    return render(request, "reporting/years/node_years.html", context)
