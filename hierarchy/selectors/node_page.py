"""What the pages of the tree show: rows, targets with what is not allocated, and who has a role."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum

from cat4 import clock
from cat4.accounts.actor import Actor, Role

from ..constants import TargetKind
from ..fiscal import first_of_month, fiscal_year
from ..models import Committee, Node, RoleGrant, Target
from .nodes import children, visible_nodes
from .settings import organization_settings


@dataclass(frozen=True, slots=True)
class TreeRow:
    """A line of the tree."""

    node: Node
    indent: int
    has_children: bool


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A target, what the nodes below were given of it, and the difference (domain 6.6)."""

    fiscal_year: int
    label: str
    amount: Decimal
    allocated: Decimal

    @property
    def not_allocated(self) -> Decimal:
        return self.amount - self.allocated


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
        targets=target_rows(node),
        committees=list(Committee.objects.filter(node_id__in=node.path, retired_at__isnull=True)),
        currency=organization_settings().organization.currency,
        has_manager=RoleGrant.objects.filter(node_id__in=node.path, role=Role.PMO).exists(),
    )


def target_rows(node: Node) -> list[TargetRow]:
    """The targets of a node by fiscal year, with what was given on to its children."""
    below = Target.objects.filter(node__parent=node, node__retired_at__isnull=True)
    given = {
        (kind, year): amount for kind, year, amount in below.values_list("kind", "fiscal_year").annotate(Sum("amount"))
    }
    own = Target.objects.filter(node=node).order_by("fiscal_year", "kind")
    return [
        TargetRow(
            target.fiscal_year,
            TargetKind(target.kind).label,
            target.amount,
            given.get((target.kind, target.fiscal_year), Decimal(0)),
        )
        for target in own
    ]


def target_years(node: Node) -> list[int]:
    """The fiscal years for which targets are asked: this one and four more, and any that has one already."""
    settings = organization_settings()
    start = settings.organization.fiscal_year_start
    first, last = fiscal_year(settings.first_month, start), fiscal_year(settings.last_month, start)
    now = min(max(fiscal_year(first_of_month(clock.today()), start), first), last)
    years = set(range(now, min(now + 4, last) + 1))
    return sorted(years | set(Target.objects.filter(node=node).values_list("fiscal_year", flat=True)))


def target_amounts(node: Node) -> dict[tuple[str, int], Decimal]:
    """The targets of a node by kind and fiscal year."""
    return {(target.kind, target.fiscal_year): target.amount for target in Target.objects.filter(node=node)}


def grants_on(node: Node) -> Iterable[RoleGrant]:
    """Every role that holds at the node, granted there or above."""
    grants = RoleGrant.objects.filter(node_id__in=node.path).select_related("user", "node")
    return sorted(grants, key=lambda grant: (-grant.node.level, list(Role).index(Role(grant.role)), grant.user.name))
