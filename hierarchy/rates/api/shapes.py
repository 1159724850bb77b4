"""What the API takes and gives of exchange rates."""

from typing import Any

from rest_framework import serializers

from cat4.api.fields import DecimalStringField, Input, MonthField
from hierarchy.constants import RateKind


class RateField(DecimalStringField):
    """What one unit of a currency is worth in the reporting currency."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=18, decimal_places=8, **options)


class RateAnswer(serializers.Serializer):
    """An exchange rate as it holds now. A plan rate stands on the first month of its fiscal year."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=RateKind.choices)
    currency = serializers.CharField()
    month = MonthField()
    rate = RateField()


class RateFilters(Input):
    """Which rates are listed."""

    kind = serializers.ChoiceField(choices=RateKind.choices, required=False)
    currency = serializers.CharField(max_length=3, required=False)
    month = MonthField(required=False)


class RateGiven(Input):
    """One rate of a version."""

    currency = serializers.CharField(max_length=3)
    month = MonthField()
    rate = RateField()


class RatesGiven(Input):
    """Rates of one kind, set together or not at all. Who changes a rate that is set says why."""

    kind = serializers.ChoiceField(choices=RateKind.choices)
    rates = RateGiven(many=True, allow_empty=False)
    source = serializers.CharField(max_length=200, required=False)  # type: ignore[assignment]
    reason = serializers.CharField(max_length=2000, required=False, allow_blank=True)

    def validate_rates(self, rates: list[dict[str, Any]]) -> list[dict[str, Any]]:
        keys = [(rate["currency"].strip().upper(), rate["month"]) for rate in rates]
        if len(set(keys)) < len(keys):
            raise serializers.ValidationError("A rate is given twice.")
        return rates


class RateSetAnswer(serializers.Serializer):
    """A version: one act that set rates of a kind."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=RateKind.choices)
    number = serializers.IntegerField()
    source = serializers.CharField()  # type: ignore[assignment]
    reason = serializers.CharField()
    author_id = serializers.UUIDField()
    author_name = serializers.CharField()
    at = serializers.DateTimeField()


class RateSetFilters(Input):
    """Which versions are listed."""

    kind = serializers.ChoiceField(choices=RateKind.choices, required=False)


class RateChangeAnswer(serializers.Serializer):
    """A rate that a version set, with the one before."""

    currency = serializers.CharField()
    month = MonthField()
    before = RateField(allow_null=True)
    rate = RateField()


class RateSetDetail(RateSetAnswer):
    """A version with the rates that it set."""

    changes = RateChangeAnswer(many=True)


class RatesSet(serializers.Serializer):
    """What became of rates that were given; no version when each already was as asked."""

    version = RateSetDetail(allow_null=True)
