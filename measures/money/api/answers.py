"""What the API says of effect lines, months and baselines."""

from rest_framework import serializers

from cat4.api.fields import MoneyField, MonthField, Reference
from measures.constants import BaselineType, Cadence, Certainty, EffectKind, Recurrence


class MonthAnswer(serializers.Serializer):
    """A month of a line, in the line's currency. null is unknown, "0.00" is zero."""

    month = MonthField()
    plan = MoneyField(allow_null=True)
    forecast = MoneyField(allow_null=True)
    reported = MoneyField(allow_null=True)
    reported_by_id = serializers.UUIDField(allow_null=True)
    reported_at = serializers.DateTimeField(allow_null=True)
    validated = MoneyField(allow_null=True)
    validated_by_id = serializers.UUIDField(allow_null=True)
    validated_at = serializers.DateTimeField(allow_null=True)


class EffectLineAnswer(serializers.Serializer):
    """One value series of a measure, with its months."""

    id = serializers.UUIDField()
    measure_id = serializers.UUIDField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=EffectKind.choices)
    recurrence = serializers.ChoiceField(choices=Recurrence.choices)
    certainty = serializers.ChoiceField(choices=Certainty.choices)
    legal_entity_id = serializers.UUIDField()
    account_id = serializers.UUIDField(allow_null=True)
    currency = serializers.CharField()
    currency_reason = serializers.CharField()
    annual_amount = MoneyField(allow_null=True)
    start_month = MonthField(allow_null=True)
    end_month = MonthField(allow_null=True)
    ramp_months = serializers.IntegerField()
    milestone_id = serializers.UUIDField(allow_null=True)
    offset_months = serializers.IntegerField()
    cadence = serializers.ChoiceField(choices=Cadence.choices)
    unit = serializers.CharField()
    supplier = serializers.CharField()
    cost_centre = serializers.CharField()
    product = serializers.CharField()
    version = serializers.IntegerField()
    closed_run_rate = MoneyField(
        allow_null=True,
        help_text="What its closing was signed at: while not null it counts as the forecast, in the plan's shape; the "
        "forecast of its months is what the owner stated last",
    )
    months = MonthAnswer(source="months.all", many=True)


class BaselineAnswer(serializers.Serializer):
    """A proposed or approved version of the baseline."""

    id = serializers.UUIDField()
    measure_id = serializers.UUIDField()
    number = serializers.IntegerField()
    type = serializers.ChoiceField(choices=BaselineType.choices)
    period = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # declared fields leave the class body
    amount = MoneyField(allow_null=True)
    currency = serializers.CharField()
    normalisation = serializers.CharField()
    proposed_by = Reference()
    approved_by = Reference(allow_null=True)
    approved_at = serializers.DateTimeField(allow_null=True)
