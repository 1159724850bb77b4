"""The explorer: the tree with its roll-ups, filtered lists of measures, and their export."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from cat4 import clock
from cat4.errors import Invalid
from cat4.web.requests import OrganizationRequest
from hierarchy.nodes.selectors.nodes import visible_node
from measures.core.policies.measures import may_write_measures
from reporting.past.forms import lock_named
from reporting.past.pages import table_times
from reporting.past.selectors.locks import locks
from reporting.past.selectors.past import past_node

from ..forms import ExplorerForm
from ..pages import table
from ..pages.export import csv_of
from ..selectors import explorer
from ..selectors.columns import SETS
from ..selectors.filters import Filters, count_of
from ..selectors.keyset import Page
from ..selectors.moments import Past, Present
from ..selectors.past_explorer import children_at
from ..selectors.rows import Row

DENSITIES = ("normal", "compact")
_YEAR = 31_536_000
_MOST_OPEN = 200
_DEEPEST = 5


@require_GET
def page(request: OrganizationRequest) -> HttpResponse:
    """The tree, or the list of measures that the filters leave; `export=csv` gives what is shown as a file."""
    form = ExplorerForm(request.GET)
    if not form.is_valid():
        raise Invalid({name: [str(error) for error in errors] for name, errors in form.errors.items()})
    filters = form.filters()
    source = _source(request, filters)
    rows = [] if filters.is_flat else source.tree(_opened(request))
    if request.GET.get("export") == "csv":
        return _file(request, rows or source.whole_list(filters), source)
    found = Page([], "", "") if rows else source.page(filters)
    shown = rows or [source.row(measure) for measure in found.rows]
    total = None if rows else table.in_words(count_of(source.measures(filters)))
    context = {
        **_controls(request, form, filters, source),
        **_table(request, filters, shown, source),
        "column_sets": table.column_sets(filters, request.GET),
        "is_list": not rows,
        "may_write": may_write_measures(request.actor),
        "total": total,
        "next_url": _cursor_url(request, found.next_cursor),
        "previous_url": _cursor_url(request, found.previous_cursor),
    }
    return _keep_density(request, render(request, "reporting/explorer/explorer.html", context))


@require_GET
def children(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """The rows below a node, for htmx; without it the explorer with that node open."""
    lock = lock_named(request.GET.get("asof", ""))
    node = past_node(request.actor, lock, pk).node if lock else visible_node(request.actor, pk)
    if not request.htmx:
        opened = ",".join(str(node_id) for node_id in node.path)
        return redirect(table.explorer_url(request.GET.copy(), open=opened, depth=None, unit=None))
    depth = request.GET.get("depth", "0")
    if not depth.isdecimal() or int(depth) > _DEEPEST:
        raise Invalid({"depth": "The tree isn't that deep."})
    if lock:
        rows = children_at(request.actor, lock, pk, depth=int(depth))
    else:
        rows = explorer.children(request.actor, node, _today(request), depth=int(depth))
    unit = table.unit_of(request.GET.get("unit", ""), request.organization.currency, rows)
    columns = request.GET.get("columns", "")
    if columns not in SETS:
        raise Invalid({"columns": "There is no such set of columns."})
    lines = table.lines(rows, unit, request.GET, columns)
    times = table_times(lock, [])
    return render(request, "reporting/explorer/_rows.html", {"lines": lines, "unit": unit, "times": times})


def _source(request: OrganizationRequest, filters: Filters) -> Present | Past:
    """Where the rows come from: what is true now, or what a lock kept."""
    lock = lock_named(filters.asof)
    if lock is None:
        top = visible_node(request.actor, filters.node) if filters.node else None
        return Present(request.actor, top, _today(request))
    return Past(request.actor, past_node(request.actor, lock, filters.node).node if filters.node else None, lock)


def _controls(
    request: OrganizationRequest, form: ExplorerForm, filters: Filters, source: Present | Past
) -> dict[str, Any]:
    """Saved views, filter bar and chips. What tabs, links and chips steer is no field of the bar."""
    counts, top = source.counts(filters), source.top
    keep = table.kept(filters, request.GET)
    for name in {*form.STEERED, *(name for name, _ in keep)}:
        form.fields.pop(name, None)
    return {
        "form": form,
        "keep": keep,
        "chips": table.chips(filters, request.GET, top.name if top else ""),
        "tabs": table.tabs(filters, counts),
        "count": counts[filters.view],
        "top": top,
        "export_url": table.explorer_url(request.GET, export="csv"),
    }


def _table(request: OrganizationRequest, filters: Filters, rows: list[Row], source: Present | Past) -> dict[str, Any]:
    unit = table.unit_of("", request.organization.currency, rows)
    return {
        "unit": unit,
        "today": source.day,
        "times": table_times(source.lock, locks()),
        "times_keep": [(name, value) for name, value in request.GET.items() if name not in {"asof", "cursor", "open"}],
        "density": _density(request),
        "heads": table.heads(filters, request.GET),
        "lines": table.lines(rows, unit, request.GET, filters.columns),
        "money": table.what_is_shown(filters, request.organization.fiscal_year_start, source.day),
    }


def _cursor_url(request: OrganizationRequest, cursor: str) -> str:
    return table.explorer_url(request.GET, cursor=cursor) if cursor else ""


def _file(request: OrganizationRequest, rows: list[Row], source: Present | Past) -> HttpResponse:
    name = f"{request.organization.slug}-explorer-{source.day}.csv"
    return HttpResponse(
        csv_of(rows, request.organization.currency),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _opened(request: OrganizationRequest) -> frozenset[UUID] | None:
    """The nodes that the address opens; None when it doesn't say."""
    if "open" not in request.GET:
        return None
    ids = [text for text in request.GET["open"].split(",") if text][:_MOST_OPEN]
    try:
        return frozenset(UUID(text) for text in ids)
    except ValueError as error:
        raise Invalid({"open": "Open names nodes by their ids, separated by commas."}) from error


def _today(request: OrganizationRequest) -> date:
    return clock.today(request.organization.time_zone)


def _density(request: OrganizationRequest) -> str:
    wanted = request.GET.get("density") or request.COOKIES.get("density", "")
    return wanted if wanted in DENSITIES else DENSITIES[0]


def _keep_density(request: OrganizationRequest, response: HttpResponse) -> HttpResponse:
    """The row height that was chosen holds for a year, on every page with a large table."""
    if request.GET.get("density") in DENSITIES:
        response.set_cookie("density", _density(request), max_age=_YEAR, samesite="Lax", httponly=True)
    return response
