"""The roadmap, and what would follow if a milestone slipped."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cat4.errors import Invalid
from cat4.fiscal import add_months
from cat4.web.requests import OrganizationRequest
from cat4.web.timeline import SPAN, Zoom
from hierarchy.calendar.selectors.calendar import work_calendar
from hierarchy.constants import Level
from hierarchy.models import Node
from hierarchy.nodes.selectors.nodes import in_words, visible_node, visible_nodes
from measures.core.selectors.measures import visible_part
from measures.core.selectors.numbering import milestone_numbers
from measures.facts.calendar import Calendar, calendar
from measures.formulas.dates import expected_date
from measures.models import Milestone

from ..forms.roadmap import RoadmapForm, WhatIfForm
from ..pages.drawing import csv_of, drawing, open_milestones, table_lines
from ..pages.previews import slip_parts
from ..pages.ripple_lines import horizon
from ..policies import may_edit_milestones
from ..selectors.network import preview_slip
from ..selectors.roadmap import MOST_ROWS, Roadmap, roadmap


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for."""

    node: Node | None
    first: date
    zoom: Zoom
    only_slips: bool
    page: int

    @property
    def last(self) -> date:
        return add_months(self.first, SPAN[self.zoom])


@require_GET
def page(request: OrganizationRequest) -> HttpResponse:
    """Milestones and dependencies in time; `export=csv` gives what is shown as a file."""
    window = calendar()
    asked = _asked(request, window)
    found = roadmap(
        request.actor,
        node=asked.node,
        first=asked.first,
        last=asked.last,
        today=window.today,
        only_slips=asked.only_slips,
        page=asked.page,
    )
    if request.GET.get("export") == "csv":
        return _file(request, found, window.today)
    form, slip = _what_if(request, found, window)
    plot = drawing(
        found, first=asked.first, zoom=asked.zoom, today=window.today, fiscal_year_start=window.fiscal_year_start
    )
    context = {
        "asked": asked,
        "found": found,
        "plot": plot,
        "lines": table_lines(found),
        "today": window.today,
        "nodes": _nodes(request),
        "form": form,
        "slip": slip,
        **_steps(asked, found),
    }
    return render(request, "measures/schedule/roadmap.html", context, status=422 if form.errors else 200)


def _what_if(request: OrganizationRequest, found: Roadmap, window: Calendar) -> tuple[WhatIfForm, dict[str, Any]]:
    """The panel's form, and what would follow once a milestone and a date are chosen. Nothing is written."""
    choices, named = open_milestones(found), _named(request)
    if named is not None and all(named.pk != pk for _, group in choices for pk, _ in group):
        choices.insert(0, (named.measure.name, [(named.pk, f"{named.measure.code}, {named.name}")]))
    is_asked = bool(request.GET.get("days") or request.GET.get("to"))
    initial = {"milestone": str(named.pk) if named else "", "days": 30}
    form = WhatIfForm(request.GET if is_asked else None, milestones=choices, initial=initial, auto_id="slip_%s")
    if not is_asked or not form.is_valid() or named is None:
        return form, {}
    to = form.cleaned_data["to"]
    if to is None:
        to = work_calendar().add(expected_date(named, window.today), form.cleaned_data["days"])
    preview = preview_slip(request.actor, named.pk, forecast_on=to)
    may_save = may_edit_milestones(request.actor, named.measure)
    slip = slip_parts(preview, milestone_numbers(preview.measure_ids), horizon(window), request.organization.currency)
    return form, {**slip, "to_iso": to.isoformat(), "may_save": may_save}


def _named(request: OrganizationRequest) -> Milestone | None:
    """The milestone of the address, or 404; what is no id is the form's to refuse."""
    try:
        pk = UUID(request.GET.get("milestone", ""))
    except ValueError:
        return None
    return visible_part(request.actor, Milestone, pk)


def _asked(request: OrganizationRequest, window: Calendar) -> Asked:
    form = RoadmapForm(request.GET)
    if not form.is_valid():
        raise Invalid({name: [str(error) for error in errors] for name, errors in form.errors.items()})
    clean = form.cleaned_data
    zoom = Zoom(clean["zoom"] or Zoom.MONTHS)
    return Asked(
        node=visible_node(request.actor, clean["node"]) if clean["node"] else None,
        first=clean["from_month"] or _first_month(window, zoom),
        zoom=zoom,
        only_slips=clean["only"] == "slips",
        page=clean["page"] or 1,
    )


def _first_month(window: Calendar, zoom: Zoom) -> date:
    """The last month for weeks, else the fiscal quarter before this one, so that the present stands near the left."""
    if zoom == Zoom.WEEKS:
        return add_months(window.current_month, -1)
    into_quarter = (window.current_month.month - window.fiscal_year_start) % 3
    return add_months(window.current_month, -into_quarter - 3)


def _steps(asked: Asked, found: Roadmap) -> dict[str, Any]:
    """Where earlier, later, the next page and the scales lead; and which of all rows these are."""
    before, shown = (asked.page - 1) * MOST_ROWS, len(found.rows)
    half = SPAN[asked.zoom] // 2
    return {
        "zooms": list(Zoom),
        "other_only": "" if asked.only_slips else "slips",
        "earlier": f"{add_months(asked.first, -half):%Y-%m}",
        "later": f"{add_months(asked.first, half):%Y-%m}",
        "last_month": add_months(asked.last, -1),
        "first_row": before + 1,
        "last_row": before + shown,
        "previous_page": asked.page - 1 if asked.page > 1 else None,
        "next_page": asked.page + 1 if before + shown < found.total else None,
    }


def _nodes(request: OrganizationRequest) -> list[tuple[UUID, str]]:
    """The nodes to narrow down by: what the person sees from the portfolio down to the project."""
    levels = (Level.PORTFOLIO, Level.PROGRAM, Level.PROJECT)
    nodes = visible_nodes(request.actor).filter(level__in=levels, retired_at__isnull=True)
    return [(node.pk, words) for node, words in in_words(nodes)]


def _file(request: OrganizationRequest, found: Roadmap, today: date) -> HttpResponse:
    name = f"{request.organization.slug}-roadmap-{today}.csv"
    return HttpResponse(
        csv_of(found),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
