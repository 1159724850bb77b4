"""Effect lines with months, set up directly, for tests of what is computed from them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from cat4.fiscal import month_range
from measures.constants import EffectKind
from measures.models import EffectLine, EffectMonth, Measure, MeasureStatus, MeasureTotals
from tests.world import World


def effect_line(world: World, measure: Measure, **changes: Any) -> EffectLine:
    facts: dict[str, Any] = {
        "measure": measure,
        "name": "Steel",
        "kind": EffectKind.EBITDA_COST,
        "legal_entity": world.entity,
        "account": world.account,
        "currency": "EUR",
    }
    return EffectLine.objects.create(**{**facts, **changes})


def fill(line: EffectLine, first: date, last: date, **columns: Decimal) -> None:
    """Set columns of every month in the range; values of the actuals are signed by the caller's people."""
    for month in month_range(first, last):
        EffectMonth.objects.update_or_create(line=line, month=month, measure_id=line.measure_id, defaults=columns)


def validate(world: World, line: EffectLine, first: date, last: date, amount: Decimal) -> None:
    """Reported by the owner and validated by the controller."""
    signed: dict[str, Any] = {
        "reported": amount,
        "reported_by": world.people["owner"],
        "validated": amount,
        "validated_by": world.people["controller"],
        "validated_at": timezone.now(),
    }
    fill(line, first, last, **signed)


def status_values(measure: Measure) -> dict[str, str]:
    return dict(MeasureStatus.objects.filter(measure=measure).values_list("kind", "value"))


def stored_rows(measure: Measure) -> list[Any]:
    """Everything the recompute wrote, to compare before and after."""
    totals = MeasureTotals.objects.filter(measure=measure).values()
    statuses = MeasureStatus.objects.filter(measure=measure).order_by("kind").values()
    return [*totals, *statuses, *measure.status_changes.order_by("at", "kind").values()]
