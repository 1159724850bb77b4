"""The shapes of the hierarchy's API. Input is apart from output; rules are in the actions."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cat4.api.fields import Input, MoneyField, MonthField, Reference

from ..constants import Cadence, CirculationEffect, Level, Majority, RateKind, TargetEffect, TargetKind


class NodeAnswer(serializers.Serializer):
    """A node, from the organization down to a measure package."""

    id = serializers.UUIDField()
    level = serializers.ChoiceField(choices=Level.choices)
    kind = serializers.CharField()
    parent_id = serializers.UUIDField(allow_null=True)
    code = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    lead = Reference(allow_null=True)
    position = serializers.IntegerField()
    retired_at = serializers.DateTimeField(allow_null=True)
    source_system = serializers.CharField()
    external_id = serializers.CharField()
    version = serializers.IntegerField()


class NodeFilters(Input):
    """What a list of nodes may be narrowed to."""

    level = serializers.ChoiceField(choices=Level.choices, required=False)
    parent_id = serializers.UUIDField(required=False)
    retired = serializers.BooleanField(required=False, default=False, help_text="Also those out of use")
    source_system = serializers.CharField(required=False)
    external_id = serializers.CharField(required=False)


class NodeEdit(Input):
    """The facts of a node that a person edits."""

    name = serializers.CharField(max_length=200)
    code = serializers.CharField(max_length=40, allow_blank=True, required=False)
    description = serializers.CharField(allow_blank=True, required=False)
    lead_id = serializers.UUIDField(allow_null=True, required=False)
    position = serializers.IntegerField(min_value=0, max_value=1_000_000, required=False)


class NodeCreate(NodeEdit):
    """A new node, one level below its parent."""

    parent_id = serializers.UUIDField()
    source_system = serializers.CharField(max_length=60, allow_blank=True, required=False)
    external_id = serializers.CharField(max_length=200, allow_blank=True, required=False)


class NodeMove(Input):
    """Another parent of the same level."""

    parent_id = serializers.UUIDField()


class MasterAnswer(serializers.Serializer):
    """An entry of master data. Only legal entities have a currency and a country."""

    id = serializers.UUIDField()
    code = serializers.CharField()
    name = serializers.CharField()
    currency = serializers.CharField(required=False)
    country = serializers.CharField(required=False)
    retired_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField()


class RetiredFilter(Input):
    """Whether entries out of use are listed too."""

    retired = serializers.BooleanField(required=False, default=False)


class SeatAnswer(serializers.Serializer):
    """A seat in a committee."""

    user_id = serializers.UUIDField()
    name = serializers.CharField(source="user.name")
    role = serializers.CharField()


class CommitteeAnswer(serializers.Serializer):
    """The body with decision rights over a node's subtree."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    node = Reference()
    members = SeatAnswer(many=True)
    quorum_count = serializers.IntegerField(allow_null=True, help_text="Members; null where the share counts")
    quorum_percent = serializers.IntegerField(help_text="Of those entitled, rounded up")
    majority = serializers.ChoiceField(choices=Majority.choices)
    cadence = serializers.ChoiceField(choices=Cadence.choices, allow_blank=True)
    cadence_weekday = serializers.IntegerField(allow_null=True, help_text="0 is Monday")
    cadence_week = serializers.IntegerField(allow_null=True, help_text="Of the month; 5 is the last")
    cadence_from = serializers.DateField(allow_null=True)
    meets_at = serializers.TimeField(allow_null=True)
    place = serializers.CharField()
    escalation = Reference(allow_null=True)
    circulation_effect = serializers.ChoiceField(choices=CirculationEffect.choices)
    retired_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField()


