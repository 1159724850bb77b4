"""Figures of nodes, and computing them anew."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from cat4.api.views import reads
from cat4.errors import Invalid
from hierarchy.nodes.selectors.nodes import visible_node
from reporting.figures.selectors.nodes import node_covers, node_figures, node_matrix
from reporting.figures.selectors.years import node_months, node_years
from reporting.past.api import shapes as past_shapes
from reporting.past.api.views import NodeView

from ..selectors.past_nodes import covers_at, figures_at, matrix_at
from . import shapes


class NodeFigures(NodeView):
    """Run-rates, pipeline, the fiscal year with its confidence, variance, leakage and statuses of a node."""

    @reads("get_node_figures", shapes.FiguresAnswer, parameters=[past_shapes.AsOf])
    def get(self, request: Request, pk: UUID) -> Response:
        past = self.past(pk, self.asked(past_shapes.AsOf).get("asof"))
        figures = figures_at(past) if past else node_figures(visible_node(self.actor, pk))
        return self.one(figures, shapes.FiguresAnswer)


class NodeCover(NodeView):
    """The targets of a node, what covers them, and what its children weren't given."""

    @reads("list_node_cover", shapes.CoverAnswer(many=True), parameters=[past_shapes.AsOf])
    def get(self, request: Request, pk: UUID) -> Response:
        past = self.past(pk, self.asked(past_shapes.AsOf).get("asof"))
        covered = covers_at(past) if past else node_covers(visible_node(self.actor, pk))
        return Response(shapes.CoverAnswer(covered, many=True).data)


class NodeYears(NodeView):
    """A node by effect kind, certainty and fiscal year."""

    @reads("list_node_years", shapes.NodeYearAnswer(many=True), parameters=[shapes.YearFilters])
    def get(self, request: Request, pk: UUID) -> Response:
        asked = self.asked(shapes.YearFilters)
        past = self.past(pk, asked.pop("asof", None))
        years = past.years if past else node_years(visible_node(self.actor, pk).pk)
        rows = [row for row in years if all(getattr(row, key) == value for key, value in asked.items())]
        return Response(shapes.NodeYearAnswer(rows, many=True).data)


class NodeMonths(NodeView):
    """A node month by month."""

    @reads("list_node_months", shapes.NodeMonthAnswer(many=True), parameters=[shapes.MonthFilters])
    def get(self, request: Request, pk: UUID) -> Response:
        asked = self.asked(shapes.MonthFilters)
        past = self.past(pk, asked.get("asof"))
        first, last = asked.get("first"), asked.get("last")
        if first and last and last < first:
            raise Invalid({"last": "The last month lies before the first."})
        if past:
            rows = [row for row in past.months if (first or row.month) <= row.month <= (last or row.month)]
        else:
            rows = node_months(visible_node(self.actor, pk).pk, first, last)
        return Response(shapes.NodeMonthAnswer(rows, many=True).data)


class NodeMatrix(NodeView):
    """The governable measures in work below a node by both statuses."""

    @reads("list_node_matrix", shapes.MatrixAnswer(many=True), parameters=[past_shapes.AsOf])
    def get(self, request: Request, pk: UUID) -> Response:
        past = self.past(pk, self.asked(past_shapes.AsOf).get("asof"))
        pairs = matrix_at(past) if past else node_matrix(visible_node(self.actor, pk))
        return Response(shapes.MatrixAnswer(pairs, many=True).data)
