"""Months of a measure over REST: handing in, and corrections of what is locked."""

from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cat4.api.fields import Input, MoneyField, MonthField, NoInput, Reason, Reference
from cat4.api.views import Resource, changes, reads
from measures.core.selectors.measures import visible_measure

from ..actions.corrections import enter_correction, return_correction, validate_correction
from ..actions.months import hand_in_month
from ..selectors.corrections import corrections_of, visible_correction


class CorrectionAnswer(serializers.Serializer):
    """A difference to a locked month, in the line's currency, and what the controller said to it."""

    id = serializers.UUIDField()
    line = Reference()
    corrects = MonthField(help_text="The locked month")
    month = MonthField(help_text="The month that it is booked in")
    amount = MoneyField()
    reason = serializers.CharField()
    entered_by = Reference()
    entered_at = serializers.DateTimeField()
    validated_by = Reference(allow_null=True)
    validated_at = serializers.DateTimeField(allow_null=True)
    returned_by = Reference(allow_null=True)
    returned_at = serializers.DateTimeField(allow_null=True)
    return_reason = serializers.CharField()


class CorrectionCreate(Input):
    """What comes late; without `month` it is booked in the earliest open month."""

    line_id = serializers.UUIDField()
    corrects = MonthField()
    amount = MoneyField()
    reason = serializers.CharField()
    month = MonthField(required=False)


class HandIn(Input):
    """A month of a measure; `nothing` reports what is missing as zero."""

    month = MonthField()
    nothing = serializers.BooleanField(default=False)


class HandedMonthAnswer(serializers.Serializer):
    """The owner's word that a month is complete."""

    month = MonthField()
    nothing = serializers.BooleanField()
    handed_by = Reference()
    handed_at = serializers.DateTimeField()


class CorrectionList(Resource):
    """Corrections of a measure, the latest first."""

    @reads("list_corrections", CorrectionAnswer(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        return self.page(corrections_of(visible_measure(self.actor, pk)), CorrectionAnswer)

    @changes("enter_correction", CorrectionCreate, CorrectionAnswer, status=201)
    def post(self, request: Request, pk: UUID) -> Response:
        return self.one(enter_correction(self.actor, pk, **self.given(CorrectionCreate)), CorrectionAnswer, status=201)


class CorrectionValidate(Resource):
    """The controller's confirmation of a correction."""

    @changes("validate_correction", NoInput, CorrectionAnswer)
    def post(self, request: Request, pk: UUID) -> Response:
        self.given(NoInput)
        visible_correction(self.actor, pk)
        return self.one(validate_correction(self.actor, pk), CorrectionAnswer)


class CorrectionReturn(Resource):
    """A correction sent back by the controller."""

    @changes("return_correction", Reason, CorrectionAnswer)
    def post(self, request: Request, pk: UUID) -> Response:
        return self.one(return_correction(self.actor, pk, **self.given(Reason)), CorrectionAnswer)


class HandInMonth(Resource):
    """The owner hands a month in."""

    @changes("hand_in_month", HandIn, HandedMonthAnswer, status=201)
    def post(self, request: Request, pk: UUID) -> Response:
        return self.one(hand_in_month(self.actor, pk, **self.given(HandIn)), HandedMonthAnswer, status=201)
