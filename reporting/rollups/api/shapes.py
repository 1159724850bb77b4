"""What the API gives of rebuilds."""

from rest_framework import serializers

from cat4.api.fields import Reference


class RebuildAnswer(serializers.Serializer):
    """A computation of every report anew, and how far it is."""

    id = serializers.UUIDField()
    requested_by = Reference(allow_null=True)
    requested_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    step = serializers.CharField()
    done = serializers.IntegerField()
    total = serializers.IntegerField()
    error = serializers.CharField()
