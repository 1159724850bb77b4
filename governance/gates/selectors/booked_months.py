"""What a measure's months hold for its gates: as booked, corrected after their lock, without what others share."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from governance.rules.facts import MonthFact
from measures.facts.corrections import counting_corrections
from measures.facts.taken import TakenPart, taken_parts
from measures.formulas.facts import MonthFacts
from measures.models import EffectMonth

ZERO = Decimal(0)


def booked_months(measure_id: UUID, parts: Iterable[TakenPart] | None = None) -> dict[UUID, dict[date, MonthFact]]:
    """By line its months, in the line's currency (domain sections 11 and 12).

    What a split or merge takes out of a line is no money of this measure: each month is what is left of it. `parts`
    are read where they aren't given.

    A correction that wasn't returned belongs to the month that it corrects, not to the one it was booked in; while it
    waits for the controller its month isn't validated either.
    """
    by_line: dict[UUID, dict[date, MonthFact]] = defaultdict(dict)
    rows = EffectMonth.objects.filter(measure_id=measure_id).order_by("month")
    for line_id, month, plan, reported, validated in rows.values_list(
        "line_id", "month", "plan", "reported", "validated"
    ):
        by_line[line_id][month] = MonthFact(month, plan, reported, validated)
    for line_id, month, amount, validated_at in counting_corrections([measure_id]).values_list(
        "line_id", "corrects", "amount", "validated_at"
    ):
        booked = by_line[line_id].get(month, MonthFact(month))
        by_line[line_id][month] = _corrected(booked, amount, is_validated=validated_at is not None)
    for part in taken_parts([measure_id]) if parts is None else parts:
        for taken in part.months:
            booked = by_line[part.line_id].get(taken.month, MonthFact(taken.month))
            by_line[part.line_id][taken.month] = _left(booked, taken)
    return {line_id: dict(sorted(months.items())) for line_id, months in by_line.items()}


def _left(booked: MonthFact, taken: MonthFacts) -> MonthFact:
    """A month after its taken part; nothing is taken out of an amount that isn't known yet."""

    def left(amount: Decimal | None, part: Decimal | None) -> Decimal | None:
        return amount if amount is None or part is None else amount + part

    return replace(
        booked,
        plan=left(booked.plan, taken.plan),
        reported=left(booked.reported, taken.reported),
        validated=left(booked.validated, taken.validated),
    )


def _corrected(booked: MonthFact, amount: Decimal, *, is_validated: bool) -> MonthFact:
    is_open = booked.reported is not None and booked.validated is None
    validated = (booked.validated or ZERO) + amount if is_validated and not is_open else None
    return replace(booked, reported=(booked.reported or ZERO) + amount, validated=validated)
