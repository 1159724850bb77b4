"""Committees over REST."""

from rest_framework.request import Request
from rest_framework.response import Response

from cat4.api.views import Resource, reads
from hierarchy.master.api import shapes as master_shapes

from ..selectors import committees
from . import shapes


class CommitteeList(Resource):
    """The committees with their seats."""

    @reads("list_committees", shapes.CommitteeAnswer(many=True), parameters=[master_shapes.RetiredFilter])
    def get(self, request: Request) -> Response:
        return self.page(committees(retired=self.asked(master_shapes.RetiredFilter)["retired"]), shapes.CommitteeAnswer)
