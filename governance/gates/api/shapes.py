"""The shapes of the governance API. Input is apart from output; rules are in the actions."""

from rest_framework import serializers

from cat4.api.fields import Input, MoneyField, Reference
from governance.constants import HoldReason, Outcome, RequestKind
from governance.parties.constants import DecidedAs, ResolutionKind
from governance.rules.constants import RuleKind
from measures.constants import Doi

from ..constants import RequestState
from ..contents import contents


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

    def get_fields(self) -> dict[str, serializers.Field]:
        """Its own, and what requests of each kind hold."""
        fields = super().get_fields()
        for content in contents().values():
            fields |= content.answers()
        return fields


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


class InAManner(serializers.Serializer):
    """How a decision of a committee was made."""

    manner = serializers.ChoiceField(
        choices=DecidedAs.choices, allow_blank=True, help_text="Empty where no committee decides"
    )
    weight = MoneyField(allow_null=True, help_text="How much a year it was about, in the reporting currency")
    urgent_reason = serializers.CharField(help_text="Why the chair couldn't wait for the committee")
    is_ratified = serializers.BooleanField(allow_null=True, help_text="Only of urgent decisions")
    resolution_kind = serializers.ChoiceField(choices=ResolutionKind.choices, allow_blank=True)
    resolution_id = serializers.UUIDField(allow_null=True, help_text="The agenda item or the circulation")


class DecisionAnswer(InAManner):
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
    urgent_reason = serializers.CharField(
        allow_blank=True, required=False, help_text="Why the chair can't wait for the committee, where that is asked"
    )
