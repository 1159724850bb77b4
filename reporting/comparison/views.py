"""What differs between two locks, or a lock and now."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cat4 import clock
from cat4.errors import Invalid
from cat4.web.charts import thousands
from cat4.web.requests import OrganizationRequest
from hierarchy.models import Node
from hierarchy.nodes.selectors.nodes import visible_node
from reporting.past.forms import two_moments
from reporting.past.pages import key_of
from reporting.past.selectors.locks import locks

from .pages import csv_of, moment_in_words, sections, totals
from .selectors import comparison


@require_GET
def page(request: OrganizationRequest) -> HttpResponse:
    """Measures added, removed and changed, below a node or as a whole; `export=csv` gives every row as a file."""
    known = locks()
    if not known:
        return render(request, "reporting/past/comparison.html", {"known": known})
    base, other = two_moments(request.GET.get("from", ""), request.GET.get("to", ""))
    node = _node(request, request.GET.get("node", ""))
    found = comparison(request.actor, base, other, node)
    currency = request.organization.currency
    if request.GET.get("export") == "csv":
        name = f"{request.organization.slug}-changes-{key_of(base)}-{key_of(other) if other else 'now'}.csv"
        return HttpResponse(
            csv_of(found, currency),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )
    context = {
        "known": [(key_of(lock), moment_in_words(lock)) for lock in known],
        "base": key_of(base),
        "other": key_of(other) if other else "now",
        "node": node,
        "unit": thousands(currency).name,
        "from_words": moment_in_words(base),
        "to_words": moment_in_words(other),
        "today": clock.today(request.organization.time_zone),
        "totals": totals(found, currency),
        "sections": sections(found, currency),
    }
    return render(request, "reporting/past/comparison.html", context)


def _node(request: OrganizationRequest, text: str) -> Node | None:
    if not text:
        return None
    try:
        pk = UUID(text)
    except ValueError as error:
        raise Invalid({"node": "Name a node by its id."}) from error
    return visible_node(request.actor, pk)
