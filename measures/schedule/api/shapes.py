"""What the API takes and answers with about dependencies, ripples, hand-offs and offers of earlier dates."""

from typing import Any

from rest_framework import serializers

from cat4.api.fields import Input, TotalField
from measures.constants import DependencyKind, RippleAnswerKind, RippleCause


class DependencyFacts(Input):
    """How a milestone waits for another one; the lag is in working days and may be negative."""

    kind = serializers.ChoiceField(choices=DependencyKind.choices, required=False)
    lag_days = serializers.IntegerField(required=False)
    note = serializers.CharField(max_length=200, allow_blank=True, required=False)


class DependencyCreate(DependencyFacts):
    """The milestone that waits, and the one of any measure that it waits for."""

    predecessor_id = serializers.UUIDField()
    successor_id = serializers.UUIDField()


class SlipAsked(Input):
    """The forecast whose consequences are asked for."""

    forecast_on = serializers.DateField()


class MilestoneSearch(Input):
    """Words of the milestone's or measure's name, or the code."""

    q = serializers.CharField(required=False, allow_blank=True, max_length=200)


class RippleReply(Input):
    """Accept the new dates, absorb them with a counter-measure, or contest them with a reason."""

    kind = serializers.ChoiceField(choices=RippleAnswerKind.choices)
    reason = serializers.CharField(allow_blank=True, required=False)
    counter_measure = serializers.CharField(allow_blank=True, required=False)


class OptionalReason(Input):
    """Why, where there is something to say."""

    reason = serializers.CharField(allow_blank=True, required=False)


class MeasureNameAnswer(serializers.Serializer):
    """A measure by name; one that isn't `is_visible` can't be opened and has no name here."""

    id = serializers.UUIDField()
    code = serializers.CharField()
    name = serializers.CharField()
    owner = serializers.CharField()
    is_visible = serializers.BooleanField()


class DependencyAnswer(serializers.Serializer):
    """A link between two milestones."""

    id = serializers.UUIDField()
    predecessor_id = serializers.UUIDField()
    successor_id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=DependencyKind.choices)
    lag_days = serializers.IntegerField()
    note = serializers.CharField()
    version = serializers.IntegerField()


class LinkedAnswer(serializers.Serializer):
    """A dependency from one side: `mine` is a milestone of the measure asked for, `other` the one behind the link."""

    id = serializers.UUIDField()
    mine_id = serializers.UUIDField()
    mine = serializers.CharField()
    other_id = serializers.UUIDField()
    other = serializers.CharField()
    other_on = serializers.DateField()
    measure = MeasureNameAnswer()
    kind = serializers.ChoiceField(choices=DependencyKind.choices)
    lag_days = serializers.IntegerField()
    note = serializers.CharField()
    is_done = serializers.BooleanField()
    warning = serializers.CharField(help_text="On hold, cancelled or closed; empty when the other measure is active")
    version = serializers.IntegerField()


class DependenciesAnswer(serializers.Serializer):
    """What a measure's milestones wait for, and what waits for them."""

    waits_for = LinkedAnswer(many=True)
    waited_for_by = LinkedAnswer(many=True)


class PickableAnswer(serializers.Serializer):
    """A milestone that may be waited for, and no more of its measure than this."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    measure = serializers.CharField()
    expected_on = serializers.DateField()


class PickablesAnswer(serializers.Serializer):
    """The first milestones that fit; narrow the search to see others."""

    results = PickableAnswer(many=True)


class QuarterField(serializers.Serializer):
    """A fiscal quarter."""

    fiscal_year = serializers.IntegerField(source="0")
    quarter = serializers.IntegerField(source="1")

    def to_representation(self, instance: Any) -> dict[str, int]:
        return {"fiscal_year": instance[0], "quarter": instance[1]}


class PartAnswer(serializers.Serializer):
    """A measure, business unit or legal entity; `amounts` in the order of `quarters`."""

    id = serializers.UUIDField(allow_null=True)
    name = serializers.CharField()
    amounts = serializers.ListField(child=TotalField())
    total = TotalField()


class YearAnswer(serializers.Serializer):
    """The changes of a fiscal year."""

    fiscal_year = serializers.IntegerField()
    in_year = TotalField()
    exit_run_rate = TotalField()
    carry_over = TotalField()


class MoneyMovedAnswer(serializers.Serializer):
    """Hard EBITDA that moves of the measures that you may see, in the reporting currency at plan rate."""

    quarters = QuarterField(many=True)
    total = PartAnswer()
    years = YearAnswer(many=True)
    by_unit = PartAnswer(many=True)
    by_entity = PartAnswer(many=True)
    by_measure = PartAnswer(many=True)


class HopAnswer(serializers.Serializer):
    """A milestone on the path; 0 days: its slack took the move up. A hidden one has neither name nor dates."""

    milestone_id = serializers.UUIDField()
    milestone = serializers.CharField()
    measure = MeasureNameAnswer()
    came_from = serializers.CharField()
    via_kind = serializers.CharField()
    via_lag_days = serializers.IntegerField()
    before_on = serializers.DateField(allow_null=True)
    after_on = serializers.DateField(allow_null=True)
    days = serializers.IntegerField()
    slack_used_days = serializers.IntegerField()

    def to_representation(self, instance: Any) -> Any:
        shown = super().to_representation(instance)
        return shown if instance.measure.is_visible else {**shown, "before_on": None, "after_on": None}


class GateMoveAnswer(serializers.Serializer):
    """A planned gate date that can't be kept."""

    measure = MeasureNameAnswer()
    doi = serializers.IntegerField()
    planned_on = serializers.DateField()
    before_on = serializers.DateField()
    after_on = serializers.DateField()
    days = serializers.IntegerField()


