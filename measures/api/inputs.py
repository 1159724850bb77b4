"""What the measures' API takes. Whether it is allowed and right is for the actions to say."""

from rest_framework import serializers

from cat4.api.fields import Input, MoneyField, MonthAmountsField, MonthField

from ..constants import (
    BaselineType,
    Cadence,
    Certainty,
    DocumentPurpose,
    Doi,
    EffectKind,
    EvidenceClass,
    Lifecycle,
    OverlapResolution,
    Recurrence,
    Status,
    StatusKind,
)
from ..models import Risk


def _text() -> serializers.CharField:
    return serializers.CharField(allow_blank=True, required=False)


def _id() -> serializers.UUIDField:
    return serializers.UUIDField(allow_null=True, required=False)


def _day() -> serializers.DateField:
    return serializers.DateField(allow_null=True, required=False)


class MeasureFilters(Input):
    """What a list of measures may be narrowed to; all that are given must hold."""

    doi = serializers.ChoiceField(choices=Doi.choices, required=False)
    lifecycle = serializers.ChoiceField(choices=Lifecycle.choices, required=False)
    package_id = serializers.UUIDField(required=False)
    node_id = serializers.UUIDField(required=False, help_text="Anywhere below this node")
    owner_id = serializers.UUIDField(required=False)
    implementation = serializers.ChoiceField(choices=Status.choices, required=False)
    potential = serializers.ChoiceField(choices=Status.choices, required=False)
    cost = serializers.ChoiceField(choices=Status.choices, required=False)
    source_system = serializers.CharField(required=False)
    external_id = serializers.CharField(required=False)
    q = serializers.CharField(required=False, max_length=200, help_text="Part of the code or the name")


class MeasureEdit(Input):
    """The descriptive facts of a measure. Degree and lifecycle move only by decisions."""

    name = serializers.CharField(max_length=200)
    description = serializers.CharField()
    business_reason = serializers.CharField()
    kind = serializers.ChoiceField(choices=EffectKind.choices)
    owner_id = _id()
    sponsor_id = _id()
    controller_id = _id()
    business_unit_id = _id()
    function_id = _id()
    legal_entity_id = _id()
    committee_id = _id()
    receiving_unit_id = _id()
    scope_in = _text()
    scope_out = _text()
    key_assumptions = _text()
    target_amount = MoneyField(allow_null=True, required=False)
    decide_by = _day()
    implement_by = _day()
    close_by = _day()
    no_one_time_cost = serializers.BooleanField(required=False)
    no_risks_because = _text()
    dependencies_declared = _text()
    enables_id = _id()
    closure_criteria = _text()
    closure_evidence = serializers.ChoiceField(choices=EvidenceClass.choices, allow_blank=True, required=False)


class MeasureCreate(MeasureEdit):
    """A new measure; without a code the next one of its package is drawn."""

    package_id = serializers.UUIDField()
    code = serializers.CharField(max_length=40, allow_blank=True, required=False)
    source_system = serializers.CharField(max_length=60, allow_blank=True, required=False)
    external_id = serializers.CharField(max_length=200, allow_blank=True, required=False)


class MeasureMove(Input):
    """Another measure package."""

    package_id = serializers.UUIDField()


class OverlapCheck(Input):
    """How each overlap with other measures was resolved, or that there is none and why."""

    resolution = serializers.CharField()


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


class MilestoneEdit(Input):
    """The facts of a milestone; from DoI 3 on its baseline date and marks stay."""

    name = serializers.CharField(max_length=200)
    baseline_on = serializers.DateField()
    is_critical = serializers.BooleanField(required=False)
    is_effect_start = serializers.BooleanField(required=False)
    responsible_id = _id()
    receiver_id = _id()
    duration_days = serializers.IntegerField(min_value=0, max_value=5_000, required=False)


class MilestoneForecast(Input):
    """The day that is expected now, and why it moved."""

    forecast_on = serializers.DateField()
    reason = serializers.CharField()


class MilestoneDone(Input):
    """The day on which it was reached."""

    actual_on = serializers.DateField()


class RiskEdit(Input):
    """A risk and the answer to it."""

    title = serializers.CharField(max_length=200)
    likelihood = serializers.ChoiceField(choices=Risk.Likelihood.choices)
    amount = MoneyField(allow_null=True, required=False)
    response = _text()
    owner_id = _id()


class DocumentUpload(Input):
    """A file and what it proves."""

    file = serializers.FileField()
    title = serializers.CharField(max_length=200)
    purpose = serializers.ChoiceField(choices=DocumentPurpose.choices)
    evidence_class = serializers.ChoiceField(choices=EvidenceClass.choices, allow_blank=True, required=False)
    milestone_id = serializers.UUIDField(required=False)
    line_ids = serializers.ListField(
        child=serializers.UUIDField(), required=False, help_text="Effect lines that it is evidence for"
    )


class DocumentAttach(Input):
    """All the effect lines that a document is evidence for."""

    line_ids = serializers.ListField(child=serializers.UUIDField())


class DocumentWithdraw(Input):
    """Why it proves nothing any more."""

    reason = _text()


class OverrideWithdraw(Input):
    """Which override ends before its day, and why."""

    kind = serializers.ChoiceField(choices=StatusKind.choices)
    reason = serializers.CharField()


class FindingFilters(Input):
    """What the list of open findings may be narrowed to."""

    code = serializers.CharField(required=False)
    unit = serializers.UUIDField(required=False)
    entity = serializers.UUIDField(required=False)
    q = serializers.CharField(required=False, max_length=200, help_text="Part of a code or a name")


class FindingResolution(Input):
    """What is said to a finding; `measure_id` is the side of an overlap that it is said for."""

    resolution = serializers.ChoiceField(choices=OverlapResolution.choices)
    percent = serializers.DecimalField(max_digits=5, decimal_places=2, required=False, allow_null=True)
    reason = serializers.CharField()
    measure_id = serializers.UUIDField(required=False, allow_null=True)


class StatusOverride(Input):
    """A status that the caller vouches for, for at most one period."""

    kind = serializers.ChoiceField(choices=StatusKind.choices)
    value = serializers.ChoiceField(choices=Status.choices, help_text="Green, amber or red")
    reason = serializers.CharField()
    expires_on = serializers.DateField()
