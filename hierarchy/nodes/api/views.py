"""The organization, its tree, its lists."""

from uuid import UUID

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from cat4.api.fields import NoInput, Reason
from cat4.api.views import Resource, changes, reads
from hierarchy.models import Node

from ..actions.defaults import set_defaults
from ..actions.nodes import create_node, edit_node, move_node, restore_node, retire_node
from ..actions.targets import set_targets
from ..selectors.defaults import stated_defaults
from ..selectors.moves import MoveConsequences, consequences_of_move
from ..selectors.node_page import targets_of
from ..selectors.nodes import visible_node, visible_nodes
from . import shapes


class NodeList(Resource):
    """The nodes that the caller sees."""

    @reads("list_nodes", shapes.NodeAnswer(many=True), parameters=[shapes.NodeFilters])
    def get(self, request: Request) -> Response:
        return self.page(_narrowed(visible_nodes(self.actor), self.asked(shapes.NodeFilters)), shapes.NodeAnswer)

    @changes("create_node", shapes.NodeCreate, shapes.NodeAnswer, status=201)
    def post(self, request: Request) -> Response:
        node = create_node(self.actor, **self.given(shapes.NodeCreate))
        return self.one(node, shapes.NodeAnswer, status=201)


class NodeDetail(Resource):
    """One node."""

    @reads("get_node", shapes.NodeAnswer)
    def get(self, request: Request, pk: UUID) -> Response:
        return self.one(visible_node(self.actor, pk), shapes.NodeAnswer)

    @changes("edit_node", shapes.NodeEdit, shapes.NodeAnswer, versioned=True)
    def patch(self, request: Request, pk: UUID) -> Response:
        given = self.given(shapes.NodeEdit, partial=True)
        node = edit_node(self.actor, pk, expected_version=self.expected_version, **given)
        return self.one(node, shapes.NodeAnswer)


class NodeMove(Resource):
    """Hang a node below another parent."""

    @changes("move_node", shapes.NodeMove, shapes.NodeAnswer, versioned=True)
    def post(self, request: Request, pk: UUID) -> Response:
        given = self.given(shapes.NodeMove)
        return self.one(move_node(self.actor, pk, expected_version=self.expected_version, **given), shapes.NodeAnswer)


class NodeMoveConsequences(Resource):
    """What moving a node would do."""

    pagination_class = None

    @reads("get_move_consequences", shapes.MoveConsequencesAnswer, parameters=[shapes.MoveQuery])
    def get(self, request: Request, pk: UUID) -> Response:
        node = visible_node(self.actor, pk)
        parent_id = self.asked(shapes.MoveQuery).get("parent_id") or node.parent_id
        found = consequences_of_move(node, visible_node(self.actor, parent_id)) if parent_id else MoveConsequences()
        return self.one(found.as_seen(self.actor), shapes.MoveConsequencesAnswer)


class NodeRetire(Resource):
    """Take a node out of use."""

    @changes("retire_node", Reason, shapes.NodeAnswer, versioned=True)
    def post(self, request: Request, pk: UUID) -> Response:
        given = self.given(Reason)
        return self.one(retire_node(self.actor, pk, expected_version=self.expected_version, **given), shapes.NodeAnswer)


class NodeRestore(Resource):
    """Bring a retired node back."""

    @changes("restore_node", NoInput, shapes.NodeAnswer)
    def post(self, request: Request, pk: UUID) -> Response:
        self.given(NoInput)
        return self.one(restore_node(self.actor, pk), shapes.NodeAnswer)


class NodeDefaults(Resource):
    """What new measures below a node take."""

    @reads("get_node_defaults", shapes.DefaultsAnswer)
    def get(self, request: Request, pk: UUID) -> Response:
        return self._answer(visible_node(self.actor, pk))

    @changes("set_node_defaults", shapes.DefaultsEdit, shapes.DefaultsAnswer, versioned=True)
    def patch(self, request: Request, pk: UUID) -> Response:
        given = self.given(shapes.DefaultsEdit, partial=True)
        return self._answer(set_defaults(self.actor, pk, expected_version=self.expected_version, **given).node)

    def _answer(self, node: Node) -> Response:
        return self.one(stated_defaults(node), shapes.DefaultsAnswer)


def _narrowed(nodes: QuerySet[Node], asked: dict[str, object]) -> QuerySet[Node]:
    if not asked.pop("retired"):
        nodes = nodes.filter(retired_at__isnull=True)
    return nodes.filter(**asked).select_related("lead")


class NodeTargets(Resource):
    """The targets of a node with what its children were given."""

    @reads("get_targets", shapes.TargetsAnswer)
    def get(self, request: Request, pk: UUID) -> Response:
        return self._answer(pk)

    @changes("set_targets", shapes.TargetsGiven, shapes.TargetsAnswer)
    def put(self, request: Request, pk: UUID) -> Response:
        given = self.given(shapes.TargetsGiven)["targets"]
        amounts = {(row["effect"], row["kind"], row["fiscal_year"]): row["amount"] for row in given}
        set_targets(self.actor, node_id=pk, amounts=amounts)
        return self._answer(pk)

    def _answer(self, pk: UUID) -> Response:
        rows = targets_of(visible_node(self.actor, pk))
        return Response(shapes.TargetsAnswer({"targets": rows}).data)
