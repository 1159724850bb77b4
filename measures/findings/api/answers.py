"""A finding as the API answers it."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from measures.constants import OverlapResolution


class SideAnswer(serializers.Serializer):
    """A measure of a finding. `id` and `line_id` are null where the caller may not see it."""

    id = serializers.SerializerMethodField()
    code = serializers.CharField(source="measure.code")
    owner = serializers.CharField()
    line_id = serializers.SerializerMethodField()

    @extend_schema_field(serializers.UUIDField(allow_null=True))
    def get_id(self, side: Any) -> str | None:
        return str(side.measure.pk) if side.is_visible else None

    @extend_schema_field(serializers.UUIDField(allow_null=True))
    def get_line_id(self, side: Any) -> str | None:
        return str(side.line.pk) if side.line else None


class FindingAnswer(serializers.Serializer):
    """What a check found, what it blocks, and what was said to it; the first of `measures` is spoken for."""

    id = serializers.UUIDField()
    code = serializers.CharField()
    sentence = serializers.CharField()
    blocked_gates = serializers.ListField(child=serializers.IntegerField())
    measures = serializers.SerializerMethodField()
    opened_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)
    resolution = serializers.ChoiceField(choices=OverlapResolution.choices, allow_blank=True)
    percent = serializers.DecimalField(max_digits=5, decimal_places=2, allow_null=True)
    reason = serializers.CharField()
    resolved_by = serializers.SerializerMethodField()
    resolved_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField()

    @extend_schema_field(SideAnswer(many=True))
    def get_measures(self, row: Any) -> Any:
        return SideAnswer(self.context["lines"][row.pk].sides, many=True).data

    @extend_schema_field(serializers.CharField())
    def get_resolved_by(self, row: Any) -> str:
        return row.resolved_by.name if row.resolved_by else ""
