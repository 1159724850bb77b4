"""What a committee decided, the conditions it set, and decisions by circulation (domain section 13)."""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django_fsm import FSMField, FSMModelMixin, transition

from cat4.tenancy.append_only import AppendOnly, append_only_trigger
from cat4.tenancy.models import TenantModel, tenant_constraints
from governance.gates.models import GateDecision, GateRequest
from governance.numbering import numbered
from governance.parties.constants import SubjectKind
from hierarchy.constants import CirculationEffect
from hierarchy.models import Committee
from measures.models import Document, Measure

from ..constants import CIRCULATION_EDGES, CONDITION_EDGES, RUNNING, CirculationState, ConditionState
from ..triggers import again_with_reason, held_by_result, no_own_votes
from .meetings import AgendaItem, Ballot, Motion


class Circulation(FSMModelMixin, TenantModel):
    """A question put to the members between meetings: they vote until it is settled, or until `closes_on` is over.

    `problem` says why what was carried could not be applied yet. Opened by nobody means by rule.
    """

    committee = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="circulations")
    subject_kind = models.CharField(max_length=16, choices=SubjectKind.choices)
    subject_id = models.UUIDField()
    request = models.ForeignKey(GateRequest, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    motion = models.ForeignKey(Motion, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, null=True, blank=True, related_name="circulations")
    title = models.CharField(max_length=240)
    question = models.TextField()
    outcome = models.CharField(max_length=20, blank=True, help_text="What is proposed; empty: the members choose")
    details = models.JSONField(default=dict, help_text="What the outcome needs besides a reason, as text")
    again = models.TextField(blank=True, help_text="Why it is voted on again after a vote that was not carried")
    recommendation = models.TextField(blank=True)
    link = models.URLField(blank=True)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    opened_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    opened_at = models.DateTimeField()
    closes_on = models.DateField()
    effect = models.CharField(max_length=10, choices=CirculationEffect.choices)
    state = FSMField(
        choices=CirculationState.choices, default=CirculationState.OPEN, protected=True, editable=False, max_length=12
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    problem = models.TextField(blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["-opened_at"]
        constraints = [
            *tenant_constraints("circulation", "committee", "request", "motion", "measure", "document"),
            models.UniqueConstraint(
                fields=["organization", "subject_kind", "subject_id"],
                condition=Q(state__in=RUNNING),
                name="circulation_one_open",
            ),
            models.UniqueConstraint(
                fields=["organization", "measure"],
                condition=Q(subject_kind=SubjectKind.DEVIATION, state__in=RUNNING),
                name="circulation_one_topic",
            ),
        ]
        indexes = [models.Index(fields=["organization", "committee", "state"], name="circulation_by_state")]
        triggers = [
            pgtrigger.FSM(
                name="state_edges", field="state", transitions=[(a.value, b.value) for a, b in CIRCULATION_EDGES]
            )
        ]

    def __str__(self) -> str:
        return self.title

    @transition(field=state, source=CirculationState.OPEN, target=CirculationState.CARRIED)
    def carry(self) -> None:
        """A majority is for it."""

    @transition(field=state, source=CirculationState.OPEN, target=CirculationState.REJECTED)
    def reject(self) -> None:
        """Voted down."""

    @transition(field=state, source=RUNNING, target=CirculationState.LAPSED)
    def lapse(self) -> None:
        """Too few voted, or what was carried can't be applied: it goes to the next agenda."""

    @transition(field=state, source=CirculationState.OPEN, target=CirculationState.WITHDRAWN)
    def withdraw(self) -> None:
        """Taken back before it was settled."""

    @transition(field=state, source=CirculationState.CARRIED, target=CirculationState.APPLIED)
    def apply(self) -> None:
        """The outcome is recorded and carried out."""


class CirculationVote(Ballot):
    """A member's vote; it may change until the circulation is settled."""

    circulation = models.ForeignKey(Circulation, on_delete=models.PROTECT, related_name="votes")

    class Meta(Ballot.Meta):
        constraints = [
            *tenant_constraints("circulation_vote", "circulation"),
            models.UniqueConstraint(fields=["organization", "circulation", "member"], name="circulation_vote_once"),
        ]
        triggers = [no_own_votes("governance_circulation", "circulation_id"), held_by_result()]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.choice}"


@numbered
class CommitteeDecision(AppendOnly, TenantModel):
    """What a committee decided, in a meeting or by circulation. Never edited: a correction supersedes it.

    Numbered together with gate decisions; on a request it has the number of the gate decision that applied it.
    `votes` and `quorum` are as counted then; `options` is what each outcome would have changed; `kept` is where the
    measure stood and what it brought, empty where there is none or where nothing was kept yet.
    """

    number = models.BigIntegerField()
    committee = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="decisions")
    item = models.OneToOneField(AgendaItem, on_delete=models.PROTECT, null=True, blank=True, related_name="decision")
    circulation = models.OneToOneField(
        Circulation, on_delete=models.PROTECT, null=True, blank=True, related_name="decision"
    )
    subject_kind = models.CharField(max_length=16, choices=SubjectKind.choices)
    subject_id = models.UUIDField()
    measure = models.ForeignKey(
        Measure, on_delete=models.PROTECT, null=True, blank=True, related_name="committee_decisions"
    )
    gate_decision = models.OneToOneField(
        GateDecision, on_delete=models.PROTECT, null=True, blank=True, related_name="committee_decision"
    )
    title = models.CharField(max_length=240)
    outcome = models.CharField(max_length=20)
    outcome_label = models.CharField(max_length=60)
    reason = models.TextField()
    again = models.TextField(blank=True, help_text="Why it was voted on again after a vote that was not carried")
    recommendation = models.TextField(blank=True)
    options = models.JSONField(default=list)
    taken = models.JSONField(default=dict, help_text="What was decided, in words: option, money, dates, people")
    settles = models.JSONField(default=list, help_text="Of a trade-off: the deviations that it settles")
    votes = models.JSONField(default=list)
    quorum = models.JSONField(default=dict)
    kept = models.JSONField(default=dict)
    effective_on = models.DateField()
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    decided_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["-number"]
        constraints = [
            *tenant_constraints(
                "committee_decision", "committee", "item", "circulation", "measure", "gate_decision", "supersedes"
            ),
            models.UniqueConstraint(fields=["organization", "number"], name="committee_decision_number"),
            models.CheckConstraint(
                condition=Q(item__isnull=True) ^ Q(circulation__isnull=True),
                name="committee_decision_resolved_somewhere",
            ),
        ]
        indexes = [models.Index(fields=["organization", "measure", "-number"], name="committee_decision_measure")]
        triggers = [append_only_trigger(), again_with_reason()]

    def __str__(self) -> str:
        return f"Decision {self.number}: {self.outcome_label}"


class Condition(FSMModelMixin, TenantModel):
    """What a decision asks for by a day, of a person. While it is pending the measure passes no gate."""

    decision = models.ForeignKey(CommitteeDecision, on_delete=models.PROTECT, related_name="conditions")
    committee = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="conditions")
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, null=True, blank=True, related_name="conditions")
    text = models.TextField()
    due_on = models.DateField()
    responsible = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    state = FSMField(
        choices=ConditionState.choices, default=ConditionState.OPEN, protected=True, editable=False, max_length=12
    )
    note = models.TextField(blank=True, help_text="How it was fulfilled")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    fulfilled_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    fulfilled_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True, help_text="Why it was not accepted, or was lifted")

    class Meta(TenantModel.Meta):
        ordering = ["due_on", "id"]
        constraints = [
            *tenant_constraints("condition", "decision", "committee", "measure", "document"),
            models.CheckConstraint(
                condition=~Q(state=ConditionState.ACCEPTED)
                | (~Q(answered_by=F("responsible")) & ~Q(answered_by=F("fulfilled_by"))),
                name="condition_accepted_by_another",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "measure", "state"], name="condition_by_measure"),
            models.Index(fields=["organization", "responsible", "state"], name="condition_by_responsible"),
        ]
        triggers = [
            pgtrigger.FSM(
                name="state_edges", field="state", transitions=[(a.value, b.value) for a, b in CONDITION_EDGES]
            )
        ]

    def __str__(self) -> str:
        return self.text[:60]

    @transition(field=state, source=ConditionState.OPEN, target=ConditionState.FULFILLED)
    def fulfil(self) -> None:
        """The responsible person says how it was met."""

    @transition(field=state, source=ConditionState.FULFILLED, target=ConditionState.ACCEPTED)
    def accept(self) -> None:
        """The chair or a portfolio manager agrees."""

    @transition(field=state, source=ConditionState.FULFILLED, target=ConditionState.OPEN)
    def refuse(self) -> None:
        """Not met yet."""

    @transition(field=state, source=[ConditionState.OPEN, ConditionState.FULFILLED], target=ConditionState.LIFTED)
    def lift(self) -> None:
        """A later decision took the place of the one that set it."""
