"""Writing a node's two statuses from the sums of its cells."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from django.db.models import Sum

from cat4 import clock
from hierarchy.constants import Level
from hierarchy.models import OrganizationSettings
from hierarchy.selectors.settings import organization_settings
from measures.constants import Status, StatusKind
from measures.formulas.lights import StatusResult
from measures.models import Measure

from .. import formulas
from ..constants import FIRST_VALUED_DOI, RATED
from ..formulas import Weight
from ..models import NodeCell, NodeStatus

_MONEY = ("plan_in_year", "fac_in_year", "plan_run_rate", "forecast_run_rate")


def write_statuses(node_ids: Sequence[UUID], level: Level) -> None:
    """Compute both statuses of nodes of one level; a node without measures has none. Writes only differences."""
    settings = organization_settings()
    sums = _sums(node_ids)
    colours = _colours(node_ids)
    red = _red_measures(node_ids) if level == Level.PACKAGE else _red_nodes(node_ids)
    fresh = {
        pk: (
            formulas.implementation(colours.get(pk, {}), red.get(pk, ()), settings.thresholds),
            _potential(sums[pk], settings),
        )
        for pk in sums
    }
    _store(node_ids, fresh)


def _potential(sums: dict[str, Decimal], settings: OrganizationSettings) -> StatusResult:
    return formulas.potential(**sums, thresholds=settings.thresholds, currency=settings.organization.currency)


def _sums(node_ids: Sequence[UUID]) -> dict[UUID, dict[str, Decimal]]:
    """The money of every node that has a measure; ideas are counted without money."""
    cells = NodeCell.objects.filter(node_id__in=node_ids)
    found = dict.fromkeys(cells.values_list("node_id", flat=True).distinct(), dict.fromkeys(_MONEY, formulas.ZERO))
    valued = cells.filter(governable=True, doi__gte=FIRST_VALUED_DOI)
    for pk, *sums in valued.values_list("node_id").annotate(*(Sum(name) for name in _MONEY)):
        found[pk] = dict(zip(_MONEY, sums, strict=True))
    return found


def _colours(node_ids: Sequence[UUID]) -> dict[UUID, dict[str, Weight]]:
    """The weight of each node's governable measures by their implementation status."""
    found: dict[UUID, dict[str, Weight]] = defaultdict(dict)
    rated = NodeCell.objects.filter(node_id__in=node_ids, governable=True, implementation__in=RATED)
    rows = rated.values_list("node_id", "implementation").annotate(
        Sum("plan_run_rate"), Sum("plan_in_year"), Sum("measures")
    )
    for pk, colour, *weight in rows:
        found[pk][colour] = Weight(*weight)
    return found


def _red_nodes(node_ids: Sequence[UUID]) -> dict[UUID, list[tuple[str, Weight]]]:
    """Names and weights of the red children of nodes."""
    cells = NodeCell.objects.filter(
        node__parent_id__in=node_ids,
        node__rollup_status__implementation=Status.RED,
        governable=True,
        implementation__in=RATED,
    )
    found: dict[UUID, list[tuple[str, Weight]]] = defaultdict(list)
    rows = cells.values_list("node__parent_id", "node_id", "node__name").annotate(
        Sum("plan_run_rate"), Sum("plan_in_year"), Sum("measures")
    )
    for parent, _pk, name, *weight in rows:
        found[parent].append((name, Weight(*weight)))
    return found


def _red_measures(package_ids: Sequence[UUID]) -> dict[UUID, list[tuple[str, Weight]]]:
    """Names and weights of the red measures of packages."""
    measures = Measure.objects.filter(
        package_id__in=package_ids,
        governable=True,
        statuses__kind=StatusKind.IMPLEMENTATION,
        statuses__value=Status.RED,
    )
    found: dict[UUID, list[tuple[str, Weight]]] = defaultdict(list)
    rows = measures.values_list("package_id", "name", "totals__plan_run_rate", "totals__plan_in_year")
    for package, name, run_rate, in_year in rows:
        found[package].append((name, Weight(run_rate or formulas.ZERO, in_year or formulas.ZERO, 1)))
    return found


def _store(node_ids: Sequence[UUID], fresh: dict[UUID, tuple[StatusResult, StatusResult]]) -> None:
    NodeStatus.objects.filter(node_id__in=node_ids).exclude(node_id__in=list(fresh)).delete()
    stored = {status.node_id: status for status in NodeStatus.objects.filter(node_id__in=list(fresh))}
    rows = [_row(pk, *ratings) for pk, ratings in fresh.items()]
    changed = [row for row in rows if row.node_id not in stored or not _same(row, stored[row.node_id])]
    columns = ["implementation", "potential", "implementation_reasons", "potential_reasons", "computed_at"]
    NodeStatus.objects.bulk_create(changed, update_conflicts=True, unique_fields=["node"], update_fields=columns)


def _row(pk: UUID, implementation: StatusResult, potential: StatusResult) -> NodeStatus:
    return NodeStatus(
        node_id=pk,
        implementation=implementation.value,
        potential=potential.value,
        implementation_reasons=list(implementation.reasons),
        potential_reasons=list(potential.reasons),
        computed_at=clock.now(),
    )


def _same(one: NodeStatus, other: NodeStatus) -> bool:
    facts = ("implementation", "potential", "implementation_reasons", "potential_reasons")
    return all(getattr(one, name) == getattr(other, name) for name in facts)
