"""Deputies over REST."""

from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cat4.api.fields import Input, NoInput, Reference
from cat4.api.views import Resource, changes, reads

from ..actions.deputies import end_deputy, name_deputy
from ..selectors.deputies import deputies


class DeputyAnswer(serializers.Serializer):
    """Who acts for whom, on which days, below which node (null: everywhere)."""

    id = serializers.UUIDField()
    principal = Reference()
    deputy = Reference()
    node = Reference(allow_null=True)
    first_day = serializers.DateField()
    last_day = serializers.DateField()
    reason = serializers.CharField()
    named_by = Reference()
    named_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)


class DeputyCreate(Input):
    """Name a deputy for oneself, or as an administrator for somebody else."""

    principal_id = serializers.UUIDField()
    deputy_id = serializers.UUIDField()
    node_id = serializers.UUIDField(allow_null=True, required=False)
    first_day = serializers.DateField()
    last_day = serializers.DateField()
    reason = serializers.CharField()


class DeputyList(Resource):
    """The delegations of the organization; every member may know who acts for whom."""

    @reads("list_deputies", DeputyAnswer(many=True))
    def get(self, request: Request) -> Response:
        return self.page(deputies(self.actor, everybody=True), DeputyAnswer)

    @changes("name_deputy", DeputyCreate, DeputyAnswer, status=201)
    def post(self, request: Request) -> Response:
        return self.one(name_deputy(self.actor, **self.given(DeputyCreate)), DeputyAnswer, status=201)


class DeputyEnd(Resource):
    """End a delegation now."""

    @changes("end_deputy", NoInput, DeputyAnswer)
    def post(self, request: Request, pk: UUID) -> Response:
        self.given(NoInput)
        return self.one(end_deputy(self.actor, pk), DeputyAnswer)
