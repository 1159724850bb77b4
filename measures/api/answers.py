"""What the measures' API answers with."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cat4.api.fields import MoneyField, MonthField, Reference, TotalField

from ..constants import (
    BaselineType,
    Cadence,
    Certainty,
    DocumentPurpose,
    Doi,
    EffectKind,
    EvidenceClass,
    Lifecycle,
    Recurrence,
    Status,
    StatusKind,
)
from ..formulas.lights import Trend
from ..models import Risk

TRENDS = [(one.value, one.value) for one in Trend]


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
    plan_run_rate = TotalField()
    forecast_run_rate = TotalField()
    validated_run_rate = TotalField()
    plan_in_year = TotalField()
    fac_in_year = TotalField()
    validated_in_year = TotalField()
    reported_in_year = TotalField()
    forecast_in_year = TotalField()
    assumed_in_year = TotalField()
    one_time_plan = TotalField()
    one_time_forecast = TotalField()
    one_time_actual = TotalField()
    soft_run_rate = TotalField()
    plan_exit_run_rate = TotalField()
    exit_run_rate = TotalField()
    plan_carry_over = TotalField()
    carry_over = TotalField()
    payback_month = MonthField(allow_null=True)


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


class MilestoneAnswer(serializers.Serializer):
    """A dated result."""

    id = serializers.UUIDField()
    measure_id = serializers.UUIDField()
    name = serializers.CharField()
    baseline_on = serializers.DateField()
    forecast_on = serializers.DateField()
    actual_on = serializers.DateField(allow_null=True)
    is_critical = serializers.BooleanField()
    is_effect_start = serializers.BooleanField()
    is_planned = serializers.BooleanField(help_text="False: added after the decision, it makes up for no delay")
    responsible = Reference(allow_null=True)
    computed_on = serializers.DateField(
        allow_null=True, help_text="Where predecessors push it beyond the owner's forecast"
    )
    duration_days = serializers.IntegerField()
    receiver = Reference(allow_null=True)
    handed_over_on = serializers.DateField(allow_null=True)
    accepted_at = serializers.DateTimeField(allow_null=True)
    refused_because = serializers.CharField()
    version = serializers.IntegerField()


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


class DocumentAnswer(serializers.Serializer):
    """Uploaded evidence and its hash."""

    id = serializers.UUIDField()
    measure_id = serializers.UUIDField()
    milestone_id = serializers.UUIDField(allow_null=True)
    title = serializers.CharField()
    purpose = serializers.ChoiceField(choices=DocumentPurpose.choices)
    evidence_class = serializers.ChoiceField(choices=EvidenceClass.choices, allow_blank=True)
    file_name = serializers.CharField()
    content_type = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    uploaded_by = Reference()
    uploaded_at = serializers.DateTimeField()
    withdrawn_at = serializers.DateTimeField(allow_null=True)
    lines = Reference(many=True, help_text="Effect lines that it is evidence for")


class OpeningAnswer(serializers.Serializer):
    """Somebody opened a document."""

    id = serializers.UUIDField()
    person = Reference()
    at = serializers.DateTimeField()
