"""The tabs of a measure, and my work."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cat4.web.requests import OrganizationRequest

from ..policies import (
    may_attach_document,
    may_check_overlap,
    may_edit_risks,
    may_upload_document,
    may_withdraw_document,
    may_write_measures,
)
from ..selectors.enabling import enabling_of
from ..selectors.history import history_of
from ..selectors.measures import visible_measure
from ..selectors.mine import my_work
from ..selectors.overview import doubts, governable_facts, monthly_chart, source_values
from ..selectors.status_history import overrides_shown, status_spans
from ._frame import framed


@require_GET
def detail(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """The overview: the year by month, and what makes the measure governable."""
    measure = visible_measure(request.actor, pk)
    return framed(
        request,
        measure,
        "detail",
        "measures/core/detail.html",
        monthly=monthly_chart(measure),
        facts=governable_facts(measure),
        set_count=8 - len(measure.missing_fields),
        doubts=doubts(measure),
        source_values=source_values(measure),
        enabling=enabling_of(request.actor, measure),
        may_check=may_check_overlap(request.actor, measure),
    )


@require_GET
def risks(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """What may keep it from its money or dates."""
    measure = visible_measure(request.actor, pk)
    rows = measure.risks.select_related("owner")
    return framed(
        request,
        measure,
        "risks",
        "measures/core/risks.html",
        risks=rows,
        may_change=may_edit_risks(request.actor, measure),
    )


@require_GET
def documents(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Evidence with its hashes, withdrawn files included."""
    measure = visible_measure(request.actor, pk)
    rows = measure.documents.select_related("uploaded_by", "milestone", "measure__package", "measure__owner")
    shown = rows.prefetch_related("lines")
    lines = [(row, may_attach_document(request.actor, row), may_withdraw_document(request.actor, row)) for row in shown]
    may_upload = may_upload_document(request.actor, measure)
    return framed(request, measure, "documents", "measures/evidence/documents.html", lines=lines, may_upload=may_upload)


@require_GET
def history(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Every change, newest first; what governs carries its link of the ledger."""
    measure = visible_measure(request.actor, pk)
    try:
        before = UUID(request.GET.get("before", ""))
    except ValueError:
        before = None
    found = history_of(measure, before)
    is_first = found.is_first
    return framed(
        request,
        measure,
        "history",
        "measures/core/history.html",
        history=found,
        spans=status_spans(measure) if is_first else [],
        overrides=overrides_shown(measure) if is_first else [],
    )


@require_GET
def mine(request: OrganizationRequest) -> HttpResponse:
    """What waits for me, and my measures."""
    return render(
        request,
        "measures/desk/mine.html",
        {"work": my_work(request.actor), "may_write": may_write_measures(request.actor)},
    )
