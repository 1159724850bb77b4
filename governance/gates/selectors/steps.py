"""How far a measure has come: its degrees, and what was decided last."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F

from measures.constants import PLANNED_GATES, Doi, Lifecycle
from measures.models import Measure

from ..models import GateDecision, GateRequest

PLANNED = {doi: field for field, doi in PLANNED_GATES.items()}


@dataclass(frozen=True, slots=True)
class Step:
    """A degree: when it was reached, or when it is planned. `state` is done, now, next or empty.

    `reopened_at`: the measure came back to it from a later degree, and stands there since.
    """

    degree: Doi
    state: str
    reached_at: datetime | None = None
    planned_on: date | None = None
    reopened_at: datetime | None = None


def steps_of(measure: Measure) -> list[Step]:
    """All six degrees; what lies behind carries the day of its own decision, also after a reopening."""
    decisions = GateDecision.objects.filter(measure=measure).exclude(from_doi=F("to_doi")).order_by("number")
    moves = list(decisions.values_list("from_doi", "to_doi", "decided_at"))
    reached = {Doi.DEFINED.value: measure.created_at} | {to: at for came, to, at in moves if to > came}
    back = {to: at for came, to, at in moves[-1:] if to < came}
    return [
        Step(
            degree=degree,
            state=_state(measure, degree.value),
            reached_at=reached.get(degree.value) if degree.value <= measure.doi else None,
            planned_on=getattr(measure, PLANNED[degree]) if degree in PLANNED and degree > measure.doi else None,
            reopened_at=back.get(degree.value) if degree.value == measure.doi else None,
        )
        for degree in Doi
    ]


def _state(measure: Measure, degree: int) -> str:
    if degree < measure.doi:
        return "done"
    if degree == measure.doi:
        return "now"
    return "next" if degree == measure.doi + 1 and measure.lifecycle == Lifecycle.ACTIVE else ""


def last_decision(measure: Measure) -> GateDecision | None:
    """The newest decision on a measure."""
    return GateDecision.objects.filter(measure=measure).select_related("decided_by", "on_behalf_of").first()


def decision_of(request: GateRequest) -> GateDecision | None:
    """What was decided on a request; of a gate that passed degrees along the gate's own."""
    return request.decisions.select_related("decided_by", "on_behalf_of").first()
