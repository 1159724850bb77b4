"""Enablers that fell, over REST."""

from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cat4.api.fields import Reference
from cat4.api.views import Resource, changes, reads
from measures.constants import EnablerEvent, RippleAnswerKind

from ..actions.enablers import answer_enabler
from ..selectors.enablers import enabler_answers_to_give
from . import shapes


class EnablerAnswerAnswer(serializers.Serializer):
    """What is asked of the owner of a measure whose enabler fell, and what they said."""

    id = serializers.UUIDField()
    measure = Reference()
    enabler = serializers.CharField(source="enabler.code", help_text="Its code")
    event = serializers.ChoiceField(choices=EnablerEvent.choices)
    decision_number = serializers.IntegerField()
    due_on = serializers.DateField()
    kind = serializers.ChoiceField(choices=RippleAnswerKind.choices, allow_blank=True)
    reason = serializers.CharField()
    counter_measure = serializers.CharField()
    answered_by = Reference(allow_null=True)
    answered_at = serializers.DateTimeField(allow_null=True)


class EnablerAnswers(Resource):
    """What waits for the caller as owner."""

    @reads("list_enabler_answers", EnablerAnswerAnswer(many=True))
    def get(self, request: Request) -> Response:
        return self.page(enabler_answers_to_give(self.actor), EnablerAnswerAnswer)


class EnablerReply(Resource):
    """Answer for a measure whose enabler fell."""

    @changes("answer_enabler", shapes.RippleReply, EnablerAnswerAnswer)
    def post(self, request: Request, pk: UUID) -> Response:
        return self.one(answer_enabler(self.actor, pk, **self.given(shapes.RippleReply)), EnablerAnswerAnswer)
