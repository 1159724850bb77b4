"""Writing nodes' two statuses from the sums of their cells."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from cat4 import clock
from hierarchy.constants import Level
from hierarchy.organization.selectors import organization_settings
from hierarchy.thresholds import Thresholds
from measures.formulas.lights import Light
from reporting.figures import statuses as formulas
from reporting.figures.statuses import Rating, Weight
from reporting.models import NodeStatus

from .status_rows import FACTS, Standing, red_children, red_measures, standings


def write_statuses(node_ids: Sequence[UUID]) -> None:
    """Compute both statuses of nodes; one without measures has none. Writes only differences.

    Children that aren't among the nodes are up to date already: whether one of them is red and heavy is asked
    only for nodes that would be green, and answered by an index, however many siblings there are.
    """
    settings = organization_settings()
    # Read once: they are parsed from what is stored.
    limits, currency = settings.thresholds, settings.organization.currency
    nodes = standings(node_ids)
    red = _red_children(nodes, limits, known=set(node_ids))
    changed: dict[UUID, dict[str, Any]] = {}
    for node in nodes:
        if node.money is None:
            continue
        weight = sum(node.colours.values(), Weight()).size
        dates = formulas.implementation(node.colours, red[node.pk], limits)
        potential = formulas.potential(**node.money, thresholds=limits, currency=currency)
        if dates.value == Light.RED and node.parent_id is not None:
            red[node.parent_id].append((node.name, weight))
        colours, reasons = (dates.value, potential.value), (list(dates.reasons), list(potential.reasons))
        facts = (node.parent_id, *colours, *reasons, weight.run_rate, weight.in_year, weight.measures)
        if facts != node.stored:
            changed[node.pk] = dict(zip(FACTS, facts, strict=True))
    _store(changed, gone=[node.pk for node in nodes if node.money is None])


def _red_children(
    nodes: Sequence[Standing], thresholds: Thresholds, known: set[UUID]
) -> dict[UUID, list[tuple[str, Weight]]]:
    """Red children heavy enough to keep a node from green, for nodes that would be; those in `known` left out."""
    packages: dict[UUID, Weight] = {}
    others: dict[UUID, Weight] = {}
    for node in nodes:
        rating = Rating.of(node.colours)
        if rating is not None and rating.is_green(thresholds):
            heavy = packages if node.level == Level.PACKAGE else others
            heavy[node.pk] = rating.heavy_child(thresholds)
    found: dict[UUID, list[tuple[str, Weight]]] = defaultdict(list)
    for parent, child, name, weight in (*red_measures(packages), *red_children(others)):
        if child not in known:
            found[parent].append((name, weight))
    return found


def _store(changed: Mapping[UUID, Mapping[str, Any]], gone: Sequence[UUID]) -> None:
    if gone:
        NodeStatus.objects.filter(node__in=gone).delete()
    if changed:
        now = clock.now()
        NodeStatus.objects.bulk_create(
            [NodeStatus(node_id=pk, computed_at=now, **facts) for pk, facts in changed.items()],
            update_conflicts=True,
            unique_fields=["node"],
            update_fields=[*FACTS, "computed_at"],
        )
