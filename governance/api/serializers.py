"""The shapes of the governance API. Input is apart from output; rules are in the actions."""

from typing import Any

from rest_framework import serializers

from cat4.api.fields import Input, MoneyField, MonthAmountsField, MonthField, Reference, TotalField
from hierarchy.constants import PeriodState
from measures.constants import Doi

from ..constants import HoldReason, Outcome, RequestKind, RequestState, RuleKind


class RuleAnswer(serializers.Serializer):
    """One rule of the next gate: what it found, and who can supply what is missing."""

    rule = serializers.CharField()
    kind = serializers.ChoiceField(choices=RuleKind.choices)
    passed = serializers.BooleanField()
    text = serializers.CharField()
    value = serializers.CharField()
    supplier = serializers.CharField()
    version = serializers.IntegerField()


class ApprovalAnswer(serializers.Serializer):
    """A confirmation given to a request; of several of a kind the last counts."""

    id = serializers.UUIDField()
    kind = serializers.CharField(
        help_text="size_and_timing, sponsor, hand_over, plan_change, or the key of an own rule"
    )
    person = Reference()
    on_behalf_of = Reference(allow_null=True, help_text="For whom a deputy gave it")
    granted = serializers.BooleanField()
    comment = serializers.CharField()
    at = serializers.DateTimeField()


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


class RequestAnswer(serializers.Serializer):
    """The ask for a move of a measure, or for another plan."""

    id = serializers.UUIDField()
    measure = Reference()
    kind = serializers.ChoiceField(choices=RequestKind.choices)
    from_doi = serializers.ChoiceField(choices=Doi.choices)
    to_doi = serializers.ChoiceField(choices=Doi.choices)
    state = serializers.ChoiceField(choices=RequestState.choices)
    comment = serializers.CharField()
    hold_reason = serializers.ChoiceField(choices=HoldReason.choices, allow_blank=True)
    resume_on = serializers.DateField(allow_null=True)
    gap_owner = Reference(allow_null=True)
    requested_by = Reference(allow_null=True, help_text="Null when a rule asked")
    on_behalf_of = Reference(allow_null=True, help_text="For whom a deputy asked")
    rule_set_number = serializers.IntegerField(help_text="The version of the gate rules it was handed in under")
    submitted_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    approvals = ApprovalAnswer(source="approvals.all", many=True)
    plan_change = PlanChangeAnswer(allow_null=True, help_text="Only of a request to change the plan")


class RequestFilters(Input):
    """What a list of requests may be narrowed to."""

    measure_id = serializers.UUIDField(required=False)
    state = serializers.ChoiceField(choices=RequestState.choices, required=False)
    kind = serializers.ChoiceField(choices=RequestKind.choices, required=False)


class ClaimCreate(Input):
    """What is claimed of an effect line, in its currency: a run-rate of recurring ones, the sum of the others."""

    line_id = serializers.UUIDField()
    claimed = MoneyField()


class RequestCreate(Input):
    """Ask for the next gate, a hold, resuming, cancelling, reopening, or that a residual be accepted."""

    measure_id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=RequestKind.choices, default=RequestKind.ADVANCE)
    comment = serializers.CharField(allow_blank=True, required=False)
    hold_reason = serializers.ChoiceField(choices=HoldReason.choices, allow_blank=True, required=False)
    resume_on = serializers.DateField(allow_null=True, required=False)
    gap_owner_id = serializers.UUIDField(allow_null=True, required=False)
    claims = ClaimCreate(many=True, required=False, help_text="Only of a closing; what isn't named was reported")


class ApprovalCreate(Input):
    """Confirm, or refuse to confirm with a comment."""

    kind = serializers.CharField(
        help_text="size_and_timing, sponsor, hand_over, plan_change, or the key of an own rule"
    )
    granted = serializers.BooleanField(default=True)
    comment = serializers.CharField(allow_blank=True, required=False)


class DecisionAnswer(serializers.Serializer):
    """What was decided, by whom and why, with every rule's result as it was then."""

    id = serializers.UUIDField()
    number = serializers.IntegerField()
    measure = Reference()
    request_id = serializers.UUIDField()
    outcome = serializers.ChoiceField(choices=Outcome.choices)
    from_doi = serializers.ChoiceField(choices=Doi.choices)
    to_doi = serializers.ChoiceField(choices=Doi.choices)
    reason = serializers.CharField()
    rule_results = serializers.ListField(child=serializers.DictField())
    rule_set_number = serializers.IntegerField(help_text="The version of the gate rules in force at the decision")
    is_gate = serializers.BooleanField(help_text="False: a degree passed along with the next gate")
    decided_by = Reference()
    on_behalf_of = Reference(allow_null=True, help_text="For whom a deputy decided")
    decided_at = serializers.DateTimeField()


class DecisionFilters(Input):
    """What a list of decisions may be narrowed to."""

    measure_id = serializers.UUIDField(required=False)
    outcome = serializers.ChoiceField(choices=Outcome.choices, required=False)


class DecisionCreate(Input):
    """Decide an open request. Closures are signed in the browser, not decided here."""

    request_id = serializers.UUIDField()
    outcome = serializers.ChoiceField(choices=Outcome.choices)
    reason = serializers.CharField()
    hold_reason = serializers.ChoiceField(choices=HoldReason.choices, allow_blank=True, required=False)
    resume_on = serializers.DateField(allow_null=True, required=False)
    gap_owner_id = serializers.UUIDField(allow_null=True, required=False)


class PeriodAnswer(serializers.Serializer):
    """A month and whether it takes entries. Months that aren't listed are open."""

    month = MonthField()
    state = serializers.ChoiceField(choices=PeriodState.choices)
    locked_at = serializers.DateTimeField(allow_null=True)
    locked_by = Reference(allow_null=True)


class PeriodLock(Input):
    """The month to lock for good; with measures missing, why."""

    month = MonthField()
    reason = serializers.CharField(required=False, allow_blank=True, default="")


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
