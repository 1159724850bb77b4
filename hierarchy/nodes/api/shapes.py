"""The shapes of the hierarchy's API. Input is apart from output; rules are in the actions."""

from typing import Any

from rest_framework import serializers

from cat4.api.fields import Input, MoneyField, Reference
from hierarchy.constants import Level, TargetEffect, TargetKind


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
    committee_id = serializers.UUIDField(
        required=False, allow_null=True, help_text="For measures whose committee has no power at the new place"
    )


class MoveQuery(Input):
    """Where the node would go."""

    parent_id = serializers.UUIDField(required=False, help_text="Without one, where it is: nothing changes")


class MoveGapAnswer(serializers.Serializer):
    """Forecast minus target of a node in a fiscal year, before and after; negative is short."""

    node_id = serializers.UUIDField()
    node = serializers.CharField()
    kind = serializers.ChoiceField(choices=TargetKind.choices)
    fiscal_year = serializers.IntegerField()
    target = MoneyField()
    before = MoneyField()
    after = MoneyField()


class StrandedAnswer(serializers.Serializer):
    """A measure whose committee has no power at the new place."""

    measure_id = serializers.UUIDField()
    code = serializers.CharField()
    committee = serializers.CharField()


class MoveConsequencesAnswer(serializers.Serializer):
    """What moving a node does, before it is done."""

    gaps = MoveGapAnswer(many=True)
    stranded = StrandedAnswer(many=True)


class DefaultAnswer(serializers.Serializer):
    """What a new measure below a node takes for one fact where it names none itself."""

    field = serializers.CharField(help_text="As a measure calls it, such as sponsor_id")
    named = Reference(allow_null=True)
    origin = Reference(allow_null=True, help_text="The nearest node above, or the node itself, that names it")
    is_inherited = serializers.BooleanField()
    differing_measures = serializers.IntegerField(help_text="Open measures that have another; they keep it")


class DefaultsAnswer(serializers.Serializer):
    """Every fact that a node may name for the measures below it."""

    version = serializers.IntegerField(help_text="Of the node")
    defaults = DefaultAnswer(many=True)


class DefaultsEdit(Input):
    """What a node names for new measures below it; null inherits again. Measures that are there keep what they have."""

    sponsor_id = serializers.UUIDField(allow_null=True, required=False)
    controller_id = serializers.UUIDField(allow_null=True, required=False)
    business_unit_id = serializers.UUIDField(allow_null=True, required=False)
    function_id = serializers.UUIDField(allow_null=True, required=False)
    legal_entity_id = serializers.UUIDField(allow_null=True, required=False)
    committee_id = serializers.UUIDField(allow_null=True, required=False)


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
        cells = [(target["effect"], target["kind"], target["fiscal_year"]) for target in targets]
        if len(set(cells)) < len(cells):
            raise serializers.ValidationError("A target is given twice.")
        return targets


class TargetsAnswer(serializers.Serializer):
    """The targets of a node."""

    targets = TargetAnswer(many=True)
