"""Master data over REST."""

from typing import Any

from drf_spectacular.utils import extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from cat4.api.views import Resource, reads
from hierarchy.constants import MasterKind

from ..selectors.master import master_records
from . import shapes


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
