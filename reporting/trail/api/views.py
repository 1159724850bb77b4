"""The audit trail over REST."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cat4.api.fields import Input
from cat4.api.views import Resource, reads
from cat4.errors import require
from hierarchy.nodes.selectors.nodes import root_node
from hierarchy.policies import may_see_trail

from ..selectors import TrailFilter, TrailRow, trail_entries, trail_rows


class TrailAnswer(serializers.Serializer):
    """An entry of the audit: `change` is by field [old, new], or the facts that the sentence rests on."""

    id = serializers.UUIDField()
    at = serializers.DateTimeField()
    actor_id = serializers.UUIDField(allow_null=True)
    actor = serializers.CharField(source="actor_name")
    on_behalf_of_id = serializers.UUIDField(allow_null=True)
    on_behalf_of = serializers.SerializerMethodField(help_text="For whom a deputy acted; empty otherwise")
    cause = serializers.CharField(help_text="What set it off: user, schedule, import, rule, ripple")
    verb = serializers.CharField()
    summary = serializers.CharField()
    reason = serializers.CharField()
    change = serializers.JSONField()
    object_type = serializers.CharField()
    object_id = serializers.UUIDField()
    measure_id = serializers.UUIDField(allow_null=True)
    ledger_entry = serializers.SerializerMethodField(help_text="Its number in the ledger, where it has one")
    request_id = serializers.CharField()

    def get_on_behalf_of(self, entry: Any) -> str:
        return self._row(entry).principal

    def get_ledger_entry(self, entry: Any) -> int | None:
        return self._row(entry).number

    def _row(self, entry: Any) -> TrailRow:
        rows: dict[object, TrailRow] = self.context["rows"]
        return rows[entry.pk]


class TrailFilters(Input):
    """What the trail may be narrowed to."""

    person = serializers.CharField(
        required=False, max_length=200, help_text="Part of the name of who acted, or for whom"
    )
    thing = serializers.CharField(
        required=False, max_length=200, help_text="The code of a measure, or part of its name or of what an entry says"
    )
    verb = serializers.CharField(required=False, max_length=80, help_text="Exact, or with a dot at its end a family")
    first_day = serializers.DateField(required=False)
    last_day = serializers.DateField(required=False)


class TrailList(Resource):
    """Every change, oldest first, for administrators and auditors."""

    @reads("list_audit_trail", TrailAnswer(many=True), parameters=[TrailFilters])
    def get(self, request: Request) -> Response:
        require(may_see_trail(self.actor, root_node().pk))
        found = trail_entries(TrailFilter(**self.asked(TrailFilters)))
        return self.page(
            found, TrailAnswer, context_of=lambda page: {"rows": {row.entry.pk: row for row in trail_rows(page)}}
        )