class PreviewAnswer(serializers.Serializer):
    """What a slip would cause; nothing was saved."""

    milestone_id = serializers.UUIDField(source="milestone.pk")
    before_on = serializers.DateField()
    after_on = serializers.DateField()
    days = serializers.IntegerField()
    hops = HopAnswer(many=True)
    measures = MeasureNameAnswer(many=True)
    owners = serializers.ListField(child=serializers.CharField())
    gates = GateMoveAnswer(many=True, source="visible_gates")
    money = MoneyMovedAnswer()
    warnings = serializers.ListField(child=serializers.CharField())


class RippleAnswerAnswer(serializers.Serializer):
    """What an affected owner said, or has to say until `due_on`."""

    id = serializers.UUIDField()
    measure = MeasureNameAnswer()
    due_on = serializers.DateField()
    kind = serializers.ChoiceField(choices=RippleAnswerKind.choices, allow_blank=True)
    reason = serializers.CharField()
    counter_measure = serializers.CharField()
    answered_by = serializers.CharField()
    answered_at = serializers.DateTimeField(allow_null=True)
    is_overdue = serializers.BooleanField()


class RippleAnswers(serializers.Serializer):
    """The answers that wait for the caller."""

    results = RippleAnswerAnswer(many=True)


class RippleWhole(serializers.Serializer):
    """A stored ripple with its path, answers and money; the money comes a moment after the dates."""

    id = serializers.UUIDField(source="ripple.pk")
    trigger_id = serializers.UUIDField(source="ripple.trigger_id")
    trigger = serializers.CharField()
    measure = MeasureNameAnswer()
    cause = serializers.ChoiceField(choices=RippleCause.choices, source="ripple.cause")
    before_on = serializers.DateField(source="ripple.before_on")
    after_on = serializers.DateField(source="ripple.after_on")
    days = serializers.IntegerField(source="ripple.days")
    reason = serializers.CharField(help_text="Empty where the measure that slipped is not yours to see")
    author = serializers.CharField()
    at = serializers.DateTimeField(source="ripple.at")
    superseded_at = serializers.DateTimeField(source="ripple.superseded_at", allow_null=True)
    hops = HopAnswer(many=True)
    answers = RippleAnswerAnswer(many=True)
    money = MoneyMovedAnswer()


class RipplesAnswer(serializers.Serializer):
    """The ripples of a measure, the newest first."""

    results = RippleWhole(many=True)


class OfferAnswer(serializers.Serializer):
    """An earlier date that the owner may take."""

    id = serializers.UUIDField()
    milestone_id = serializers.UUIDField()
    milestone = serializers.CharField()
    measure = MeasureNameAnswer()
    because_of = serializers.CharField()
    forecast_on = serializers.DateField()
    possible_on = serializers.DateField()


class OffersAnswer(serializers.Serializer):
    """The offers that wait for the caller."""

    results = OfferAnswer(many=True)


class OfferAnswered(serializers.Serializer):
    """What became of an offer."""

    id = serializers.UUIDField()
    milestone_id = serializers.UUIDField()
    possible_on = serializers.DateField()
    taken = serializers.BooleanField()


class HandOffAnswer(serializers.Serializer):
    """Something handed over that the caller has to accept or refuse."""

    milestone_id = serializers.UUIDField()
    milestone = serializers.CharField()
    measure = MeasureNameAnswer()
    handed_over_on = serializers.DateField()
    version = serializers.IntegerField()


class HandOffsAnswer(serializers.Serializer):
    """What waits for the caller as receiver."""

    results = HandOffAnswer(many=True)


class PushedAnswer(serializers.Serializer):
    """A milestone of the caller that a blocker moves."""

    milestone_id = serializers.UUIDField()
    milestone = serializers.CharField()
    measure = MeasureNameAnswer()
    own_on = serializers.DateField()
    pushed_to = serializers.DateField()
    days = serializers.IntegerField()


class BlockerAnswer(serializers.Serializer):
    """An upstream milestone that moves the caller's."""

    milestone_id = serializers.UUIDField()
    milestone = serializers.CharField()
    measure = MeasureNameAnswer()
    forecast_on = serializers.DateField()
    expected_on = serializers.DateField()
    confirmed_on = serializers.DateField(allow_null=True)
    is_stale = serializers.BooleanField()
    is_overdue = serializers.BooleanField()
    is_on_hold = serializers.BooleanField()
    stands_behind = serializers.IntegerField()
    moves = PushedAnswer(many=True)


class BlockersAnswer(serializers.Serializer):
    """What moves the caller's milestones, the one that moves most first."""

    results = BlockerAnswer(many=True)
