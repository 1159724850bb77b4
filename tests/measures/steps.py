"""What several tests of measures set up or compare."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from cat4.accounts.actor import Actor
from cat4.audit.models import AuditEntry
from cat4.errors import Cat4Error, Invalid
from cat4.outbox.models import OutboxRow
from measures.constants import Certainty, EffectKind, Recurrence
from measures.models import EffectLine, EffectMonth, Measure, Milestone
from tests.world import World

D = Decimal
AUG, SEP, OCT, NOV = (date(2026, month, 1) for month in (8, 9, 10, 11))


def line_for(world: World, measure: Measure, **changes: Any) -> EffectLine:
    """A hard recurring line in EUR, without months."""
    facts: dict[str, Any] = {
        "measure": measure,
        "name": "Steel price",
        "kind": EffectKind.EBITDA_COST,
        "recurrence": Recurrence.RECURRING,
        "certainty": Certainty.HARD,
        "legal_entity": world.entity,
        "account": world.account,
        "currency": "EUR",
    }
    return EffectLine.objects.create(**{**facts, **changes})


def month_of(line: EffectLine, month: date, **amounts: Any) -> EffectMonth:
    """A month of a line."""
    return EffectMonth.objects.create(measure_id=line.measure_id, line=line, month=month, **amounts)


def milestone_of(measure: Measure, **changes: Any) -> Milestone:
    """An open milestone at the end of November 2026."""
    day = changes.pop("day", date(2026, 11, 30))
    facts = {"measure": measure, "name": "Contract signed", "baseline_on": day, "forecast_on": day}
    return Milestone.objects.create(**{**facts, **changes})


def records() -> tuple[int, int]:
    """How many audit entries and outbox rows there are."""
    return AuditEntry.objects.count(), OutboxRow.objects.count()


@contextmanager
def refused(error: type[Cat4Error], said: str = "") -> Iterator[None]:
    """The block is refused with the sentence, and leaves no record behind."""
    before = records()
    with pytest.raises(error) as caught:
        yield
    assert said in str(caught.value)
    assert records() == before


@contextmanager
def invalid(field: str, said: str = "") -> Iterator[None]:
    """The block is bad input: the sentence stands at the field, nothing is recorded."""
    before = records()
    with pytest.raises(Invalid) as caught:
        yield
    assert field in caught.value.errors, caught.value.errors
    assert said in " ".join(caught.value.errors[field])
    assert records() == before


def last_entry(actor: Actor | None = None) -> AuditEntry:
    """The newest audit entry."""
    entry = AuditEntry.objects.order_by("-id").first()
    assert entry is not None
    if actor is not None:
        assert entry.actor_id == actor.user_id
    return entry


def told_about(measure: Measure) -> bool:
    """Whether the change of the measure was published."""
    return OutboxRow.objects.filter(topic="measures.measure_changed", object_id=measure.pk).exists()
