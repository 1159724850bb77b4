"""What a controller looks at before signing: claim, plan and books side by side, line by line."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from hierarchy.fiscal import add_months
from hierarchy.selectors.periods import locked_months
from measures.constants import EffectKind, Recurrence
from measures.formulas.money import planned_run_rate
from measures.models import Document, EffectLine, EffectMonth, Measure

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Cell:
    """A month of a line, in the line's currency."""

    plan: Decimal | None
    reported: Decimal | None
    validated: Decimal | None

    @property
    def is_open(self) -> bool:
        """Reported, and not confirmed by the controller."""
        return self.reported is not None and self.validated is None


@dataclass(frozen=True, slots=True)
class ClosingLine:
    """A line: run-rates for recurring ones, sums for the others, and its last months."""

    name: str
    is_recurring: bool
    currency: str
    plan: Decimal
    claimed: Decimal
    validated: Decimal
    cells: tuple[tuple[date, Cell], ...]
    open_months: tuple[date, ...]

    @property
    def difference(self) -> Decimal:
        """Validated against claimed."""
        return self.validated - self.claimed


@dataclass(frozen=True, slots=True)
class Closing:
    """A measure at its closing; `months` are the last locked ones that count."""

    months: tuple[date, ...]
    lines: tuple[ClosingLine, ...]
    documents: tuple[Document, ...]

    @property
    def open_lines(self) -> list[ClosingLine]:
        """Those with months that wait for validation."""
        return [line for line in self.lines if line.open_months]


def closing_of(measure: Measure, count: int) -> Closing:
    """Claim, plan and books of the `count` last locked months."""
    locked = locked_months()
    last = max(locked, default=None)
    months = [add_months(last, -back) for back in range(count - 1, -1, -1)] if last else []
    by_line: dict[UUID, dict[date, Cell]] = defaultdict(dict)
    rows = EffectMonth.objects.filter(measure=measure).order_by("month")
    for line_id, month, *amounts in rows.values_list("line_id", "month", "plan", "reported", "validated"):
        by_line[line_id][month] = Cell(*amounts)
    lines = measure.lines.exclude(kind=EffectKind.NON_FINANCIAL)
    documents = measure.documents.filter(withdrawn_at__isnull=True).select_related("uploaded_by")
    return Closing(tuple(months), tuple(_line(line, by_line[line.pk], months) for line in lines), tuple(documents))


def _line(line: EffectLine, cells: dict[date, Cell], months: Sequence[date]) -> ClosingLine:
    empty = Cell(None, None, None)
    shown = [cells.get(month, empty) for month in months]
    is_recurring = line.recurrence == Recurrence.RECURRING
    plan = {month: cell.plan for month, cell in cells.items() if cell.plan is not None}
    counted = shown if is_recurring else list(cells.values())
    factor = Decimal(12) / len(months) if is_recurring and months else Decimal(1)
    return ClosingLine(
        name=line.name,
        is_recurring=is_recurring,
        currency=line.currency,
        plan=planned_run_rate(plan) if is_recurring else sum(plan.values(), ZERO),
        claimed=factor * sum((cell.reported or ZERO for cell in counted), ZERO),
        validated=factor * sum((cell.validated or ZERO for cell in counted), ZERO),
        cells=tuple(zip(months, shown, strict=True)),
        open_months=tuple(month for month, cell in cells.items() if cell.is_open),
    )
