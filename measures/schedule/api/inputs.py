"""What the API takes of milestones."""

from rest_framework import serializers

from cat4.api.fields import Input
from measures.core.api.inputs import _id


class MilestoneEdit(Input):
    """The facts of a milestone; from DoI 3 on its baseline date and marks stay."""

    name = serializers.CharField(max_length=200)
    baseline_on = serializers.DateField()
    is_critical = serializers.BooleanField(required=False)
    is_effect_start = serializers.BooleanField(required=False)
    responsible_id = _id()
    receiver_id = _id()
    duration_days = serializers.IntegerField(min_value=0, max_value=5_000, required=False)


class MilestoneForecast(Input):
    """The day that is expected now, and why it moved."""

    forecast_on = serializers.DateField()
    reason = serializers.CharField()


class MilestoneDone(Input):
    """The day on which it was reached."""

    actual_on = serializers.DateField()
