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
from ..selectors.locks import lock_named
from ..selectors.node_figures import node_covers, node_figures, node_matrix
from ..selectors.past import PastNode, past_node
from ..selectors.past_node_figures import covers_at, figures_at, matrix_at
from ..selectors.rebuilds import rebuilds
from ..selectors.unconfirmed import By, unconfirmed
from ..selectors.years import node_months, node_years
from . import answers, freshness


class NodeView(Resource):
    """A read of one node, without pages; with `asof` as it was at a lock."""

    pagination_class = None

    def past(self, pk: UUID, asof: str | None) -> PastNode | None:
        """The node at the lock that is asked for."""
        lock = lock_named(asof or "")
        return past_node(self.actor, lock, pk) if lock else None


class NodeFigures(NodeView):
    """Run-rates, pipeline, the fiscal year with its confidence, variance, leakage and statuses of a node."""

    @reads("get_node_figures", answers.FiguresAnswer, parameters=[answers.AsOf])
    def get(self, request: Request, pk: UUID) -> Response:
        past = self.past(pk, self.asked(answers.AsOf).get("asof"))
        figures = figures_at(past) if past else node_figures(visible_node(self.actor, pk))
        return self.one(figures, answers.FiguresAnswer)


class NodeCover(NodeView):
    """The targets of a node, what covers them, and what its children weren't given."""

    @reads("list_node_cover", answers.CoverAnswer(many=True), parameters=[answers.AsOf])
    def get(self, request: Request, pk: UUID) -> Response:
        past = self.past(pk, self.asked(answers.AsOf).get("asof"))
        covered = covers_at(past) if past else node_covers(visible_node(self.actor, pk))
        return Response(answers.CoverAnswer(covered, many=True).data)


class NodeYears(NodeView):
    """A node by effect kind, certainty and fiscal year."""

    @reads("list_node_years", answers.NodeYearAnswer(many=True), parameters=[answers.YearFilters])
    def get(self, request: Request, pk: UUID) -> Response:
        asked = self.asked(answers.YearFilters)
        past = self.past(pk, asked.pop("asof", None))
        years = past.years if past else node_years(visible_node(self.actor, pk).pk)
        rows = [row for row in years if all(getattr(row, key) == value for key, value in asked.items())]
        return Response(answers.NodeYearAnswer(rows, many=True).data)


class NodeMonths(NodeView):
    """A node month by month."""

    @reads("list_node_months", answers.NodeMonthAnswer(many=True), parameters=[answers.MonthFilters])
    def get(self, request: Request, pk: UUID) -> Response:
        asked = self.asked(answers.MonthFilters)
        past = self.past(pk, asked.get("asof"))
        first, last = asked.get("first"), asked.get("last")
        if first and last and last < first:
            raise Invalid({"last": "The last month lies before the first."})
        if past:
            rows = [row for row in past.months if (first or row.month) <= row.month <= (last or row.month)]
        else:
            rows = node_months(visible_node(self.actor, pk).pk, first, last)
        return Response(answers.NodeMonthAnswer(rows, many=True).data)


class NodeMatrix(NodeView):
    """The governable measures in work below a node by both statuses."""

    @reads("list_node_matrix", answers.MatrixAnswer(many=True), parameters=[answers.AsOf])
    def get(self, request: Request, pk: UUID) -> Response:
        past = self.past(pk, self.asked(answers.AsOf).get("asof"))
        pairs = matrix_at(past) if past else node_matrix(visible_node(self.actor, pk))
        return Response(answers.MatrixAnswer(pairs, many=True).data)


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
