"""What the API says of statuses and totals."""

from typing import Any

from rest_framework import serializers

from cat4.api.fields import MonthField, Reference, TotalField
from measures.constants import Status, StatusKind
from measures.formulas.lights import Trend

TRENDS = [(trend.value, trend.value) for trend in Trend]


class OverrideAnswer(serializers.Serializer):
    """A status that somebody vouches for beside the computed one, until a date."""

    value = serializers.ChoiceField(choices=Status.choices)
    reason = serializers.CharField()
    author = serializers.CharField()
    expires_on = serializers.DateField()


class StatusChangeAnswer(serializers.Serializer):
    """A value that a computed status took, with its reasons then; `before` is empty for the first one."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=StatusKind.choices)
    before = serializers.ChoiceField(choices=[("", "None yet"), *Status.choices])
    after = serializers.ChoiceField(choices=Status.choices)
    reasons = serializers.ListField(child=serializers.CharField())
    at = serializers.DateTimeField()


class PastOverrideAnswer(serializers.Serializer):
    """A status that somebody vouched for; `ended_by` withdrew it, null when its last day ended it or it holds."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=StatusKind.choices)
    value = serializers.ChoiceField(choices=Status.choices)
    reason = serializers.CharField()
    author = Reference()
    created_at = serializers.DateTimeField()
    expires_on = serializers.DateField()
    ended_at = serializers.DateTimeField(allow_null=True)
    ended_by = Reference(allow_null=True)


class StatusAnswer(serializers.Serializer):
    """A computed status with its reasons in words."""

    kind = serializers.ChoiceField(choices=StatusKind.choices)
    value = serializers.ChoiceField(choices=Status.choices)
    reasons = serializers.ListField(child=serializers.CharField())
    since = serializers.DateField(allow_null=True)
    override = OverrideAnswer(allow_null=True)


class TrendAnswer(serializers.Serializer):
    """How the measure moved since `month` was locked; null and steady where nothing was kept to compare with.

    The share is the lower of FAC to plan of the year and forecast to planned run-rate: 1 is all of the plan.
    """

    month = MonthField(allow_null=True)
    implementation = serializers.ChoiceField(choices=TRENDS)
    potential = serializers.ChoiceField(choices=TRENDS)
    cost = serializers.ChoiceField(choices=TRENDS)
    share = serializers.DecimalField(max_digits=20, decimal_places=4, allow_null=True)
    share_before = serializers.DecimalField(max_digits=20, decimal_places=4, allow_null=True)
    share_trend = serializers.ChoiceField(choices=TRENDS, source="money")

    def to_representation(self, moved: Any) -> Any:
        money = {"share": moved.share, "share_before": moved.share_before, "money": moved.money}
        return super().to_representation(
            {"month": moved.month, **money, **{kind.value: moved.trends[kind] for kind in StatusKind}}
        )


class TotalsAnswer(serializers.Serializer):
    """Sums of hard EBITDA in the reporting currency at plan rate; in-year is the fiscal year of `as_of`."""

    as_of = serializers.DateField()
    missing_rates = serializers.ListField(
        child=serializers.CharField(), help_text="Plan rates without which amounts stay out, such as GBP 2027"
    )
    plan_run_rate = TotalField()
    forecast_run_rate = TotalField()
    validated_run_rate = TotalField()
    plan_in_year = TotalField()
    fac_in_year = TotalField()
    validated_in_year = TotalField()
    reported_in_year = TotalField()
    forecast_in_year = TotalField()
    assumed_in_year = TotalField()
    stale_in_year = TotalField(help_text="Of the forecast: last confirmed too long ago")
    one_time_plan = TotalField()
    one_time_forecast = TotalField()
    one_time_actual = TotalField()
    soft_run_rate = TotalField()
    plan_exit_run_rate = TotalField()
    exit_run_rate = TotalField()
    plan_carry_over = TotalField()
    carry_over = TotalField()
    payback_month = MonthField(
        allow_null=True,
        help_text="The first month from which the cumulative net stays at or above zero; null: there is none",
    )
