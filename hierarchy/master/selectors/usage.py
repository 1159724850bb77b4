"""What still needs a node or a committee, and so keeps it from being retired.

Measures are declared by the app above; they are reached through the relations that they put here.
"""

from dataclasses import dataclass

from django.db.models import Count

from cat4.wording import counted
from hierarchy.models import Committee, Node

# Measures in these lifecycles need neither package nor committee any more.
_ENDED = ("cancelled", "closed")


def open_measures(holder: Node | Committee) -> int:
    """How many measures of a package, or before a committee, are still worked on."""
    return holder.measures.exclude(lifecycle__in=_ENDED).count()


@dataclass(frozen=True, slots=True)
class Load:
    """What hangs below a node."""

    nodes: int
    measures: int


def load_below(node: Node) -> Load:
    """How many nodes and measures move along with a node."""
    below = Node.objects.filter(path__contains=[node.pk])
    return Load(nodes=below.count() - 1, measures=below.aggregate(count=Count("measures"))["count"])


def what_keeps_open(node: Node) -> str:
    """The sentence that says why a node can't be retired, empty when it can."""
    below = node.children.filter(retired_at__isnull=True).count()
    if below:
        return f"{node.name} still has {counted(below, 'node')} in use. Move or retire them first."
    measures = open_measures(node)
    if measures:
        return f"{node.name} still has {counted(measures, 'open measure')}. Move, close or cancel them first."
    return ""


def what_keeps_seated(committee: Committee) -> str:
    """The sentence that says why a committee can't be retired, empty when it can."""
    measures = open_measures(committee)
    if measures:
        return f"{committee.name} still has {counted(measures, 'open measure')}. Give them another committee first."
    return ""
