"""A gate is passed by a request, its confirmations, and a recorded decision."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django_fsm import FSMField, FSMModelMixin, transition

from cat4.accounts.actor import acting_for_words
from cat4.tenancy.append_only import AppendOnly, append_only_trigger
from cat4.tenancy.models import TenantModel, tenant_constraints
from governance.constants import HoldReason, Outcome, RequestKind
from governance.numbering import numbered
from governance.parties.models import DecidedInAManner
from governance.parties.triggers import decided_as_a_body_trigger
from measures.constants import Doi
from measures.models import Measure

from .constants import RequestState
from .transitions import REQUEST_EDGES
from .triggers import (
    own_confirmations_trigger,
    reopening_trigger,
    residual_trigger,
    separate_duties_trigger,
    signed_closure_trigger,
)


def _kept(help_text: str) -> models.JSONField:
    """Facts as they stood; empty where there are none, also for rows that SQL writes."""
    return models.JSONField(
        default=dict, db_default=models.Value({}, models.JSONField()), blank=True, help_text=help_text
    )


class GateRequest(FSMModelMixin, TenantModel):
    """The ask for a move of a measure. A measure has at most one that is open."""

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="gate_requests")
    kind = models.CharField(max_length=10, choices=RequestKind.choices)
    from_doi = models.PositiveSmallIntegerField(choices=Doi.choices)
    to_doi = models.PositiveSmallIntegerField(choices=Doi.choices)
    state = FSMField(
        choices=RequestState.choices, default=RequestState.DRAFT, protected=True, editable=False, max_length=12
    )
    comment = models.TextField(blank=True)
    hold_reason = models.CharField(max_length=12, choices=HoldReason.choices, blank=True)
    resume_on = models.DateField(null=True, blank=True)
    gap_owner = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    cause = _kept("What a reopening rests on: kind, key and sentence; empty without a cause")
    requested_by = models.ForeignKey(
        "accounts.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty when a rule asked, such as a sustain check that failed",
    )
    on_behalf_of = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    rule_set_number = models.PositiveIntegerField(
        default=0, help_text="The version of the rules it was handed in under"
    )
    submitted_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["submitted_at"]
        constraints = [
            *tenant_constraints("gate_request", "measure"),
            models.UniqueConstraint(
                fields=["organization", "measure"],
                condition=Q(state__in=[RequestState.DRAFT, RequestState.SUBMITTED]),
                name="gate_request_one_open",
            ),
        ]
        indexes = [models.Index(fields=["organization", "state", "submitted_at"], name="gate_request_open")]
        triggers = [
            pgtrigger.FSM(name="state_edges", field="state", transitions=[(a.value, b.value) for a, b in REQUEST_EDGES])
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.from_doi} to {self.to_doi}"

    @property
    def asker(self) -> str:
        """Who asked, in words."""
        return self.requested_by.name if self.requested_by else "A rule"

    @transition(field=state, source=RequestState.DRAFT, target=RequestState.SUBMITTED)
    def submit(self) -> None:
        """Handed in for decision."""

    @transition(field=state, source=RequestState.SUBMITTED, target=RequestState.APPROVED)
    def approve(self) -> None:
        """Decided as asked, and applied."""

    @transition(field=state, source=RequestState.SUBMITTED, target=RequestState.REJECTED)
    def reject(self) -> None:
        """Returned with a comment."""

    @transition(field=state, source=[RequestState.DRAFT, RequestState.SUBMITTED], target=RequestState.WITHDRAWN)
    def withdraw(self) -> None:
        """Taken back by who asked."""

    @transition(field=state, source=RequestState.SUBMITTED, target=RequestState.EXPIRED)
    def expire(self) -> None:
        """Nobody decided in time."""


class KeptRequest(AppendOnly, TenantModel):
    """What the page of a request showed when it ended: money, statuses, name of the measure, and what it held.

    Written once, in the act that ended it. From then on the page, the lists and the API show this and never today's
    books. Requests that ended before these rows were written have none.
    """

    request = models.OneToOneField(GateRequest, on_delete=models.PROTECT, related_name="kept")
    facts = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = tenant_constraints("kept_request", "request")
        triggers = [append_only_trigger()]

    def __str__(self) -> str:
        return f"{self.request_id} as it ended"


class GateApproval(AppendOnly, TenantModel):
    """A confirmation given to a submitted request. A changed mind is a new row; the last one counts."""

    request = models.ForeignKey(GateRequest, on_delete=models.PROTECT, related_name="approvals")
    kind = models.CharField(max_length=20, help_text="An ApprovalKind, or the key of an own rule")
    person = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    on_behalf_of = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    granted = models.BooleanField()
    comment = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["at"]
        constraints = tenant_constraints("gate_approval", "request")
        triggers = [append_only_trigger(), own_confirmations_trigger()]

    def __str__(self) -> str:
        return f"{self.kind}: {self.granted}"


@numbered
class GateDecision(DecidedInAManner, AppendOnly, TenantModel):
    """What was decided on a request, by whom and why, with every rule's result as it was then.

    A gate that passes degrees along has a row for each of them, in order; the last is the gate's own.
    """

    number = models.BigIntegerField()
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="gate_decisions")
    request = models.ForeignKey(GateRequest, on_delete=models.PROTECT, related_name="decisions")
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    from_doi = models.PositiveSmallIntegerField(choices=Doi.choices)
    to_doi = models.PositiveSmallIntegerField(choices=Doi.choices)
    reason = models.TextField()
    rule_results = models.JSONField(default=list)
    rule_set_number = models.PositiveIntegerField(default=0, help_text="The version of the rules in force then")
    consequences = _kept("What was to follow from it, as it stood when it was decided")
    cause = _kept("What a reopening rests on, or who agreed: kind, key and sentence")
    is_gate = models.BooleanField(default=True, help_text="Not: passed along with the next gate's decision")
    decided_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    on_behalf_of = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["-number"]
        constraints = [
            *tenant_constraints("gate_decision", "measure", "request"),
            models.UniqueConstraint(fields=["organization", "number"], name="gate_decision_number"),
            models.UniqueConstraint(
                fields=["organization", "request", "from_doi"], name="gate_decision_once_per_degree"
            ),
        ]
        indexes = [models.Index(fields=["organization", "measure", "-number"], name="gate_decision_by_measure")]
        triggers = [
            append_only_trigger(),
            separate_duties_trigger(),
            signed_closure_trigger(),
            residual_trigger(),
            decided_as_a_body_trigger(
                "CASE WHEN NEW.outcome = 'advance' THEN CASE NEW.to_doi WHEN 3 THEN 'gate_3' END"
                " WHEN NEW.outcome IN ('hold', 'resume', 'cancel', 'change', 'residual') THEN NEW.outcome END",
                "NEW.measure_id",
            ),
            reopening_trigger(),
        ]

    def __str__(self) -> str:
        return f"Decision {self.number}: {self.outcome}"

    @property
    def by(self) -> str:
        """Who decided, and for whom."""
        return acting_for_words(self.decided_by.name, self.on_behalf_of.name if self.on_behalf_of else "")
