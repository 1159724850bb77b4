"""What the API gives of people."""

from rest_framework import serializers


class PersonAnswer(serializers.Serializer):
    """Somebody who may act in the organization today."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    email = serializers.EmailField()
