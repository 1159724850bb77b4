"""Writing nodes' two statuses from the sums of their cells."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from django.db.models import Sum

from cat4 import clock
from hierarchy.constants import Level
from hierarchy.models import Node
from hierarchy.selectors.settings import organization_settings
from hierarchy.thresholds import Thresholds
from measures.formulas.lights import Light, StatusResult

from .. import formulas
from ..constants import FIRST_VALUED_DOI, RATED
from ..formulas import Rating, Weight
from ..models import NodeCell, NodeStatus
from . import statements

_MONEY = ("plan_in_year", "fac_in_year", "plan_run_rate", "forecast_run_rate")
_FACTS = (
    "above",
    "implementation",
    "potential",
    "implementation_reasons",
    "potential_reasons",
    "rated_run_rate",
    "rated_in_year",
    "rated_measures",
)


@dataclass(slots=True)
class _Sums:
    """A node's money, ideas without theirs, and the weight of its rated measures by implementation status."""

    money: list[Decimal] = field(default_factory=lambda: [formulas.ZERO] * len(_MONEY))
    colours: dict[str, Weight] = field(default_factory=dict)

    @property
    def weight(self) -> Weight:
        """What the node weighs for its parent."""
        return sum(self.colours.values(), Weight()).size


def write_statuses(node_ids: Sequence[UUID]) -> None:
    """Compute both statuses of nodes; one without measures has none. Writes only differences.

    Children that aren't among the nodes are up to date already: whether one of them is red and heavy is asked
    only for nodes that would be green, and answered by an index, however many siblings there are.
    """
    settings = organization_settings()
    # Read once: they are parsed from what is stored.
    limits, currency = settings.thresholds, settings.organization.currency
    sums = _sums(node_ids)
    nodes = list(Node.objects.filter(pk__in=list(sums)).order_by("-level").only("level", "parent_id", "name"))
    red = _red_children(nodes, sums, limits, known=set(node_ids))
    fresh: dict[UUID, NodeStatus] = {}
    for node in nodes:
        dates = formulas.implementation(sums[node.pk].colours, red[node.pk], limits)
        money = dict(zip(_MONEY, sums[node.pk].money, strict=True))
        potential = formulas.potential(**money, thresholds=limits, currency=currency)
        fresh[node.pk] = _row(node, sums[node.pk], dates, potential)
        if dates.value == Light.RED and node.parent_id is not None:
            red[node.parent_id].append((node.name, sums[node.pk].weight))
    _store(node_ids, fresh)


def _sums(node_ids: Sequence[UUID]) -> dict[UUID, _Sums]:
    """The sums of every node that has a measure."""
    found: dict[UUID, _Sums] = defaultdict(_Sums)
    cells = NodeCell.objects.filter(node_id__in=node_ids)
    rows = cells.values_list("node_id", "doi", "implementation", "governable").annotate(
        Sum("measures"), *(Sum(name) for name in _MONEY)
    )
    for pk, doi, colour, governable, measures, *money in rows:
        sums = found[pk]
        if governable and doi >= FIRST_VALUED_DOI:
            sums.money = [one + other for one, other in zip(sums.money, money, strict=True)]
        if governable and colour in RATED:
            plan_in_year, _, plan_run_rate, _ = money
            weight = Weight(plan_run_rate, plan_in_year, measures)
            sums.colours[colour] = sums.colours.get(colour, Weight()) + weight
    return found


def _red_children(
    nodes: Sequence[Node], sums: Mapping[UUID, _Sums], thresholds: Thresholds, known: set[UUID]
) -> dict[UUID, list[tuple[str, Weight]]]:
    """Red children heavy enough to keep a node from green, for nodes that would be; those in `known` left out."""
    packages: dict[UUID, Weight] = {}
    others: dict[UUID, Weight] = {}
    for node in nodes:
        rating = Rating.of(sums[node.pk].colours)
        if rating is not None and rating.is_green(thresholds):
            heavy = packages if node.level == Level.PACKAGE else others
            heavy[node.pk] = rating.heavy_child(thresholds)
    found: dict[UUID, list[tuple[str, Weight]]] = defaultdict(list)
    for parent, child, name, weight in (
        *(statements.red_measures(packages) if packages else ()),
        *(statements.red_children(others) if others else ()),
    ):
        if child not in known:
            found[parent].append((name, weight))
    return found


def _store(node_ids: Sequence[UUID], fresh: Mapping[UUID, NodeStatus]) -> None:
    stored = {status.node_id: status for status in NodeStatus.objects.filter(node_id__in=node_ids)}
    gone = [status.pk for pk, status in stored.items() if pk not in fresh]
    if gone:
        NodeStatus.objects.filter(pk__in=gone).delete()
    changed = [row for pk, row in fresh.items() if pk not in stored or not _same(row, stored[pk])]
    if changed:
        columns = [*_FACTS, "computed_at"]
        NodeStatus.objects.bulk_create(changed, update_conflicts=True, unique_fields=["node"], update_fields=columns)


def _row(node: Node, sums: _Sums, dates: StatusResult, money: StatusResult) -> NodeStatus:
    weight = sums.weight
    return NodeStatus(
        node_id=node.pk,
        above=node.parent_id,
        implementation=dates.value,
        potential=money.value,
        implementation_reasons=list(dates.reasons),
        potential_reasons=list(money.reasons),
        rated_run_rate=weight.run_rate,
        rated_in_year=weight.in_year,
        rated_measures=weight.measures,
        computed_at=clock.now(),
    )


def _same(one: NodeStatus, other: NodeStatus) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in _FACTS)
