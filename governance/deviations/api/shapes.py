"""Shapes of deviations over REST."""

from rest_framework import serializers

from cat4.api.fields import Input, MoneyField, Reference, TotalField
from governance.constants import HoldReason
from governance.gates.api.shapes import InAManner

from ..constants import CauseClass, DeviationKind, DeviationOutcome, DeviationState
from ..models import Deviation
from ..selectors.deviations import sentence_of


class DeviationAsked(Input):
    """Filters of the list; without a state what is open or decided is listed."""

    state = serializers.ChoiceField(choices=[*DeviationState.values, "all"], required=False)
    kind = serializers.ChoiceField(choices=DeviationKind.choices, required=False)
    measure = serializers.UUIDField(required=False)
    unit = serializers.UUIDField(required=False)
    clock = serializers.ChoiceField(choices=["past", "soon", "running"], required=False)
    q = serializers.CharField(required=False)


class OptionAnswer(serializers.Serializer):
    """A way out, in the reporting currency."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    outcome = serializers.CharField()
    text = serializers.CharField()
    effect_in_year = TotalField()
    effect_run_rate = TotalField()
    one_time_cost = TotalField()
    effective_on = serializers.DateField()
    is_recommended = serializers.BooleanField()
    written_by = Reference()


class CounterMeasureAnswer(serializers.Serializer):
    """What closes the gap."""

    id = serializers.UUIDField()
    deviation_id = serializers.UUIDField()
    text = serializers.CharField()
    responsible = Reference()
    due_on = serializers.DateField()
    measure_id = serializers.UUIDField(allow_null=True)
    origin = serializers.CharField()
    done_on = serializers.DateField(allow_null=True)
    note = serializers.CharField()
    version = serializers.IntegerField()


class DeviationDecisionAnswer(InAManner):
    """What the committee decided."""

    id = serializers.UUIDField()
    number = serializers.IntegerField()
    outcome = serializers.CharField()
    reason = serializers.CharField()
    option_id = serializers.UUIDField(allow_null=True)
    wait_until = serializers.DateField(allow_null=True)
    gap_owner = Reference(allow_null=True)
    counter_measure_id = serializers.UUIDField(allow_null=True)
    gate_decision_id = serializers.UUIDField(allow_null=True)
    decided_by = Reference()
    decided_at = serializers.DateTimeField()


class TriggerAnswer(serializers.Serializer):
    """A rule that holds, or held last."""

    rule = serializers.CharField()
    sentence = serializers.CharField()


class StepAnswer(serializers.Serializer):
    """A step of the clock, with the day on which it was due."""

    step = serializers.CharField()
    due_on = serializers.DateField()
    note = serializers.CharField()
    at = serializers.DateTimeField()


class DeviationAnswer(serializers.Serializer):
    """A deviation in a list. Effects are against the plan, in the reporting currency; negative is a loss."""

    id = serializers.UUIDField()
    number = serializers.IntegerField()
    measure = Reference()
    kind = serializers.CharField()
    state = serializers.CharField()
    sentence = serializers.SerializerMethodField()
    opened_on = serializers.DateField()
    day = serializers.SerializerMethodField(help_text="Of the clock, in calendar days")
    is_past_clock = serializers.SerializerMethodField()
    cause_due_on = serializers.DateField()
    escalate_on = serializers.DateField()
    escalated_on = serializers.DateField(allow_null=True)
    waits_until = serializers.DateField(allow_null=True)
    decide_by = serializers.DateField()
    clear_since = serializers.DateField(allow_null=True)
    closed_on = serializers.DateField(allow_null=True)
    cause_class = serializers.CharField()
    cause = serializers.CharField()
    decision_needed = serializers.CharField()
    effect_in_year = TotalField()
    effect_run_rate = TotalField()
    effect_in_year_opened = TotalField()
    effect_run_rate_opened = TotalField()
    version = serializers.IntegerField()

    def get_sentence(self, row: Deviation) -> str:
        return sentence_of(row)

    def get_day(self, row: Deviation) -> int:
        return row.day_on(self.context["today"])

    def get_is_past_clock(self, row: Deviation) -> bool:
        return row.is_past_clock(self.context["today"])


class DeviationWhole(DeviationAnswer):
    """A deviation with its rules, options, counter-measures, decisions and steps."""

    triggers = TriggerAnswer(many=True)
    gap_owner = Reference(allow_null=True)
    options = OptionAnswer(many=True)
    counter_measures = CounterMeasureAnswer(many=True)
    decisions = DeviationDecisionAnswer(many=True)
    steps = StepAnswer(many=True)


class CauseInput(Input):
    """Why it happened."""

    cause_class = serializers.ChoiceField(choices=CauseClass.choices)
    cause = serializers.CharField()
    decision_needed = serializers.CharField(required=False, allow_blank=True)


class OptionInput(Input):
    """A way out; amounts are those of the measure afterwards."""

    title = serializers.CharField()
    outcome = serializers.ChoiceField(choices=DeviationOutcome.choices, required=False)
    text = serializers.CharField(required=False, allow_blank=True)
    effect_in_year = MoneyField()
    effect_run_rate = MoneyField()
    one_time_cost = MoneyField(required=False)
    effective_on = serializers.DateField()
    is_recommended = serializers.BooleanField(required=False)


class CounterMeasureInput(Input):
    """Who does what by when; with a measure it is done when that reaches DoI 2."""

    text = serializers.CharField()
    responsible_id = serializers.UUIDField()
    due_on = serializers.DateField()
    measure_id = serializers.UUIDField(required=False)


class DoneInput(Input):
    """What came of it."""

    note = serializers.CharField()


class DecideInput(Input):
    """`settles` are further open deviations of the measure that it settles too.

    Accept needs `gap_owner_id`; compensate `measure_id` or `new_measure`; re-scope, add resources and re-sequence
    `due_on`; hold `hold_reason` and `resume_on`; cancel `gap_owner_id`; wait `wait_until`, once.
    """

    outcome = serializers.ChoiceField(choices=DeviationOutcome.choices)
    reason = serializers.CharField()
    settles = serializers.ListField(child=serializers.UUIDField(), required=False)
    option_id = serializers.UUIDField(required=False)
    wait_until = serializers.DateField(required=False)
    gap_owner_id = serializers.UUIDField(required=False)
    measure_id = serializers.UUIDField(required=False)
    new_measure = serializers.CharField(required=False)
    owner_id = serializers.UUIDField(required=False)
    due_on = serializers.DateField(required=False)
    hold_reason = serializers.ChoiceField(choices=HoldReason.choices, required=False)
    resume_on = serializers.DateField(required=False)
    urgent_reason = serializers.CharField(
        required=False, help_text="Why the chair can't wait for the committee, where that is asked"
    )
