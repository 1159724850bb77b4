"""What the API takes of overrides."""

from rest_framework import serializers

from cat4.api.fields import Input
from measures.constants import Status, StatusKind


class OverrideWithdraw(Input):
    """Which override ends before its day, and why."""

    kind = serializers.ChoiceField(choices=StatusKind.choices)
    reason = serializers.CharField()


class StatusOverride(Input):
    """A status that the caller vouches for, for at most one period."""

    kind = serializers.ChoiceField(choices=StatusKind.choices)
    value = serializers.ChoiceField(choices=Status.choices, help_text="Green, amber or red")
    reason = serializers.CharField()
    expires_on = serializers.DateField()
