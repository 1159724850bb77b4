"""What the API takes and answers about derived money, periods, revisions, missing money and proofs."""

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cat4.api.fields import DecimalStringField, Input, MoneyField, MonthAmountsField, MonthField, Reference, TotalField
from measures.constants import Cadence, LeakageCause, Series
from measures.formulas.sustain import SustainState

from ..selectors.result import Money


def _exact(digits: int) -> serializers.DecimalField:
    return DecimalStringField(max_digits=18, decimal_places=digits, min_value=0)


class ShareAnswer(serializers.Serializer):
    """A part of the forecast at completion; the shares add up to 1."""

    source = serializers.CharField()  # type: ignore[assignment]  # declared fields leave the class body
    amount = TotalField()
    share = serializers.DecimalField(max_digits=5, decimal_places=4)


class SustainAnswer(serializers.Serializer):
    """A check of the run-rate some months after closing."""

    months_after = serializers.IntegerField()
    due_month = MonthField()
    state = serializers.ChoiceField(choices=[(state.value, state.value) for state in SustainState])
    needed = TotalField()
    run_rate = serializers.DecimalField(max_digits=20, decimal_places=2, allow_null=True)
    sentence = serializers.CharField()


class DerivedAnswer(serializers.Serializer):
    """Hard EBITDA in the reporting currency at plan rate; positive losses are missing money."""

    plan_in_year = TotalField()
    fac_in_year = TotalField()
    validated_in_year = TotalField()
    reported_in_year = TotalField(help_text="Not validated yet")
    forecast_in_year = TotalField()
    assumed_in_year = TotalField()
    stale_in_year = TotalField(help_text="Of the forecast: last confirmed too long ago")
    plan_run_rate = TotalField()
    forecast_run_rate = TotalField()
    validated_run_rate = TotalField()
    plan_exit_run_rate = TotalField()
    exit_run_rate = TotalField()
    plan_carry_over = TotalField()
    carry_over = TotalField()
    timing_loss = TotalField()
    magnitude_loss = TotalField()
    cancelled_loss = TotalField()
    on_hold_loss = TotalField()
    fx_effect = TotalField(help_text="Its own bar: actuals at average less plan rates")
    payback_month = MonthField(
        allow_null=True,
        help_text="The first month from which the cumulative net stays at or above zero; null: there is none",
    )
    leakage = serializers.DictField(child=serializers.CharField(), help_text="Missing money of locked months by cause")


class MoneyAnswer(serializers.Serializer):
    """A measure's money today. `confidence` says what the forecast at completion rests on."""

    fiscal_year = serializers.IntegerField(source="year")
    currency = serializers.CharField()
    problem = serializers.CharField(help_text="Which amounts stay out of the sums for want of a plan rate; else empty")
    fx_problem = serializers.CharField(help_text="Why the effect of exchange rates is unknown")
    totals = serializers.SerializerMethodField(help_text="null for a measure without figures")
    confidence = ShareAnswer(source="shares", many=True)
    unconfirmed = serializers.DecimalField(
        max_digits=5,
        decimal_places=4,
        allow_null=True,
        help_text="The share that rests on a forecast confirmed too long ago, or on none",
    )
    sustain_checks = SustainAnswer(source="checks", many=True)

    @extend_schema_field(DerivedAnswer(allow_null=True))
    def get_totals(self, money: Money) -> Any:
        return None if not money.currency else DerivedAnswer(money.totals).data


class PeriodAmounts(Input):
    """Amounts by the first month of each quarter or fiscal year; a forecast needs its reason."""

    series = serializers.ChoiceField(choices=Series.choices)
    cadence = serializers.ChoiceField(choices=Cadence.choices)
    amounts = MonthAmountsField()
    reason = serializers.CharField(allow_blank=True, required=False)


class SpreadPeriodAnswer(serializers.Serializer):
    """A quarter or fiscal year as it was entered, how it was spread, and what its months bring now beyond it."""

    series = serializers.CharField(source="period.series")
    first_month = MonthField(source="period.first_month")
    months = serializers.IntegerField(source="period.months")
    amount = MoneyField(source="period.amount")
    name = serializers.CharField(source="label")
    text = serializers.CharField()
    difference = MoneyField()


