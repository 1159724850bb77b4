"""What the API gives of committees."""

from rest_framework import serializers

from cat4.api.fields import Reference
from hierarchy.constants import Cadence, CastingVote, CirculationEffect, Majority


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
    quorum_count = serializers.IntegerField(allow_null=True, help_text="Members; null where the share counts")
    quorum_percent = serializers.IntegerField(help_text="Of those entitled, rounded up")
    majority = serializers.ChoiceField(choices=Majority.choices)
    casting_vote = serializers.ChoiceField(
        choices=CastingVote.choices, allow_blank=True, help_text="Whose vote decides a tie"
    )
    cadence = serializers.ChoiceField(choices=Cadence.choices, allow_blank=True)
    cadence_weekday = serializers.IntegerField(allow_null=True, help_text="0 is Monday")
    cadence_week = serializers.IntegerField(allow_null=True, help_text="Of the month; 5 is the last")
    cadence_from = serializers.DateField(allow_null=True)
    meets_at = serializers.TimeField(allow_null=True)
    place = serializers.CharField()
    escalation = Reference(allow_null=True)
    circulation_effect = serializers.ChoiceField(choices=CirculationEffect.choices)
    retired_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField()
