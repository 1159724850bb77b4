"""Kept consequences as one person may read them: of measures and nodes that they don't see, code and owner alone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from cat4.accounts.actor import Actor
from hierarchy.nodes.selectors.nodes import visible_nodes
from measures.core.selectors.measures import visible_measures
from measures.models import Milestone

Kept = Mapping[str, Any]
_OF_MEASURES = ("successors", "money", "enables")


@dataclass(frozen=True, slots=True)
class Sight:
    """The names that a person may read, by id as text."""

    measures: Mapping[str, str]
    milestones: Mapping[str, str]
    nodes: frozenset[str]


def sight_of(actor: Actor, kept: Iterable[Kept]) -> Sight:
    """What the person sees of all that these name; three queries at most, however many there are."""
    found = [stored for stored in kept if stored]
    named = {row["measure_id"] for stored in found for part in _OF_MEASURES for row in stored[part]}
    waiting = {row["milestone_id"] for stored in found for row in stored["successors"]}
    nodes = {row["node_id"] for stored in found for row in stored["gaps"]}
    measures = dict(visible_measures(actor).filter(pk__in=named).values_list("pk", "name")) if named else {}
    milestones = Milestone.objects.filter(pk__in=waiting, measure__in=list(measures)) if waiting and measures else None
    seen = visible_nodes(actor).filter(pk__in=nodes).values_list("pk", flat=True) if nodes else ()
    return Sight(
        _by_text(measures),
        _by_text(dict(milestones.values_list("pk", "name"))) if milestones is not None else {},
        frozenset(str(pk) for pk in seen),
    )


def _by_text(names: Mapping[UUID, str]) -> dict[str, str]:
    return {str(pk): name for pk, name in names.items()}


def as_seen(stored: Kept, sight: Sight) -> dict[str, Any]:
    """The same with names where they may be read; money of hidden measures and gaps of hidden nodes left out."""
    if not stored:
        return {}
    names = sight.measures

    def named(row: Kept) -> dict[str, Any]:
        return {**row, "name": names.get(row["measure_id"], "")}

    successors = [
        {**named(row), "milestone": sight.milestones.get(row["milestone_id"], "")} for row in stored["successors"]
    ]
    enables = [
        {**named(row), "run_rate": row["run_rate"] if row["measure_id"] in names else None} for row in stored["enables"]
    ]
    return {
        **stored,
        "successors": successors,
        "money": [named(row) for row in stored["money"] if row["measure_id"] in names],
        "enables": enables,
        "gaps": [row for row in stored["gaps"] if row["node_id"] in sight.nodes],
    }


def seen_by(actor: Actor, stored: Kept) -> dict[str, Any]:
    """One of them."""
    return as_seen(stored, sight_of(actor, [stored]))
