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
from hierarchy.models import Node
from hierarchy.selectors.nodes import visible_node
from measures.policies import may_write_measures

from .. import table
from ..export import csv_of
from ..forms import ExplorerForm
from ..selectors import explorer
from ..selectors.explorer import Row
from ..selectors.filters import SORTS, Filters, count_of, measures_of, view_counts
from ..selectors.keyset import Page, page_of

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
    top = visible_node(request.actor, filters.node) if filters.node else None
    rows = [] if filters.is_flat else explorer.tree(request.actor, top, _opened(request), _today(request))
    if request.GET.get("export") == "csv":
        return _file(request, rows or _all_of_list(request, filters))
    found = Page([], "", "") if rows else _page_of_list(request, filters)
    shown = rows or [explorer.measure_row(measure) for measure in found.rows]
    total = None if rows else table.in_words(count_of(measures_of(request.actor, filters, _today(request))))
    context = {
        **_controls(request, form, filters, top),
        **_table(request, filters, shown),
        "column_sets": table.column_sets(filters, request.GET),
        "is_list": not rows,
        "may_write": may_write_measures(request.actor),
        "total": total,
        "next_url": _cursor_url(request, found.next_cursor),
        "previous_url": _cursor_url(request, found.previous_cursor),
    }
    return _keep_density(request, render(request, "reporting/explorer.html", context))


@require_GET
def children(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """The rows below a node, for htmx; without it the explorer with that node open."""
    node = visible_node(request.actor, pk)
    if not request.htmx:
        opened = ",".join(str(one) for one in node.path)
        return redirect(table.explorer_url(request.GET.copy(), open=opened, depth=None, unit=None))
    depth = request.GET.get("depth", "0")
    if not depth.isdecimal() or int(depth) > _DEEPEST:
        raise Invalid({"depth": "The tree isn't that deep."})
    rows = explorer.children(request.actor, node, _today(request), depth=int(depth))
    unit = table.unit_of(request.GET.get("unit", ""), request.organization.currency, rows)
    columns = request.GET.get("columns", "")
    if columns not in table.SETS:
        raise Invalid({"columns": "There is no such set of columns."})
    lines = table.lines(rows, unit, request.GET, columns)
    return render(request, "reporting/_rows.html", {"lines": lines, "unit": unit})


def _controls(request: OrganizationRequest, form: ExplorerForm, filters: Filters, top: Node | None) -> dict[str, Any]:
    """Saved views, filter bar and chips. What tabs, links and chips steer is no field of the bar."""
    counts = view_counts(request.actor, filters)
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


def _table(request: OrganizationRequest, filters: Filters, rows: list[Row]) -> dict[str, Any]:
    unit = table.unit_of("", request.organization.currency, rows)
    return {
        "unit": unit,
        "today": _today(request),
        "density": _density(request),
        "heads": table.heads(filters, request.GET),
        "lines": table.lines(rows, unit, request.GET, filters.columns),
        "money": table.what_is_shown(filters, request.organization.fiscal_year_start, _today(request)),
    }


def _cursor_url(request: OrganizationRequest, cursor: str) -> str:
    return table.explorer_url(request.GET, cursor=cursor) if cursor else ""


def _page_of_list(request: OrganizationRequest, filters: Filters) -> Page:
    measures = measures_of(request.actor, filters, _today(request))
    return page_of(explorer.measure_rows(measures, _today(request)), SORTS[filters.sort or "code"], filters.cursor)


def _all_of_list(request: OrganizationRequest, filters: Filters) -> list[Row]:
    measures = measures_of(request.actor, filters, _today(request)).order_by(SORTS[filters.sort or "code"], "pk")
    return [explorer.measure_row(measure) for measure in explorer.measure_rows(measures, _today(request))]


def _file(request: OrganizationRequest, rows: list[Row]) -> HttpResponse:
    name = f"{request.organization.slug}-explorer-{_today(request)}.csv"
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
