"""What the API takes of effect lines, months and baselines."""

from rest_framework import serializers

from cat4.api.fields import Input, MoneyField, MonthAmountsField, MonthField
from measures.constants import BaselineType, Cadence, Certainty, EffectKind, Recurrence
from measures.core.api.inputs import _id, _text


class EffectLineEdit(Input):
    """The facts of a line; a changed amount, start, end or ramp phases its plan anew."""

    name = serializers.CharField(max_length=200)
    kind = serializers.ChoiceField(choices=EffectKind.choices)
    recurrence = serializers.ChoiceField(choices=Recurrence.choices)
    certainty = serializers.ChoiceField(choices=Certainty.choices)
    legal_entity_id = serializers.UUIDField()
    account_id = serializers.UUIDField(allow_null=True)
    currency = serializers.CharField(min_length=3, max_length=3)
    currency_reason = _text()
    annual_amount = MoneyField(allow_null=True, required=False)
    start_month = MonthField(allow_null=True, required=False)
    end_month = MonthField(allow_null=True, required=False)
    ramp_months = serializers.IntegerField(min_value=0, max_value=120, required=False)
    milestone_id = _id()
    offset_months = serializers.IntegerField(min_value=-120, max_value=120, required=False)
    cadence = serializers.ChoiceField(choices=Cadence.choices, required=False)
    unit = serializers.CharField(allow_blank=True, max_length=20, required=False)
    supplier = serializers.CharField(allow_blank=True, max_length=120, required=False)
    cost_centre = serializers.CharField(allow_blank=True, max_length=40, required=False)
    product = serializers.CharField(allow_blank=True, max_length=120, required=False)


class EffectLineCreate(EffectLineEdit):
    """A new line, phased from its annual amount or typed by month."""

    months = MonthAmountsField(required=False)


class PlanMonths(Input):
    """Plan amounts; months that aren't named keep theirs."""

    months = MonthAmountsField()


class ForecastMonths(PlanMonths):
    """Forecast amounts and why they changed."""

    reason = serializers.CharField()


class ActualMonths(PlanMonths):
    """What was booked."""


class ActualValidation(Input):
    """The reported amounts as the controller saw them: a month that moved meanwhile is refused."""

    months = MonthAmountsField()
    comment = _text()


class ActualReturn(Input):
    """Months that go back to whoever entered them."""

    months = serializers.ListField(child=MonthField(), min_length=1)
    reason = serializers.CharField()


class BaselinePropose(Input):
    """What would be booked without the measure."""

    type = serializers.ChoiceField(choices=BaselineType.choices)
    period = serializers.CharField(max_length=60)
    source = serializers.CharField(max_length=200)  # type: ignore[assignment]  # declared fields leave the class body
    amount = MoneyField(allow_null=True)
    currency = serializers.CharField(min_length=3, max_length=3)
    normalisation = _text()
