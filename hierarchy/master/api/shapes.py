"""What the API gives of master data."""

from rest_framework import serializers

from cat4.api.fields import Input, Reference


class MasterAnswer(serializers.Serializer):
    """An entry of master data. Only legal entities have a currency and a country, only units a lead."""

    id = serializers.UUIDField()
    code = serializers.CharField()
    name = serializers.CharField()
    currency = serializers.CharField(required=False)
    country = serializers.CharField(required=False)
    lead = Reference(
        required=False,
        allow_null=True,
        help_text="who accepts hand-overs to the unit; null: the nearest node's lead",
    )
    retired_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField()


class RetiredFilter(Input):
    """Whether entries out of use are listed too."""

    retired = serializers.BooleanField(required=False, default=False)
