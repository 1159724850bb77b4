"""Codes of new measures: the prefix of their package or program, and the next number."""

import re
from uuid import UUID

from django.db.models import IntegerField, Max
from django.db.models.functions import Cast, Substr

from hierarchy.constants import Level
from hierarchy.models import Node
from measures.models import Measure

_LONGEST_PREFIX = 30


def lock_package(package_id: UUID) -> tuple[Node | None, str]:
    """The package and the prefix of its codes, both nodes locked from the top down.

    The lock on the node that gives the prefix makes authors of the same prefix take turns, so that two
    never draw the same number. None where there is no such node in this organization.
    """
    package = Node.objects.filter(pk=package_id).first()
    if package is None:
        return None, ""
    giver = _giver(package)
    wanted = Node.objects.select_for_update(no_key=True).filter(pk__in={package.pk, giver.pk}).order_by("level")
    locked = {node.pk: node for node in wanted}
    return locked[package.pk], _prefix(locked[giver.pk])


def _giver(package: Node) -> Node:
    """The nearest node with a code, from the package up; without any, the program."""
    above = sorted(Node.objects.filter(pk__in=package.path), key=lambda node: -node.level)
    coded = next((node for node in above if node.code and node.level > Level.ORGANIZATION), None)
    return coded or next((node for node in above if node.level <= Level.PROGRAM), package)


def _prefix(node: Node) -> str:
    """The node's code, or the first letters of its name: `Commercial` gives `COM`."""
    plain = re.sub(r"[^A-Za-z0-9-]", "", node.code or node.name[:40])
    return (plain if node.code else plain[:3]).upper()[:_LONGEST_PREFIX].strip("-") or "M"


def next_code(prefix: str) -> str:
    """One above the highest number of the prefix; gaps stay gaps."""
    numbered = Measure.objects.filter(code__regex=rf"^{re.escape(prefix)}-\d{{1,6}}$")
    number = Cast(Substr("code", len(prefix) + 2), IntegerField())
    highest = numbered.aggregate(highest=Max(number))["highest"] or 0
    return f"{prefix}-{highest + 1:03d}"
