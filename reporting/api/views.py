"""Figures of nodes, and computing them anew."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from cat4.api.fields import NoInput
from cat4.api.views import Resource, changes, reads
from cat4.errors import Invalid, require
from hierarchy.selectors.nodes import visible_node

from ..actions.rebuild import start_rebuild
from ..policies import may_rebuild
from ..selectors.node_figures import node_covers, node_figures, node_matrix
from ..selectors.rebuilds import rebuilds
from ..selectors.unconfirmed import By, unconfirmed
from ..selectors.years import node_months, node_years
from . import answers, freshness


class NodeView(Resource):
    """A read of one node, without pages."""

    pagination_class = None


class NodeFigures(NodeView):
    """Run-rates, pipeline, the fiscal year with its confidence, variance, leakage and statuses of a node."""

    @reads("get_node_figures", answers.FiguresAnswer)
    def get(self, request: Request, pk: UUID) -> Response:
        return self.one(node_figures(visible_node(self.actor, pk)), answers.FiguresAnswer)


class NodeCover(NodeView):
    """The targets of a node, what covers them, and what its children weren't given."""

    @reads("list_node_cover", answers.CoverAnswer(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(answers.CoverAnswer(node_covers(visible_node(self.actor, pk)), many=True).data)


class NodeYears(NodeView):
    """A node by effect kind, certainty and fiscal year."""

    @reads("list_node_years", answers.NodeYearAnswer(many=True), parameters=[answers.YearFilters])
    def get(self, request: Request, pk: UUID) -> Response:
        node, asked = visible_node(self.actor, pk), self.asked(answers.YearFilters)
        rows = [row for row in node_years(node.pk) if all(getattr(row, key) == value for key, value in asked.items())]
        return Response(answers.NodeYearAnswer(rows, many=True).data)


class NodeMonths(NodeView):
    """A node month by month."""

    @reads("list_node_months", answers.NodeMonthAnswer(many=True), parameters=[answers.MonthFilters])
    def get(self, request: Request, pk: UUID) -> Response:
        node, asked = visible_node(self.actor, pk), self.asked(answers.MonthFilters)
        first, last = asked.get("first"), asked.get("last")
        if first and last and last < first:
            raise Invalid({"last": "The last month lies before the first."})
        return Response(answers.NodeMonthAnswer(node_months(node.pk, first, last), many=True).data)


class NodeMatrix(NodeView):
    """The governable measures in work below a node by both statuses."""

    @reads("list_node_matrix", answers.MatrixAnswer(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(answers.MatrixAnswer(node_matrix(visible_node(self.actor, pk)), many=True).data)


class Freshness(NodeView):
    """How much of the year's money is unconfirmed, by business unit, legal entity or owner."""

    @reads("get_freshness", freshness.FreshnessAnswer, parameters=[freshness.FreshnessFilters])
    def get(self, request: Request) -> Response:
        asked = self.asked(freshness.FreshnessFilters)
        return self.one(unconfirmed(self.actor, by=asked.get("by", By.UNIT)), freshness.FreshnessAnswer)


class RebuildList(NodeView):
    """Computations of every report anew, the latest first."""

    @reads("list_report_rebuilds", answers.RebuildAnswer(many=True))
    def get(self, request: Request) -> Response:
        require(may_rebuild(self.actor))
        return Response(answers.RebuildAnswer(rebuilds(), many=True).data)

    @changes("start_report_rebuild", NoInput, answers.RebuildAnswer, status=202)
    def post(self, request: Request) -> Response:
        self.given(NoInput)
        return self.one(start_rebuild(self.actor), answers.RebuildAnswer, status=202)
