"""Milestones that wait for each other, set up for tests."""

from datetime import date
from typing import Any

from measures.models import Dependency, Measure, Milestone

NOV_2, NOV_9, NOV_16, NOV_30 = (date(2026, 11, day) for day in (2, 9, 16, 30))


def milestone(measure: Measure, name: str, on: date, **changes: Any) -> Milestone:
    """An open milestone, forecast for its baseline date."""
    facts = {"measure": measure, "name": name, "baseline_on": on, "forecast_on": on}
    return Milestone.objects.create(**{**facts, **changes})


def link(predecessor: Milestone, successor: Milestone, kind: str = "FS", lag_days: int = 0) -> Dependency:
    """The successor waits for the predecessor."""
    return Dependency.objects.create(predecessor=predecessor, successor=successor, kind=kind, lag_days=lag_days)


def computed(*milestones: Milestone) -> list[date | None]:
    """Where their predecessors push them, as stored."""
    found = dict(
        Milestone.objects.filter(pk__in=[chained.pk for chained in milestones]).values_list("pk", "computed_on")
    )
    return [found[chained.pk] for chained in milestones]
