"""What a measure's months hold for its closing: as booked, and with what was corrected after their lock."""

from collections import defaultdict
from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from governance.rules.facts import MonthFact
from measures.facts.corrections import counting_corrections
from measures.models import EffectMonth

ZERO = Decimal(0)


def booked_months(measure_id: UUID) -> dict[UUID, dict[date, MonthFact]]:
    """By line its months, in the line's currency (domain section 12).

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
    return {line_id: dict(sorted(months.items())) for line_id, months in by_line.items()}


def _corrected(booked: MonthFact, amount: Decimal, *, is_validated: bool) -> MonthFact:
    is_open = booked.reported is not None and booked.validated is None
    validated = (booked.validated or ZERO) + amount if is_validated and not is_open else None
    return replace(booked, reported=(booked.reported or ZERO) + amount, validated=validated)
