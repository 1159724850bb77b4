"""The gap of nodes to their EBITDA targets, before something happens and after it (domain section 6.6)."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from cat4 import clock
from cat4.fiscal import fiscal_year
from hierarchy.constants import TargetEffect, TargetKind
from hierarchy.models import Target
from hierarchy.organization.selectors import organization

from ..supply import expected_of

ZERO = Decimal(0)
# A change of what is expected, by node, TargetKind and fiscal year.
Changes = Mapping[tuple[UUID, str, int], Decimal]


@dataclass(frozen=True, slots=True)
class TargetGap:
    """Forecast minus target of a node in a fiscal year, before and after; negative is short. Reporting currency."""

    node_id: UUID
    node: str
    kind: str
    fiscal_year: int
    target: Decimal
    before: Decimal
    after: Decimal

    @property
    def kind_label(self) -> str:
        """`run-rate` or `in year`."""
        return TargetKind(self.kind).label.lower()


Gaps = tuple[TargetGap, ...]


def target_gaps(node_ids: Collection[UUID], changes: Changes) -> tuple[TargetGap, ...]:
    """The gaps that change, of this fiscal year and those after it, from the top of the tree down; two queries."""
    home = organization()
    present = fiscal_year(clock.today(home.time_zone), home.fiscal_year_start)
    targets = Target.objects.filter(node__in=node_ids, effect=TargetEffect.EBITDA, fiscal_year__gte=present)
    rows = [
        row
        for row in targets.select_related("node").order_by("node__level", "node__name", "fiscal_year", "kind")
        if changes.get((row.node_id, row.kind, row.fiscal_year))
    ]
    if not rows:
        return ()
    expected = expected_of({row.node_id for row in rows})
    return tuple(_gap(row, expected, changes) for row in rows)


def _gap(target: Target, expected: Changes, changes: Changes) -> TargetGap:
    cell = (target.node_id, target.kind, target.fiscal_year)
    before = expected.get(cell, ZERO) - target.amount
    after = before + changes[cell]
    return TargetGap(target.node_id, target.node.name, target.kind, target.fiscal_year, target.amount, before, after)


def gaps_of_move(left: Collection[UUID], entered: Collection[UUID], brought: Mapping[tuple[str, int], Decimal]) -> Gaps:
    """The gaps of the nodes above the old and the new place of what brings this, by TargetKind and fiscal year."""
    changes = {(node_id, *cell): -amount for node_id in set(left) - set(entered) for cell, amount in brought.items()}
    changes |= {(node_id, *cell): amount for node_id in set(entered) - set(left) for cell, amount in brought.items()}
    return target_gaps({node_id for node_id, _, _ in changes}, changes)


def gaps_as_stored(gaps: Gaps) -> list[dict[str, Any]]:
    """As the record of a move keeps them: amounts and ids as text."""
    numbers = ("fiscal_year",)
    return [{name: value if name in numbers else str(value) for name, value in asdict(gap).items()} for gap in gaps]
