"""What the API says of milestones."""

from rest_framework import serializers

from cat4.api.fields import Reference


class MilestoneAnswer(serializers.Serializer):
    """A dated result."""

    id = serializers.UUIDField()
    measure_id = serializers.UUIDField()
    name = serializers.CharField()
    baseline_on = serializers.DateField()
    forecast_on = serializers.DateField()
    actual_on = serializers.DateField(allow_null=True)
    is_critical = serializers.BooleanField()
    is_effect_start = serializers.BooleanField()
    is_planned = serializers.BooleanField(help_text="False: added after the decision, it makes up for no delay")
    responsible = Reference(allow_null=True)
    computed_on = serializers.DateField(
        allow_null=True, help_text="Where predecessors push it beyond the owner's forecast"
    )
    duration_days = serializers.IntegerField()
    receiver = Reference(allow_null=True)
    handed_over_on = serializers.DateField(allow_null=True)
    accepted_at = serializers.DateTimeField(allow_null=True)
    refused_because = serializers.CharField()
    version = serializers.IntegerField()
