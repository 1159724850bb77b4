"""The organization over REST."""

from rest_framework.request import Request
from rest_framework.response import Response

from cat4.api.views import Resource, reads
from hierarchy.organization.selectors import organization_settings

from . import shapes


class OrganizationView(Resource):
    """The organization of the address."""

    @reads("get_organization", shapes.OrganizationAnswer)
    def get(self, request: Request) -> Response:
        answer = shapes.OrganizationAnswer(organization_settings(), context={"actor": self.actor})
        return Response(answer.data)
