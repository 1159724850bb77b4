"""What every report of a node over REST begins with: the node, now or as of a lock."""

from uuid import UUID

from cat4.api.views import Resource

from ..forms import lock_named
from ..selectors.past import PastNode, past_node


class NodeView(Resource):
    """A read of one node, without pages; with `asof` as it was at a lock."""

    pagination_class = None

    def past(self, pk: UUID, asof: str | None) -> PastNode | None:
        """The node at the lock that is asked for."""
        lock = lock_named(asof or "")
        return past_node(self.actor, lock, pk) if lock else None
