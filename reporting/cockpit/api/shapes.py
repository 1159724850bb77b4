"""What the reports' API answers with. Amounts are in the reporting currency at plan rate."""

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cat4.api.fields import MoneyField, MonthField, Reference, TotalField
from hierarchy.constants import TargetEffect, TargetKind
from measures.constants import Certainty, EffectKind, LeakageCause, Status
from measures.status.api.answers import TRENDS
from reporting.figures.api.shapes import _SHARE, FacAnswer
from reporting.past.api.shapes import AsOf


class NodeStatusAnswer(serializers.Serializer):
    """Both statuses of a node, computed from its sums, with their reasons in words; null before there are any."""

    implementation = serializers.ChoiceField(choices=Status.choices)
    potential = serializers.ChoiceField(choices=Status.choices)
    implementation_reasons = serializers.ListField(child=serializers.CharField())
    potential_reasons = serializers.ListField(child=serializers.CharField())
    computed_at = serializers.DateTimeField()


class NodeTrendAnswer(serializers.Serializer):
    """How both statuses moved since `month` was locked; null and steady where nothing was kept, and as of a lock."""

    month = MonthField(allow_null=True)
    implementation = serializers.ChoiceField(choices=TRENDS)
    potential = serializers.ChoiceField(choices=TRENDS)


class RunRatesAnswer(serializers.Serializer):
    """Measures and their annual effects: planned, forecast, and validated by controllers."""

    measures = serializers.IntegerField()
    plan = TotalField()
    forecast = TotalField()
    validated = TotalField()


class PipelineAnswer(serializers.Serializer):
    """Annual effects: all degrees, weighted by degree, decided (DoI 3 on), and apart what is on hold."""

    gross = TotalField()
    weighted = TotalField()
    hard = TotalField()
    on_hold = TotalField()


class YearOutlookAnswer(serializers.Serializer):
    """Hard EBITDA of a fiscal year, and what it hands on to the next."""

    fiscal_year = serializers.IntegerField()
    first_month = MonthField()
    last_month = MonthField()
    plan = TotalField()
    fac = FacAnswer()
    plan_exit_run_rate = TotalField()
    exit_run_rate = TotalField()
    plan_carry_over = TotalField()
    carry_over = TotalField()


class VarianceAnswer(serializers.Serializer):
    """Plan minus FAC by cause; positive is missing. The parts add up; `fx_effect` stands beside them."""

    total = TotalField()
    timing = TotalField()
    magnitude = TotalField()
    cancelled = TotalField()
    on_hold = TotalField()
    unsplit = TotalField(help_text="Zero, unless sums wait to be computed anew")
    fx_effect = TotalField(help_text="What average instead of plan rates bring")


class LeakageAnswer(serializers.Serializer):
    """Planned money of locked months that wasn't validated, of one cause; positive is missing."""

    cause = serializers.ChoiceField(choices=LeakageCause.choices)
    amount = TotalField()


class IncompleteAnswer(serializers.Serializer):
    """What the totals leave out: measures with amounts whose currency has no plan rate in a fiscal year."""

    measures = serializers.IntegerField()
    missing_rates = serializers.ListField(child=serializers.CharField(), help_text="Such as GBP 2027")
    sentence = serializers.CharField()


class FiguresAnswer(serializers.Serializer):
    """The figures of a node: sums over the governable measures below it, money from DoI 1 on."""

    node = Reference()
    as_of = serializers.DateField()
    currency = serializers.CharField()
    locked_until = MonthField(allow_null=True)
    measures = serializers.IntegerField(help_text="Every measure, whatever its state")
    not_governable = serializers.IntegerField(help_text="Measures in work that bring no money yet")
    status = NodeStatusAnswer(allow_null=True)
    trend = NodeTrendAnswer()
    run_rates = RunRatesAnswer()
    pipeline = PipelineAnswer()
    year = YearOutlookAnswer()
    variance = VarianceAnswer()
    leakage = LeakageAnswer(many=True)
    green_trap = RunRatesAnswer(help_text="On time, and the money at risk or short")
    green_trap_days = serializers.IntegerField(allow_null=True, help_text="How long the oldest has been in it")
    attribution_doubtful = RunRatesAnswer(help_text="Very late, and the money arrives")
    incomplete = IncompleteAnswer(allow_null=True, help_text="null where every amount has its plan rate")
    recomputing = serializers.BooleanField(help_text="Changes below wait to enter these figures")


