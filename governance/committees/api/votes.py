"""The shapes of votes that were not carried, and of what is confirmed before it is done."""

from rest_framework import serializers

from cat4.api.fields import Input


class Confirmed(Input):
    """Whether what a 409 said is meant: a meeting opened hours early, or closed with something open."""

    confirmed = serializers.BooleanField(required=False)


class LostVoteAnswer(serializers.Serializer):
    """A vote that was not carried: nothing is decided, the vote is kept."""

    outcome_label = serializers.CharField()
    result = serializers.ChoiceField(choices=[("lost", "Lost"), ("tied", "Tied")])
    in_favour = serializers.IntegerField()
    against = serializers.IntegerField()
    abstained = serializers.IntegerField()
    votes = serializers.ListField(child=serializers.DictField())
    reason = serializers.CharField()
    again = serializers.CharField(help_text="Why it was voted on again")
    casting_vote = serializers.CharField(help_text="Whose casting vote made the result")
    at = serializers.DateTimeField()
