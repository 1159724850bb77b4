"""Unconfirmed and stale money over REST."""

from rest_framework.request import Request
from rest_framework.response import Response

from cat4.api.views import reads
from reporting.figures.selectors.unconfirmed import By, unconfirmed
from reporting.past.api.views import NodeView

from . import shapes


class Freshness(NodeView):
    """How much of the year's money is unconfirmed, by business unit, legal entity or owner."""

    @reads("get_freshness", shapes.FreshnessAnswer, parameters=[shapes.FreshnessFilters])
    def get(self, request: Request) -> Response:
        asked = self.asked(shapes.FreshnessFilters)
        return self.one(unconfirmed(self.actor, by=asked.get("by", By.UNIT)), shapes.FreshnessAnswer)
