"""The tabs of a measure, and my work."""

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from cat4.web.requests import OrganizationRequest
from measures.status.selectors.history import overrides_shown, status_spans

from ..policies.measures import may_edit_risks
from ..selectors.history import history_of
from ..selectors.measures import visible_measure
from .frame import framed


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
