"""What the pages of the tree show: rows, targets with what is not allocated, and who has a role."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q, Sum

from cat4 import clock
from cat4.accounts.actor import Actor, Role
from cat4.fiscal import first_of_month, fiscal_year
from hierarchy.constants import TargetEffect, TargetKind
from hierarchy.models import Committee, Node, RoleGrant, Target
from hierarchy.organization.selectors import organization_settings

from .nodes import children, visible_nodes

# What a target is set for.
_CELL = ("fiscal_year", "effect", "kind")


@dataclass(frozen=True, slots=True)
class TreeRow:
    """A line of the tree."""

    node: Node
    indent: int
    has_children: bool


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A target, what the nodes below were given of it, and the difference (domain 6.6).

    `amount` is None where only nodes below have a target: then nothing was given on, and nothing is open.
    Headcount is in FTE, all else in the reporting currency.
    """

    fiscal_year: int
    effect: str
    kind: str
    amount: Decimal | None
    allocated: Decimal

    @property
    def label(self) -> str:
        return f"{TargetEffect(self.effect).label}, {TargetKind(self.kind).label.lower()}"

    @property
    def is_money(self) -> bool:
        return self.effect != TargetEffect.FTE

    @property
    def not_allocated(self) -> Decimal | None:
        """What no child was given; None without a target of the node itself."""
        return None if self.amount is None else self.amount - self.allocated

    @property
    def is_over_allocated(self) -> bool:
        """The children were given more than the node itself has, costs more negative."""
        open_part = self.not_allocated
        if open_part is None or not open_part:
            return False
        # Costs are negative: giving on more of them than there are leaves a positive rest.
        return open_part > 0 if (self.amount or self.allocated) < 0 else open_part < 0


@dataclass(frozen=True, slots=True)
class NodePage:
    """A node as its page shows it."""

    children: list[Node]
    retired: list[Node]
    targets: list[TargetRow]
    committees: list[Committee]
    currency: str
    has_manager: bool


def tree_rows(actor: Actor) -> list[TreeRow]:
    """The nodes in use that the actor sees, each followed by those below it."""
    nodes = list(visible_nodes(actor).filter(retired_at__isnull=True).select_related("lead"))
    below: dict[object, list[Node]] = {}
    ids = {node.pk for node in nodes}
    for node in nodes:
        below.setdefault(node.parent_id if node.parent_id in ids else None, []).append(node)
    rows: list[TreeRow] = []

    def add(node: Node, indent: int) -> None:
        rows.append(TreeRow(node, indent, node.pk in below))
        for child in below.get(node.pk, []):
            add(child, indent + 1)

    for top in below.get(None, []):
        add(top, 0)
    return rows


def node_page(actor: Actor, node: Node) -> NodePage:
    """Everything that the page of a node shows beside the node itself."""
    every = children(actor, node, retired=True)
    return NodePage(
        children=[child for child in every if not child.is_retired],
        retired=[child for child in every if child.is_retired],
        targets=targets_of(node),
        committees=list(Committee.objects.filter(node_id__in=node.path, retired_at__isnull=True)),
        currency=organization_settings().organization.currency,
        has_manager=RoleGrant.objects.filter(node_id__in=node.path, role=Role.PMO).exists(),
    )


def targets_of(node: Node) -> list[TargetRow]:
    """The targets of a node by fiscal year, effect and kind, with what was given on to its children.

    One query. A cell that only children have is a row without an amount.
    """
    its_own, below = Q(node=node), Q(node__parent=node, node__retired_at__isnull=True)
    cells = Target.objects.filter(its_own | below).values_list(*_CELL)
    return _rows(list(cells.annotate(own=Sum("amount", filter=its_own), given=Sum("amount", filter=below))))


def targets_by_node() -> dict[UUID, list[TargetRow]]:
    """The same of every node that has any, in two queries."""
    found: dict[UUID, dict[tuple[Any, ...], list[Any]]] = defaultdict(lambda: defaultdict(lambda: [None, None]))
    for node_id, *cell, amount in Target.objects.values_list("node_id", *_CELL, "amount"):
        found[node_id][tuple(cell)][0] = amount
    below = Target.objects.filter(node__retired_at__isnull=True, node__parent__isnull=False)
    for node_id, *cell, amount in below.values_list("node__parent_id", *_CELL).annotate(Sum("amount")):
        found[node_id][tuple(cell)][1] = amount
    rows = {node_id: _rows([(*cell, *sums) for cell, sums in cells.items()]) for node_id, cells in found.items()}
    return defaultdict(list, rows)


def _rows(rows: list[tuple[Any, ...]]) -> list[TargetRow]:
    """From fiscal year, effect, kind, own amount and what was given on, in their order."""
    effects, kinds = TargetEffect.values, TargetKind.values
    rows.sort(key=lambda row: (row[0], effects.index(row[1]), kinds.index(row[2])))
    return [TargetRow(year, effect, kind, own, given or Decimal(0)) for year, effect, kind, own, given in rows]


def target_years(node: Node) -> list[int]:
    """The fiscal years for which targets are asked: this one and four more, and any that has one already."""
    settings = organization_settings()
    start = settings.organization.fiscal_year_start
    first, last = fiscal_year(settings.first_month, start), fiscal_year(settings.last_month, start)
    now = min(max(fiscal_year(first_of_month(clock.today()), start), first), last)
    years = set(range(now, min(now + 4, last) + 1))
    return sorted(years | set(Target.objects.filter(node=node).values_list("fiscal_year", flat=True)))


def target_amounts(node: Node) -> dict[tuple[str, str, int], Decimal]:
    """The targets of a node by effect, kind and fiscal year."""
    columns = ("effect", "kind", "fiscal_year", "amount")
    stored = Target.objects.filter(node=node).values_list(*columns)
    return {(effect, kind, year): amount for effect, kind, year, amount in stored}


def grants_on(node: Node) -> Iterable[RoleGrant]:
    """Every role that holds at the node, granted there or above."""
    grants = RoleGrant.objects.filter(node_id__in=node.path).select_related("user", "node")
    return sorted(grants, key=lambda grant: (-grant.node.level, list(Role).index(Role(grant.role)), grant.user.name))
