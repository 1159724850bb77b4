"""The deviations below a node: those that cost most, and those that a committee has to decide."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet

from governance.deviations.constants import DeviationState
from governance.deviations.models import Deviation
from governance.deviations.selectors.deviations import sentence_of
from hierarchy.models import Node
from measures.models import MeasureStatus
from reporting.figures.selectors.lists import MOST_COUNTED, SHOWN

# A measure may have several; enough rows to find six measures among them.
_LOOKED_AT = 60


@dataclass(frozen=True, slots=True)
class Off:
    """A measure off plan, with the day of its clock. `what` is its cause, once stated; `amount` is run-rate to plan."""

    id: UUID
    measure_id: UUID
    name: str
    code: str
    owner: str
    implementation: str
    potential: str
    what: str
    amount: Decimal
    day: int
    is_escalated: bool
    committee: str


def _open(node: Node) -> QuerySet[Deviation]:
    rows = Deviation.objects.filter(
        organization=node.organization_id,
        state=DeviationState.OPEN,
        measure__package__path__contains=[node.pk],
    )
    return rows.select_related("measure__owner", "measure__committee")


def top_deviations(node: Node, today: date) -> tuple[list[Off], int]:
    """The measures whose open deviation costs most run-rate, each once; and how many deviations are open.

    Counted up to one more than `MOST_COUNTED`. In the order of an index, so that the first few are cheap.
    """
    rows = _open(node)
    found = list(rows.order_by("effect_run_rate", "opened_on")[:_LOOKED_AT])
    first: dict[UUID, Deviation] = {}
    for row in found:
        first.setdefault(row.measure_id, row)
    count = len(found) if len(found) < _LOOKED_AT else rows.order_by()[: MOST_COUNTED + 1].count()
    return _lines(list(first.values())[:SHOWN], today), count


def escalated(node: Node, today: date) -> list[Off]:
    """The measures that a committee has to decide on, the longest open first."""
    rows = _open(node).filter(escalated_on__isnull=False).order_by("opened_on", "number")
    first: dict[UUID, Deviation] = {}
    for row in rows[:_LOOKED_AT]:
        first.setdefault(row.measure_id, row)
    return _lines(list(first.values())[:SHOWN], today)


def _lines(rows: list[Deviation], today: date) -> list[Off]:
    found = MeasureStatus.objects.filter(measure__in={row.measure_id for row in rows})
    statuses = {(measure, kind): value for measure, kind, value in found.values_list("measure_id", "kind", "value")}
    return [
        Off(
            id=row.pk,
            measure_id=row.measure_id,
            name=row.measure.name,
            code=row.measure.code,
            owner=row.measure.owner.name if row.measure.owner else "",
            implementation=statuses.get((row.measure_id, "implementation"), "n"),
            potential=statuses.get((row.measure_id, "potential"), "n"),
            what=row.cause or sentence_of(row),
            amount=row.effect_run_rate,
            day=row.day_on(today),
            is_escalated=row.escalated_on is not None,
            committee=row.measure.committee.name if row.measure.committee else "",
        )
        for row in rows
    ]
