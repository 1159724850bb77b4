"""The organization, its tree, its lists."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from cat4.api.fields import NoInput, Reason
from cat4.api.views import Resource, changes, reads

from ..actions.nodes import create_node, edit_node, move_node, restore_node, retire_node
from ..constants import MasterKind
from ..models import Node
from ..selectors.committees import committees
from ..selectors.master import master_records
from ..selectors.members import active_people
from ..selectors.nodes import visible_node, visible_nodes
from ..selectors.settings import organization_settings
from . import serializers as shapes


class OrganizationView(Resource):
    """The organization of the address."""

    @reads("get_organization", shapes.OrganizationAnswer)
    def get(self, request: Request) -> Response:
        answer = shapes.OrganizationAnswer(organization_settings(), context={"actor": self.actor})
        return Response(answer.data)


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


class MasterList(Resource):
    """The entries of a list of master data; every member may read them."""

    kind = MasterKind.LEGAL_ENTITY

    def get(self, request: Request) -> Response:
        rows = master_records(self.kind, retired=self.asked(shapes.RetiredFilter)["retired"])
        return self.page(rows, shapes.MasterAnswer)


def _listing(operation_id: str) -> Any:
    answer = shapes.MasterAnswer(many=True)
    return extend_schema_view(get=reads(operation_id, answer, parameters=[shapes.RetiredFilter]))


@_listing("list_legal_entities")
class LegalEntityList(MasterList):
    """The companies that book effects."""


@_listing("list_business_units")
class BusinessUnitList(MasterList):
    """The parts of the business."""

    kind = MasterKind.BUSINESS_UNIT


@_listing("list_functions")
class FunctionList(MasterList):
    """The disciplines that carry measures out."""

    kind = MasterKind.FUNCTION


@_listing("list_accounts")
class AccountList(MasterList):
    """The accounts on which effects show."""

    kind = MasterKind.ACCOUNT


class CommitteeList(Resource):
    """The committees with their seats."""

    @reads("list_committees", shapes.CommitteeAnswer(many=True), parameters=[shapes.RetiredFilter])
    def get(self, request: Request) -> Response:
        return self.page(committees(retired=self.asked(shapes.RetiredFilter)["retired"]), shapes.CommitteeAnswer)


class PersonList(Resource):
    """Who may be named in a measure today."""

    pagination_class = None

    @reads("list_people", shapes.PersonAnswer(many=True))
    def get(self, request: Request) -> Response:
        return Response(shapes.PersonAnswer(active_people(self.actor), many=True).data)


def _narrowed(nodes: QuerySet[Node], asked: dict[str, object]) -> QuerySet[Node]:
    if not asked.pop("retired"):
        nodes = nodes.filter(retired_at__isnull=True)
    return nodes.filter(**asked).select_related("lead")
