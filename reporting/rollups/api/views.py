"""Rebuilds over REST."""

from rest_framework.request import Request
from rest_framework.response import Response

from cat4.api.fields import NoInput
from cat4.api.views import changes, reads
from cat4.errors import require
from reporting.past.api.views import NodeView

from ..actions.rebuild import start_rebuild
from ..policies import may_rebuild
from ..selectors import rebuilds
from . import shapes


class RebuildList(NodeView):
    """Computations of every report anew, the latest first."""

    @reads("list_report_rebuilds", shapes.RebuildAnswer(many=True))
    def get(self, request: Request) -> Response:
        require(may_rebuild(self.actor))
        return Response(shapes.RebuildAnswer(rebuilds(), many=True).data)

    @changes("start_report_rebuild", NoInput, shapes.RebuildAnswer, status=202)
    def post(self, request: Request) -> Response:
        self.given(NoInput)
        return self.one(start_rebuild(self.actor), shapes.RebuildAnswer, status=202)
