"""The audit trail: narrowed, page by page, and as a file."""

import io
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.http.response import FileResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from cat4.errors import require
from cat4.web.files import download
from cat4.web.remembered import remembered
from cat4.web.requests import OrganizationRequest
from hierarchy.nodes.selectors.nodes import root_node
from hierarchy.policies import may_see_trail

from .actions import export_trail
from .forms import TrailForm
from .pages import trail_file, trail_lines, verb_choices
from .selectors import trail_page, verbs_in_use

# Verbs are few and new ones rare; finding them reads every entry.
_VERB_SECONDS = 300


@require_GET
def trail(request: OrganizationRequest) -> HttpResponse:
    """Every change, newest first, as far as the filter goes."""
    require(may_see_trail(request.actor, root_node().pk))
    form = _form(request)
    before = _cursor(request.GET.get("before", ""))
    page = trail_page(before, form.wanted())
    kept = urlencode({name: value for name in form.fields if (value := request.GET.get(name, ""))})
    address = reverse("reporting:trail")
    context = {
        "lines": trail_lines(page.rows),
        "older_than": page.older_than,
        "form": form,
        "is_narrowed": bool(kept),
        "first_url": f"{address}?{kept}" if kept else address,
        "export_url": reverse("reporting:trail-file") + (f"?{kept}" if kept else ""),
        "is_first": before is None,
    }
    return render(request, "reporting/trail/trail.html", context)


@require_GET
def trail_as_file(request: OrganizationRequest) -> FileResponse:
    """What the filter leaves, as CSV; that it was taken is on record."""
    rows = export_trail(request.actor, _form(request).wanted())
    content = trail_file(rows, ZoneInfo(request.organization.time_zone))
    return download(io.BytesIO(content), name=f"{request.organization.slug}-audit-trail.csv", content_type="text/csv")


def _form(request: OrganizationRequest) -> TrailForm:
    verbs = remembered(f"trail-verbs:{request.organization.pk}", _VERB_SECONDS, verbs_in_use)
    return TrailForm(request.GET, verbs=verb_choices(verbs))


def _cursor(text: str) -> UUID | None:
    """What can't be read leads to the first page."""
    try:
        return UUID(text)
    except ValueError:
        return None
