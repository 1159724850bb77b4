"""My work, and the overview of a measure."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cat4.web.requests import OrganizationRequest
from measures.core.pages.overview import facts, monthly_chart
from measures.core.policies.measures import may_write_measures
from measures.core.selectors.enabling import enabling_of
from measures.core.selectors.measures import visible_measure
from measures.core.selectors.overview import doubts, governable_facts, signed_closing, source_values, year_by_month
from measures.core.views.frame import framed
from measures.findings.policies import may_check_overlap
from measures.money.selectors.returned import returned_months

from .pages.mine import my_work


@require_GET
def detail(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """The overview: the year by month, and what makes the measure governable."""
    measure = visible_measure(request.actor, pk)
    return framed(
        request,
        measure,
        "detail",
        "measures/core/detail.html",
        monthly=monthly_chart(year_by_month(measure)),
        signed=signed_closing(measure),
        facts=facts(governable_facts(measure)),
        set_count=8 - len(measure.missing_fields),
        doubts=doubts(measure),
        source_values=source_values(measure),
        enabling=enabling_of(request.actor, measure),
        returned=returned_months(measure),
        may_check=may_check_overlap(request.actor, measure),
    )


@require_GET
def mine(request: OrganizationRequest) -> HttpResponse:
    """What waits for me, and my measures."""
    return render(
        request,
        "measures/desk/mine.html",
        {"work": my_work(request.actor), "may_write": may_write_measures(request.actor)},
    )
