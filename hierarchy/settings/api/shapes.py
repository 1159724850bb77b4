"""What the API gives of the organization and of who asks."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cat4.api.fields import Input


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
    locale = serializers.CharField(source="organization.locale")
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


class OrganizationChange(Input):
    """What an administrator may change of the organization itself."""

    name = serializers.CharField(max_length=200, required=False)
    locale = serializers.CharField(max_length=10, required=False, help_text="How numbers and dates are written: en, de")
    time_zone = serializers.CharField(max_length=64, required=False, help_text="IANA name, such as Europe/Vienna")
    currency = serializers.CharField(max_length=3, required=False, help_text="Until the first month is locked")
    fiscal_year_start = serializers.IntegerField(required=False, help_text="1 to 12")


class OrganizationEffectsAnswer(serializers.Serializer):
    """What a change would do: field to [old, new], and in words what it touches."""

    changes = serializers.DictField(child=serializers.ListField())
    sentences = serializers.ListField(child=serializers.CharField())
