"""What a proof pack may be about."""

from dataclasses import dataclass
from uuid import UUID

from cat4.accounts.actor import Actor
from hierarchy.constants import Level
from hierarchy.models import Node

_SCOPES = (Level.PORTFOLIO, Level.PROGRAM, Level.PROJECT)


@dataclass(frozen=True, slots=True)
class Scope:
    """A node with its name and those above it, the highest first."""

    node_id: UUID
    names: tuple[str, ...]


def scopes(actor: Actor) -> list[Scope]:
    """Portfolios, programs and projects."""
    nodes = list(Node.objects.filter(organization_id=actor.organization_id, level__in=_SCOPES))
    names = {node.pk: node.name for node in nodes}
    return [Scope(node.pk, tuple(names[pk] for pk in node.path if pk in names)) for node in nodes]
