"""What the API takes and gives of changes of plan."""

from typing import Any

from rest_framework import serializers

from cat4.api.fields import Input, MoneyField, MonthAmountsField, MonthField, Reference, TotalField


class ChangedMonthAnswer(serializers.Serializer):
    """A plan month before and after; before is null where nothing was planned."""

    month = MonthField()
    before = MoneyField(allow_null=True)
    after = MoneyField()


class ChangedLineAnswer(serializers.Serializer):
    """An effect line whose plan is to change, in `currency`; with an annual amount it was phased anew."""

    line = Reference()
    currency = serializers.CharField()
    annual_amount = MoneyField(allow_null=True)
    start_month = MonthField(allow_null=True)
    end_month = MonthField(allow_null=True)
    ramp_months = serializers.IntegerField()
    months = ChangedMonthAnswer(source="months.all", many=True)


class ChangedDateAnswer(serializers.Serializer):
    """A milestone whose baseline date is to move."""

    milestone = Reference()
    before = serializers.DateField()
    after = serializers.DateField()


class PlanChangeAnswer(serializers.Serializer):
    """What a request to change the plan proposes; `plan_version` is the one that it was made on."""

    plan_version = serializers.IntegerField(source="base_number")
    lines = ChangedLineAnswer(source="lines.all", many=True)
    dates = ChangedDateAnswer(source="dates.all", many=True)
    implement_by_before = serializers.DateField(allow_null=True)
    implement_by = serializers.DateField(allow_null=True, help_text="The planned date of DoI 4 asked for")
    close_by_before = serializers.DateField(allow_null=True)
    close_by = serializers.DateField(allow_null=True, help_text="The planned date of DoI 5 asked for")


class LineChange(Input):
    """Either `months`, or an annual amount with its start: then all open months are phased anew."""

    line_id = serializers.UUIDField()
    months = MonthAmountsField(required=False)
    annual_amount = MoneyField(required=False)
    start_month = MonthField(required=False)
    end_month = MonthField(allow_null=True, required=False)
    ramp_months = serializers.IntegerField(min_value=0, max_value=120, default=0)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        if ("annual_amount" in given) != ("start_month" in given):
            raise serializers.ValidationError({"start_month": ["An annual amount and its start belong together."]})
        return given


class DateChange(Input):
    """A new baseline date of a milestone."""

    milestone_id = serializers.UUIDField()
    baseline_on = serializers.DateField()


class PlanChangeCreate(Input):
    """Ask for another plan. What isn't named stays; `plan_version` is the one that the caller saw."""

    reason = serializers.CharField()
    lines = LineChange(many=True, required=False)
    dates = DateChange(many=True, required=False)
    implement_by = serializers.DateField(required=False, help_text="Another planned date of DoI 4")
    close_by = serializers.DateField(required=False, help_text="Another planned date of DoI 5")
    plan_version = serializers.IntegerField(min_value=0, required=False)


class PlanLineAnswer(serializers.Serializer):
    """The months of a line in a plan version, in the line's currency."""

    line_id = serializers.UUIDField()
    months = MonthAmountsField()


class PlanDateAnswer(serializers.Serializer):
    """The baseline date of a milestone in a plan version."""

    milestone_id = serializers.UUIDField()
    baseline_on = serializers.DateField()


class PlanYearAnswer(serializers.Serializer):
    """Hard EBITDA and one-time cost of a fiscal year, reporting currency at plan rate."""

    fiscal_year = serializers.IntegerField()
    in_year = TotalField()
    carry_over = TotalField()
    run_rate = TotalField(help_text="Exit run-rate")
    cost = TotalField(help_text="One-time cost and capex")


class PlanVersionAnswer(serializers.Serializer):
    """A frozen plan: who decided it and why, its months, its dates and what it brings."""

    number = serializers.IntegerField()
    frozen_at = serializers.DateTimeField()
    decided_by = serializers.CharField()
    reason = serializers.CharField()
    lines = PlanLineAnswer(many=True)
    dates = PlanDateAnswer(many=True)
    decide_by = serializers.DateField(allow_null=True)
    implement_by = serializers.DateField(allow_null=True)
    close_by = serializers.DateField(allow_null=True)
    years = PlanYearAnswer(many=True, allow_null=True, help_text="Null while a plan rate is missing")
    run_rate = TotalField(allow_null=True)
