"""Finding measures and nodes by what people type."""

from dataclasses import dataclass
from typing import Any

from cat4.accounts.actor import Actor
from cat4.matching import matches
from hierarchy.models import Node
from hierarchy.nodes.selectors.nodes import visible_nodes
from measures.core.selectors.measures import visible_measures
from reporting.figures.selectors.measures import with_figures

MOST = 20


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, best first; `has_more` when there is more than is shown."""

    measures: list[Any]
    nodes: list[Node]
    has_more: bool


def search(actor: Actor, text: str) -> Found:
    """Measures by code, name or owner and nodes by code or name, only what the person may see."""
    text = text.strip()
    if not text:
        return Found([], [], False)
    measures = with_figures(visible_measures(actor).filter(matches(text, "name", "code", "owner__name")))
    nodes = (
        visible_nodes(actor)
        .filter(matches(text, "name", "code"), retired_at__isnull=True)
        .order_by("level", "name", "pk")
    )
    found = list(measures.select_related("owner", "package").order_by("code")[: MOST + 1])
    trees = list(nodes[: MOST + 1])
    return Found(found[:MOST], trees[:MOST], len(found) > MOST or len(trees) > MOST)
