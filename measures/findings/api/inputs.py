"""What the API takes of findings."""

from rest_framework import serializers

from cat4.api.fields import DecimalStringField, Input
from measures.constants import OverlapResolution


class OverlapCheck(Input):
    """How each overlap with other measures was resolved, or that there is none and why."""

    resolution = serializers.CharField()


class FindingFilters(Input):
    """What the list of open findings may be narrowed to."""

    code = serializers.CharField(required=False)
    unit = serializers.UUIDField(required=False)
    entity = serializers.UUIDField(required=False)
    q = serializers.CharField(required=False, max_length=200, help_text="Part of a code or a name")


class FindingResolution(Input):
    """What is said to a finding; `measure_id` is the side of an overlap that it is said for."""

    resolution = serializers.ChoiceField(choices=OverlapResolution.choices)
    percent = DecimalStringField(max_digits=5, decimal_places=2, required=False, allow_null=True)
    reason = serializers.CharField()
    measure_id = serializers.UUIDField(required=False, allow_null=True)
