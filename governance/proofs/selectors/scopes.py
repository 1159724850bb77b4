"""What a proof pack may be about."""

from uuid import UUID

from cat4.accounts.actor import Actor
from hierarchy.constants import Level
from hierarchy.models import Node

_SCOPES = (Level.PORTFOLIO, Level.PROGRAM, Level.PROJECT)


def scopes(actor: Actor) -> list[tuple[UUID, str]]:
    """Portfolios, programs and projects, each with the names above it."""
    nodes = list(Node.objects.filter(organization_id=actor.organization_id, level__in=_SCOPES))
    names = {node.pk: node.name for node in nodes}
    words = ((node.pk, " / ".join(names[pk] for pk in node.path if pk in names)) for node in nodes)
    return sorted(words, key=lambda scope: scope[1])