class RevisionAnswer(serializers.Serializer):
    """A forecast month as it was changed."""

    id = serializers.UUIDField()
    line = Reference()
    month = MonthField()
    before = MoneyField(allow_null=True)
    after = MoneyField()
    reason = serializers.CharField()
    author = Reference()
    at = serializers.DateTimeField()


class AsOf(Input):
    """The instant that is asked for."""

    at = serializers.DateTimeField()


class ForecastAnswer(serializers.Serializer):
    """The forecast months of a line."""

    line_id = serializers.UUIDField()
    months = serializers.DictField(child=serializers.CharField())


class LeakageExplain(Input):
    """The cause of missing money of a locked month, in the line's currency."""

    line_id = serializers.UUIDField()
    month = MonthField()
    cause = serializers.ChoiceField(choices=LeakageCause.choices)
    amount = MoneyField()
    reason = serializers.CharField()


class NamedCauseAnswer(serializers.Serializer):
    """A named cause."""

    id = serializers.UUIDField()
    measure_id = serializers.UUIDField()
    line = Reference()
    month = MonthField()
    cause = serializers.ChoiceField(choices=LeakageCause.choices)
    amount = MoneyField()
    reason = serializers.CharField()
    author = Reference()
    at = serializers.DateTimeField()
    version = serializers.IntegerField()


class ProofEnter(Input):
    """Price per unit, volume and exchange rate into the line's currency, before and after."""

    first_month = MonthField()
    last_month = MonthField()
    unit = serializers.CharField(max_length=40)
    price_before = _exact(6)
    volume_before = _exact(3)
    rate_before = _exact(8)
    price_after = _exact(6)
    volume_after = _exact(3)
    rate_after = _exact(8)
    source = serializers.CharField(max_length=200)  # type: ignore[assignment]  # declared fields leave the class body


class ProofAnswer(serializers.Serializer):
    """A proof with its exact split, beside plan and actual of its months; in the line's currency."""

    id = serializers.UUIDField(source="proof.pk")
    line_id = serializers.UUIDField(source="proof.line_id")
    first_month = MonthField(source="proof.first_month")
    last_month = MonthField(source="proof.last_month")
    unit = serializers.CharField(source="proof.unit")
    price_before = serializers.DecimalField(source="proof.price_before", max_digits=18, decimal_places=6)
    volume_before = serializers.DecimalField(source="proof.volume_before", max_digits=18, decimal_places=3)
    rate_before = serializers.DecimalField(source="proof.rate_before", max_digits=18, decimal_places=8)
    price_after = serializers.DecimalField(source="proof.price_after", max_digits=18, decimal_places=6)
    volume_after = serializers.DecimalField(source="proof.volume_after", max_digits=18, decimal_places=3)
    rate_after = serializers.DecimalField(source="proof.rate_after", max_digits=18, decimal_places=8)
    source = serializers.CharField(source="proof.source")  # type: ignore[assignment]
    price = serializers.SerializerMethodField()
    volume = serializers.SerializerMethodField()
    fx = serializers.SerializerMethodField()
    proved = serializers.SerializerMethodField()
    plan = MoneyField(allow_null=True)
    actual = MoneyField(allow_null=True)
    author = Reference(source="proof.author")
    at = serializers.DateTimeField(source="proof.at")
    version = serializers.IntegerField(source="proof.version")

    def get_price(self, found: Any) -> str:
        return _written(found.split.price)

    def get_volume(self, found: Any) -> str:
        return _written(found.split.volume)

    def get_fx(self, found: Any) -> str:
        return _written(found.split.fx)

    def get_proved(self, found: Any) -> str:
        return _written(found.split.total)


def _written(amount: Decimal) -> str:
    """Every digit, without zeros behind the last that counts."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


class Versioned(serializers.Serializer):
    """Only for the ETag."""

    version = serializers.IntegerField()
