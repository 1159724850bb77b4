"""What the measures' API takes. Whether it is allowed and right is for the actions to say."""

from rest_framework import serializers

from cat4.api.fields import Input, MoneyField
from measures.constants import (
    Doi,
    EffectKind,
    EvidenceClass,
    Lifecycle,
    Status,
)
from measures.models import Risk


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
    committee_id = serializers.UUIDField(
        required=False, allow_null=True, help_text="Where its own committee has no power over the new package"
    )


class RiskEdit(Input):
    """A risk and the answer to it."""

    title = serializers.CharField(max_length=200)
    likelihood = serializers.ChoiceField(choices=Risk.Likelihood.choices)
    amount = MoneyField(allow_null=True, required=False)
    response = _text()
    owner_id = _id()
