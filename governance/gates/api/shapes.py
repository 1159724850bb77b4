"""The shapes of the governance API. Input is apart from output; rules are in the actions."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cat4.api.fields import Input, MoneyField, Reference, TotalField
from governance.constants import HoldReason, Outcome, RequestKind
from governance.parties.constants import DecidedAs, ResolutionKind
from governance.rules.constants import ReopenCause, RuleKind
from governance.rules.facts import CauseFact
from hierarchy.constants import TargetKind
from measures.constants import Doi

from ..constants import RequestState
from ..contents import contents
from ..models import GateDecision
from ..selectors.consequences import WITH_CONSEQUENCES
from ..selectors.kept_consequences import as_seen


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


class CauseAnswer(serializers.Serializer):
    """What a closed measure is reopened for; `ref` chooses it."""

    ref = serializers.SerializerMethodField()
    kind = serializers.ChoiceField(choices=ReopenCause.choices)
    key = serializers.CharField()
    said = serializers.CharField()

    def get_ref(self, cause: CauseFact | dict[str, str]) -> str:
        """Kind and key."""
        return cause.ref if isinstance(cause, CauseFact) else f"{cause['kind']}:{cause['key']}"


@extend_schema_field(CauseAnswer(allow_null=True))
class CauseField(serializers.Field):
    """A kept cause; null without one."""

    def to_representation(self, value: dict[str, str]) -> dict[str, str] | None:
        return dict(CauseAnswer(value).data) if value else None


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
    cause = CauseField(read_only=True, help_text="What a reopening is asked for; null without a cause")
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
    cause = serializers.CharField(
        required=False,
        allow_blank=True,
        help_text="Of a reopening: one of the measure's causes; without one both agree",
    )
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


class OwnYearAnswer(serializers.Serializer):
    """Hard EBITDA expected of the measure, before and after."""

    fiscal_year = serializers.IntegerField()
    in_year_before = TotalField()
    in_year_after = TotalField()
    run_rate_before = TotalField()
    run_rate_after = TotalField()


class NamedAnswer(serializers.Serializer):
    """Another measure by its code; `name` is empty where the caller doesn't see it."""

    measure_id = serializers.UUIDField()
    code = serializers.CharField()
    name = serializers.CharField(allow_blank=True)


class SuccessorAnswer(NamedAnswer):
    """An open milestone that waits for the measure; `days` are working days that it would move."""

    owner = serializers.CharField(allow_blank=True)
    milestone_id = serializers.UUIDField()
    milestone = serializers.CharField(allow_blank=True)
    before_on = serializers.DateField()
    after_on = serializers.DateField()
    days = serializers.IntegerField()


class MovedAnswer(NamedAnswer):
    """What moved dates do to the money of another measure."""

    fiscal_year = serializers.IntegerField()
    in_year = TotalField()
    exit_run_rate = TotalField()


class EnabledAnswer(NamedAnswer):
    """A measure whose effect the measure makes possible; null where its money isn't the caller's to see."""

    owner = serializers.CharField(allow_blank=True)
    doi = serializers.IntegerField()
    lifecycle = serializers.CharField()
    run_rate = TotalField(allow_null=True)


class GapAnswer(serializers.Serializer):
    """Forecast minus target of a node in a fiscal year, before and after; negative is short."""

    node_id = serializers.UUIDField()
    node = serializers.CharField()
    kind = serializers.ChoiceField(choices=TargetKind.choices)
    fiscal_year = serializers.IntegerField()
    target = TotalField()
    before = TotalField()
    after = TotalField()


class ConsequencesAnswer(serializers.Serializer):
    """What follows from a decision; amounts in the reporting currency at plan rate."""

    kind = serializers.CharField()
    currency = serializers.CharField()
    resume_on = serializers.DateField(allow_null=True)
    own = OwnYearAnswer(many=True)
    successors = SuccessorAnswer(many=True)
    money = MovedAnswer(many=True)
    enables = EnabledAnswer(many=True)
    gaps = GapAnswer(many=True)
    missing = serializers.ListField(child=serializers.CharField(), help_text="Plan rates that keep amounts out")


class ConsequencesQuery(Input):
    """Of which decision: hold, cancel, reopen, or the change that is asked for."""

    kind = serializers.ChoiceField(
        choices=[(kind.value, kind.label) for kind in WITH_CONSEQUENCES], default=RequestKind.CANCEL
    )
    resume_on = serializers.DateField(required=False, help_text="Of a hold: the day on which work resumes")


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
    consequences = serializers.SerializerMethodField(
        help_text="What was to follow from it as it stood then; null where nothing else moves"
    )
    cause = CauseField(read_only=True, help_text="What a reopening rests on, or who agreed; null of other decisions")
    is_gate = serializers.BooleanField(help_text="False: a degree passed along with the next gate")
    decided_by = Reference()
    on_behalf_of = Reference(allow_null=True, help_text="For whom a deputy decided")
    decided_at = serializers.DateTimeField()

    @extend_schema_field(ConsequencesAnswer(allow_null=True))
    def get_consequences(self, decision: GateDecision) -> dict[str, Any] | None:
        """As the caller may read it."""
        if not decision.consequences:
            return None
        return dict(ConsequencesAnswer(as_seen(decision.consequences, self.context["sight"])).data)


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
