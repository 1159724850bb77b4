"""The shapes of the hierarchy's API. Input is apart from output; rules are in the actions."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cat4.api.fields import Input, Reference

from ..constants import Level


class NodeAnswer(serializers.Serializer):
    """A node, from the organization down to a measure package."""

    id = serializers.UUIDField()
    level = serializers.ChoiceField(choices=Level.choices)
    kind = serializers.CharField()
    parent_id = serializers.UUIDField(allow_null=True)
    code = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    lead = Reference(allow_null=True)
    position = serializers.IntegerField()
    retired_at = serializers.DateTimeField(allow_null=True)
    source_system = serializers.CharField()
    external_id = serializers.CharField()
    version = serializers.IntegerField()


class NodeFilters(Input):
    """What a list of nodes may be narrowed to."""

    level = serializers.ChoiceField(choices=Level.choices, required=False)
    parent_id = serializers.UUIDField(required=False)
    retired = serializers.BooleanField(required=False, default=False, help_text="Also those out of use")
    source_system = serializers.CharField(required=False)
    external_id = serializers.CharField(required=False)


class NodeEdit(Input):
    """The facts of a node that a person edits."""

    name = serializers.CharField(max_length=200)
    code = serializers.CharField(max_length=40, allow_blank=True, required=False)
    description = serializers.CharField(allow_blank=True, required=False)
    lead_id = serializers.UUIDField(allow_null=True, required=False)
    position = serializers.IntegerField(min_value=0, max_value=1_000_000, required=False)


class NodeCreate(NodeEdit):
    """A new node, one level below its parent."""

    parent_id = serializers.UUIDField()
    source_system = serializers.CharField(max_length=60, allow_blank=True, required=False)
    external_id = serializers.CharField(max_length=200, allow_blank=True, required=False)


class NodeMove(Input):
    """Another parent of the same level."""

    parent_id = serializers.UUIDField()


class MasterAnswer(serializers.Serializer):
    """An entry of master data. Only legal entities have a currency and a country."""

    id = serializers.UUIDField()
    code = serializers.CharField()
    name = serializers.CharField()
    currency = serializers.CharField(required=False)
    country = serializers.CharField(required=False)
    retired_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField()


class RetiredFilter(Input):
    """Whether entries out of use are listed too."""

    retired = serializers.BooleanField(required=False, default=False)


class SeatAnswer(serializers.Serializer):
    """A seat in a committee."""

    user_id = serializers.UUIDField()
    name = serializers.CharField(source="user.name")
    role = serializers.CharField()


class CommitteeAnswer(serializers.Serializer):
    """The body with decision rights over a node's subtree."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    node = Reference()
    members = SeatAnswer(many=True)
    retired_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField()


class PersonAnswer(serializers.Serializer):
    """Somebody who may act in the organization today."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    email = serializers.EmailField()


class RoleAnswer(serializers.Serializer):
    """A role of the caller, for a node and all below it."""

    role = serializers.CharField()
    node_id = serializers.UUIDField()


class CallerAnswer(serializers.Serializer):
    """Whom the token or the session stands for."""

    user_id = serializers.UUIDField()
    name = serializers.CharField()
    is_admin = serializers.BooleanField()
    grants = RoleAnswer(many=True)


class OrganizationAnswer(serializers.Serializer):
    """The organization of the address, its calendar and the thresholds in force."""

    id = serializers.UUIDField(source="organization.id")
    name = serializers.CharField(source="organization.name")
    slug = serializers.CharField(source="organization.slug")
    currency = serializers.CharField(source="organization.currency")
    time_zone = serializers.CharField(source="organization.time_zone")
    fiscal_year_start = serializers.IntegerField(source="organization.fiscal_year_start")
    first_month = serializers.DateField(format="%Y-%m")
    last_month = serializers.DateField(format="%Y-%m")
    thresholds = serializers.SerializerMethodField()
    caller = serializers.SerializerMethodField()
    version = serializers.IntegerField(help_text="Of the settings")

    @extend_schema_field({"type": "object", "additionalProperties": {"type": "string"}})
    def get_thresholds(self, settings: Any) -> dict[str, str]:
        return settings.thresholds.as_stored()  # type: ignore[no-any-return]

    @extend_schema_field(CallerAnswer)
    def get_caller(self, settings: Any) -> Any:
        return CallerAnswer(self.context["actor"]).data