class CoverAnswer(serializers.Serializer):
    """A target and what stands against it; headcount in FTE."""

    fiscal_year = serializers.IntegerField(source="target.fiscal_year")
    effect = serializers.ChoiceField(choices=TargetEffect.choices, source="target.effect")
    kind = serializers.ChoiceField(choices=TargetKind.choices, source="target.kind")
    target = MoneyField(source="target.amount", allow_null=True, help_text="null where only children have one")
    hard = TotalField(allow_null=True, help_text="null for other effects than EBITDA, and in-year of other years")
    hard_share = serializers.SerializerMethodField()
    weighted = TotalField(allow_null=True)
    weighted_share = serializers.SerializerMethodField()
    plan = TotalField(allow_null=True, help_text="Exit run-rate, or the year's sum")
    forecast = TotalField(source="expected", allow_null=True)
    by_then = TotalField(
        allow_null=True, help_text="Of the forecast run-rate, what runs when the year ends; of the last target only"
    )
    gap = TotalField(allow_null=True, help_text="Forecast minus target; negative is short")
    not_decided = TotalField(allow_null=True, help_text="Target minus hard; null where hard is")
    not_allocated = TotalField(source="target.not_allocated", allow_null=True)

    @extend_schema_field(_SHARE)
    def get_hard_share(self, covered: Any) -> str | None:
        return _text(covered.share(covered.hard))

    @extend_schema_field(_SHARE)
    def get_weighted_share(self, covered: Any) -> str | None:
        return _text(covered.share(covered.weighted))


def _text(share: Decimal | None) -> str | None:
    return None if share is None else f"{share:.4f}"


class NodeYearAnswer(serializers.Serializer):
    """One effect kind, certainty and fiscal year; FTE in heads. The four parts add up to `fac`."""

    kind = serializers.ChoiceField(choices=EffectKind.choices)
    certainty = serializers.ChoiceField(choices=Certainty.choices)
    fiscal_year = serializers.IntegerField()
    measures = serializers.IntegerField()
    plan = TotalField()
    fac = TotalField()
    validated = TotalField()
    reported = TotalField()
    forecast = TotalField()
    assumed = TotalField()
    stale = TotalField(help_text="Of the forecast: last confirmed too long ago")
    plan_exit_run_rate = TotalField()
    exit_run_rate = TotalField()


class NodeMonthAnswer(serializers.Serializer):
    """Recurring hard EBITDA of a month: twelve times it is the run-rate of that moment."""

    month = MonthField()
    plan = TotalField()
    forecast = TotalField(help_text="Validated, else reported, else forecast, else assumed")
    reported = TotalField(help_text="Reported and not validated")
    validated = TotalField()


class MatrixAnswer(serializers.Serializer):
    """Governable measures in work with one pair of statuses."""

    implementation = serializers.ChoiceField(choices=Status.choices)
    potential = serializers.ChoiceField(choices=Status.choices)
    measures = serializers.IntegerField()
    plan = TotalField()
    forecast = TotalField()
    against_plan = TotalField(help_text="Forecast minus plan, annual; negative is short")
    is_green_trap = serializers.BooleanField()
    is_attribution_doubtful = serializers.BooleanField()


class YearFilters(AsOf):
    """What the years may be narrowed to."""

    fiscal_year = serializers.IntegerField(required=False, min_value=1900, max_value=9999)
    kind = serializers.ChoiceField(choices=EffectKind.choices, required=False)
    certainty = serializers.ChoiceField(choices=Certainty.choices, required=False)


class MonthFilters(AsOf):
    """The first and the last month that are wanted."""

    first = MonthField(required=False)
    last = MonthField(required=False)
