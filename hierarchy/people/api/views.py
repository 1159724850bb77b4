"""People over REST."""

from rest_framework.request import Request
from rest_framework.response import Response

from cat4.api.views import Resource, reads
from hierarchy.organization.selectors import active_people

from . import shapes


class PersonList(Resource):
    """Who may be named in a measure today."""

    pagination_class = None

    @reads("list_people", shapes.PersonAnswer(many=True))
    def get(self, request: Request) -> Response:
        return Response(shapes.PersonAnswer(active_people(self.actor), many=True).data)
