"""What is kept of a request when it ends, so that its page never shows another day's books (domain section 4)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from measures.models import Measure
from measures.status.selectors.statuses import statuses_of
from measures.status.selectors.totals import totals_map

from ..contents import content_of
from ..models import GateRequest, KeptRequest

# The sums that the page of a request shows, by their names in the stored totals of a measure.
FIGURES = (
    "plan_run_rate",
    "forecast_run_rate",
    "fac_in_year",
    "plan_in_year",
    "one_time_actual",
    "one_time_plan",
)


@dataclass(frozen=True, slots=True)
class Kept:
    """A request as it ended. `figures` are None where nothing was computed yet; `content` is that of its kind."""

    at: datetime
    code: str
    name: str
    figures: Mapping[str, Decimal] | None
    statuses: Mapping[str, str] = field(default_factory=dict)
    content: Mapping[str, Any] = field(default_factory=dict)


def facts_to_keep(request: GateRequest) -> dict[str, Any]:
    """Everything that the page of a request shows and that may be another tomorrow; amounts as text."""
    return {
        **measure_to_keep(request.measure),
        "content": content_of(request.kind, request.to_doi).keep(request),
    }


def measure_to_keep(measure: Measure) -> dict[str, Any]:
    """What a measure is called, where it stands and what it brings, as whoever decides sees it; amounts as text."""
    totals = totals_map([measure.pk]).get(measure.pk)
    return {
        "code": measure.code,
        "name": measure.name,
        "doi": measure.doi,
        "figures": {name: str(getattr(totals, name)) for name in FIGURES} if totals else None,
        "statuses": {kind.value: view.shown.value for kind, view in statuses_of(measure.pk).items()},
    }


def kept_of(request: GateRequest) -> Kept | None:
    """What was kept of an ended request; None while it is open, and where it ended before anything was kept."""
    row = KeptRequest.objects.filter(request=request).first()
    if row is None:
        return None
    facts = row.facts
    return Kept(row.at, facts["code"], facts["name"], kept_figures(facts), facts["statuses"], facts["content"])


def kept_figures(facts: Mapping[str, Any]) -> dict[str, Decimal] | None:
    """The sums among kept facts; None where nothing was computed, or nothing kept."""
    figures = facts.get("figures")
    return {name: Decimal(amount) for name, amount in figures.items()} if figures else None
