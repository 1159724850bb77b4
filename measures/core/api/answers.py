"""What the measures' API answers with."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cat4.api.fields import MoneyField, Reference
from measures.constants import (
    Doi,
    EffectKind,
    EvidenceClass,
    Lifecycle,
)
from measures.models import Risk
from measures.status.api.answers import StatusAnswer, TotalsAnswer, TrendAnswer


class CodeAnswer(serializers.Serializer):
    """A measure that the caller may not see, perhaps: its code alone."""

    id = serializers.UUIDField()
    code = serializers.CharField()


class MeasureAnswer(serializers.Serializer):
    """A measure with its computed statuses and sums."""

    id = serializers.UUIDField()
    code = serializers.CharField()
    name = serializers.CharField()
    package = Reference()
    doi = serializers.ChoiceField(choices=Doi.choices)
    lifecycle = serializers.ChoiceField(choices=Lifecycle.choices)
    governable = serializers.BooleanField()
    missing_fields = serializers.ListField(child=serializers.CharField())
    description = serializers.CharField()
    business_reason = serializers.CharField()
    kind = serializers.ChoiceField(choices=EffectKind.choices, allow_blank=True)
    owner = Reference(allow_null=True)
    sponsor = Reference(allow_null=True)
    controller = Reference(allow_null=True)
    business_unit = Reference(allow_null=True)
    function = Reference(allow_null=True)
    legal_entity = Reference(allow_null=True)
    committee = Reference(allow_null=True)
    receiving_unit = Reference(allow_null=True)
    scope_in = serializers.CharField()
    scope_out = serializers.CharField()
    key_assumptions = serializers.CharField()
    target_amount = MoneyField(allow_null=True)
    decide_by = serializers.DateField(allow_null=True)
    implement_by = serializers.DateField(allow_null=True)
    close_by = serializers.DateField(allow_null=True)
    overlap_resolution = serializers.CharField()
    overlap_checked_at = serializers.DateTimeField(allow_null=True)
    no_one_time_cost = serializers.BooleanField()
    no_risks_because = serializers.CharField()
    dependencies_declared = serializers.CharField()
    enables = CodeAnswer(allow_null=True)
    closure_criteria = serializers.CharField()
    closed_on = serializers.DateField(allow_null=True, help_text="Null while it isn't closed")
    closed_run_rate = MoneyField(
        allow_null=True, help_text="What the closing was signed at, reporting currency; the forecast while it holds"
    )
    closure_evidence = serializers.ChoiceField(choices=EvidenceClass.choices, allow_blank=True)
    hold_reason = serializers.CharField()
    resume_on = serializers.DateField(allow_null=True)
    gap_owner = Reference(allow_null=True)
    forecast_confirmed_at = serializers.DateTimeField(allow_null=True)
    source_system = serializers.CharField()
    external_id = serializers.CharField()
    source_values = serializers.DictField()
    created_at = serializers.DateTimeField()
    version = serializers.IntegerField()
    statuses = serializers.SerializerMethodField()
    trend = serializers.SerializerMethodField()
    totals = serializers.SerializerMethodField()

    @extend_schema_field(StatusAnswer(many=True))
    def get_statuses(self, measure: Any) -> Any:
        return StatusAnswer(self.context["statuses"][measure.pk].values(), many=True).data

    @extend_schema_field(TrendAnswer)
    def get_trend(self, measure: Any) -> Any:
        return TrendAnswer(self.context["movements"][measure.pk]).data

    @extend_schema_field(TotalsAnswer(allow_null=True))
    def get_totals(self, measure: Any) -> Any:
        totals = self.context["totals"].get(measure.pk)
        return TotalsAnswer(totals).data if totals else None


class RiskAnswer(serializers.Serializer):
    """What may keep the measure from its money or dates; the amount is in the reporting currency."""

    id = serializers.UUIDField()
    measure_id = serializers.UUIDField()
    title = serializers.CharField()
    likelihood = serializers.ChoiceField(choices=Risk.Likelihood.choices)
    amount = MoneyField(allow_null=True)
    response = serializers.CharField()
    owner = Reference(allow_null=True)
    version = serializers.IntegerField()
