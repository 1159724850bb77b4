"""What the API says of unconfirmed money."""

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cat4.api.fields import Input, TotalField
from measures.formulas.honesty import Honesty
from reporting.figures.api.shapes import FacAnswer, ShareField
from reporting.figures.selectors.unconfirmed import By, Freshness


class HonestyAnswer(serializers.Serializer):
    """Forecasts of three months before beside what was validated."""

    share = ShareField(help_text="1 - |stated - validated| / |validated|")
    bias = ShareField(help_text="Positive: more was stated than came")
    haircut = ShareField(help_text="What to take off a forecast, so that it would have held")


class FreshnessFilters(Input):
    """What to rank."""

    by = serializers.ChoiceField(choices=[grouping.value for grouping in By], required=False)


class FreshnessGroup(serializers.Serializer):
    """Governable measures from DoI 1 on together; in-year, reporting currency at plan rate."""

    id = serializers.UUIDField(allow_null=True)
    name = serializers.CharField()
    measures = serializers.IntegerField()
    stale_forecasts = serializers.IntegerField(source="stale")
    fac = FacAnswer()
    honesty = serializers.SerializerMethodField()
    forecast_after_haircut = serializers.SerializerMethodField()

    @extend_schema_field(HonestyAnswer(allow_null=True))
    def get_honesty(self, freshness: Freshness) -> Any:
        honesty: Honesty | None = freshness.honesty
        return HonestyAnswer(honesty).data if honesty else None

    @extend_schema_field(TotalField())
    def get_forecast_after_haircut(self, freshness: Freshness) -> str:
        return str(freshness.forecast_after_haircut.quantize(Decimal("0.01")))


class FreshnessAnswer(serializers.Serializer):
    """Everything that the caller sees, and its groups, the most unconfirmed first."""

    by = serializers.ChoiceField(choices=[grouping.value for grouping in By])
    whole = FreshnessGroup()
    groups = FreshnessGroup(many=True)
