"""Reads of the organization tree."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from cat4.accounts.actor import Actor
from hierarchy.constants import Level
from hierarchy.models import Node


def root_node() -> Node:
    """The organization's own node."""
    return Node.objects.get(level=Level.ORGANIZATION)


def visible_nodes(actor: Actor) -> QuerySet[Node]:
    """The nodes that a grant or administration opens to the actor, retired ones included."""
    nodes = Node.objects.filter(organization_id=actor.organization_id)
    if actor.is_admin:
        return nodes
    return nodes.filter(path__overlap=[grant.node_id for grant in actor.grants])


def visible_node(actor: Actor, pk: UUID) -> Node:
    """A node for a page.

    Raises:
        Http404: it belongs to another organization, doesn't exist, or no grant opens it.
    """
    node = Node.objects.select_related("parent", "lead").filter(pk=pk).first()
    if node is None or not actor.sees(node.path):
        raise Http404("There is no such node.")
    return node


def node_for_write(pk: UUID) -> Node:
    """A node, locked until the transaction ends.

    Raises:
        Http404: it belongs to another organization or doesn't exist.
    """
    node = Node.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    if node is None:
        raise Http404("There is no such node.")
    return node


def visible_node_for_write(actor: Actor, pk: UUID) -> Node:
    """`node_for_write`, and 404 as well where no grant opens the node to the actor."""
    node = node_for_write(pk)
    if not actor.sees(node.path):
        raise Http404("There is no such node.")
    return node


def visible_pair_for_write(actor: Actor, node_id: UUID, parent_id: UUID) -> tuple[Node, Node]:
    """A node and its new parent, locked from the top down, so that two moves don't wait for each other.

    Raises:
        Http404: one of them belongs to another organization, doesn't exist, or no grant opens it.
    """
    wanted = Node.objects.select_for_update(of=("self",)).filter(pk__in=[node_id, parent_id]).order_by("level", "pk")
    found = {node.pk: node for node in wanted if actor.sees(node.path)}
    if node_id not in found:
        raise Http404("There is no such node.")
    if parent_id not in found:
        raise Http404("There is no such parent.")
    return found[node_id], found[parent_id]


def ancestors(node: Node) -> list[Node]:
    """From the root to the node itself."""
    by_id = Node.objects.in_bulk(node.path)
    return [by_id[pk] for pk in node.path]


def children(actor: Actor, node: Node, *, retired: bool = False) -> list[Node]:
    """The nodes directly below that the actor sees; with `retired` also those out of use."""
    below = visible_nodes(actor).filter(parent=node).select_related("lead")
    return list(below if retired else below.filter(retired_at__isnull=True))


def in_words(nodes: Iterable[Node]) -> list[tuple[Node, str]]:
    """Each node with the names from its portfolio down: `Value plan › Procurement`; one query for all."""
    nodes = list(nodes)
    names = dict(Node.objects.filter(pk__in={pk for node in nodes for pk in node.path}).values_list("pk", "name"))
    worded = [(node, " › ".join(names[pk] for pk in node.path[1:]) or node.name) for node in nodes]
    return sorted(worded, key=lambda pair: (pair[0].level > 0, pair[1].casefold()))


def level_above(actor: Actor, node: Node) -> QuerySet[Node]:
    """The nodes in use that the actor sees on the level above the node, without its parent."""
    above = visible_nodes(actor).filter(level=node.level - 1, retired_at__isnull=True)
    return above.exclude(children=node.pk)


def has_portfolio() -> bool:
    """Whether there is any portfolio in use; without one the pages lead to the first steps."""
    return Node.objects.filter(level=Level.PORTFOLIO, retired_at__isnull=True).exists()
