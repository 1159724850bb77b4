"""What moving a node does: target gaps of both places, and measures whose committee has no power there (domain 4)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from cat4.accounts.actor import Actor
from hierarchy.models import Node

from ..supply import Stranded, expected_of, seating
from .gaps import Gaps, gaps_as_stored, gaps_of_move
from .nodes import visible_nodes


@dataclass(frozen=True, slots=True)
class MoveConsequences:
    """Everything that follows, before it is done. `stranded` need another committee in the same step."""

    gaps: Gaps = ()
    stranded: Sequence[Stranded] = ()

    def as_seen(self, actor: Actor) -> "MoveConsequences":
        """Without the gaps of nodes that the actor doesn't see; the record of the move keeps all."""
        named = {gap.node_id for gap in self.gaps}
        seen = set(visible_nodes(actor).filter(pk__in=named).values_list("pk", flat=True))
        return replace(self, gaps=tuple(gap for gap in self.gaps if gap.node_id in seen))

    def stored(self, committee: str) -> dict[str, Any]:
        """As the record of the move keeps it; `committee` decides on the stranded from now on."""
        committees = [
            {"measure_id": str(row.measure_id), "code": row.code, "before": row.committee, "after": committee}
            for row in self.stranded
        ]
        return {"gaps": gaps_as_stored(self.gaps), "committees": committees}


def consequences_of_move(node: Node, parent: Node) -> MoveConsequences:
    """As everything stands now; nothing is written."""
    brought = {(kind, year): amount for (_, kind, year), amount in expected_of([node.pk]).items()}
    gaps = gaps_of_move(node.path[:-1], parent.path, brought)
    return MoveConsequences(gaps, seating().stranded(node, parent.path))
