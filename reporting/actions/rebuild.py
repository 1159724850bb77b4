"""Computing every report of the current organization anew: the way back when something was lost."""

from django.db import transaction

from hierarchy.constants import Level
from hierarchy.models import Node

from . import statements
from .rollup import aggregate


@transaction.atomic
def rebuild_reports() -> int:
    """Aggregate every node, level by level from the packages up; returns the number of nodes.

    Equals what the climbs have kept: a property test compares both with a sum made in Python.
    """
    statements.lock_roll_up()
    nodes = 0
    for level in reversed(Level):
        of_level = list(Node.objects.filter(level=level).values_list("pk", flat=True))
        aggregate(of_level, level)
        nodes += len(of_level)
    return nodes