class PersonAnswer(serializers.Serializer):
    """Somebody who may act in the organization today."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    email = serializers.EmailField()


class RoleAnswer(serializers.Serializer):
    """A role of the caller, for a node and all below it."""

    role = serializers.CharField()
    node_id = serializers.UUIDField()


class CallerAnswer(serializers.Serializer):
    """Whom the token or the session stands for."""

    user_id = serializers.UUIDField()
    name = serializers.CharField()
    is_admin = serializers.BooleanField()
    grants = RoleAnswer(many=True)


class OrganizationAnswer(serializers.Serializer):
    """The organization of the address, its calendar and the thresholds in force."""

    id = serializers.UUIDField(source="organization.id")
    name = serializers.CharField(source="organization.name")
    slug = serializers.CharField(source="organization.slug")
    currency = serializers.CharField(source="organization.currency")
    time_zone = serializers.CharField(source="organization.time_zone")
    fiscal_year_start = serializers.IntegerField(source="organization.fiscal_year_start")
    first_month = serializers.DateField(format="%Y-%m")
    last_month = serializers.DateField(format="%Y-%m")
    thresholds = serializers.SerializerMethodField()
    caller = serializers.SerializerMethodField()
    version = serializers.IntegerField(help_text="Of the settings")

    @extend_schema_field({"type": "object", "additionalProperties": {"type": "string"}})
    def get_thresholds(self, settings: Any) -> dict[str, str]:
        return settings.thresholds.as_stored()  # type: ignore[no-any-return]

    @extend_schema_field(CallerAnswer)
    def get_caller(self, settings: Any) -> Any:
        return CallerAnswer(self.context["actor"]).data


class RateField(serializers.DecimalField):
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
        keys = [(one["currency"].strip().upper(), one["month"]) for one in rates]
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


class TargetAnswer(serializers.Serializer):
    """A target of a node, what its children were given of it, and the rest; negative: over-allocated.

    `amount` is null where only children have a target. Headcount is in FTE, all else in the reporting currency.
    """

    fiscal_year = serializers.IntegerField()
    effect = serializers.ChoiceField(choices=TargetEffect.choices)
    kind = serializers.ChoiceField(choices=TargetKind.choices)
    amount = MoneyField(allow_null=True)
    allocated = MoneyField()
    not_allocated = MoneyField(allow_null=True)
    is_over_allocated = serializers.BooleanField()


class TargetGiven(Input):
    """A target to set; null takes it away."""

    fiscal_year = serializers.IntegerField(min_value=1900, max_value=9999)
    effect = serializers.ChoiceField(choices=TargetEffect.choices, default=TargetEffect.EBITDA)
    kind = serializers.ChoiceField(choices=TargetKind.choices)
    amount = MoneyField(allow_null=True)


class TargetsGiven(Input):
    """Targets of a node, set together or not at all; others stay as they are."""

    targets = TargetGiven(many=True, allow_empty=False)

    def validate_targets(self, targets: list[dict[str, Any]]) -> list[dict[str, Any]]:
        cells = [(one["effect"], one["kind"], one["fiscal_year"]) for one in targets]
        if len(set(cells)) < len(cells):
            raise serializers.ValidationError("A target is given twice.")
        return targets


class TargetsAnswer(serializers.Serializer):
    """The targets of a node."""

    targets = TargetAnswer(many=True)


class DayAnswer(serializers.Serializer):
    """A holiday or a day of the organization's own."""

    on = serializers.DateField()
    name = serializers.CharField()
    is_working = serializers.BooleanField()
    is_own = serializers.SerializerMethodField()

    def get_is_own(self, day: Any) -> bool:
        return day.own_day is not None


class CalendarAnswer(serializers.Serializer):
    """A calendar year of the organization: Monday to Friday, but for these days."""

    year = serializers.IntegerField()
    country = serializers.CharField(allow_blank=True)
    subdivision = serializers.CharField(allow_blank=True)
    working_days = serializers.IntegerField()
    days = DayAnswer(many=True)


class CalendarFilters(Input):
    """Which year; this one unless asked."""

    year = serializers.RegexField(r"^\d{4}$", required=False, default="")
