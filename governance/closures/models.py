"""What a closure claims, who signed what, what is asked to be accepted as missing, and whether the money lasted."""

from django.db import models
from django.db.models import Q

from cat4.tenancy.append_only import AppendOnly, append_only_trigger
from cat4.tenancy.models import TenantModel, tenant_constraints
from governance.gates.models import GateDecision, GateRequest
from measures.models import EffectLine, Measure

from .constants import SustainOutcome
from .triggers import signers_trigger


def _money(help_text: str = "") -> models.DecimalField:
    return models.DecimalField(max_digits=20, decimal_places=2, help_text=help_text)


class ClosureClaim(AppendOnly, TenantModel):
    """What the owner claims of a line when asking to close: a run-rate of recurring lines, the sum of the others."""

    request = models.ForeignKey(GateRequest, on_delete=models.PROTECT, related_name="claims")
    line = models.ForeignKey(EffectLine, on_delete=models.PROTECT, related_name="+")
    claimed = _money("In the line's currency")

    class Meta(TenantModel.Meta):
        constraints = [
            *tenant_constraints("closure_claim", "request", "line"),
            models.UniqueConstraint(fields=["organization", "request", "line"], name="closure_claim_once"),
        ]
        triggers = [append_only_trigger()]

    def __str__(self) -> str:
        return f"{self.line_id}: {self.claimed}"


class ClosureSignature(AppendOnly, TenantModel):
    """A signature under a closure. Position 1 is the controller's; above an amount a second controller signs.

    `books` is a digest of plan, validated actuals and evidence at the signature: when it differs later, the
    signature stands for something that is no longer there, and the controller signs again.
    """

    request = models.ForeignKey(GateRequest, on_delete=models.PROTECT, related_name="signatures")
    number = models.PositiveSmallIntegerField()
    position = models.PositiveSmallIntegerField()
    person = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    comment = models.TextField()
    run_rate = _money("Confirmed, hard recurring EBITDA, reporting currency")
    amount = _money("What decides on two signatures, reporting currency")
    needs_second = models.BooleanField()
    unopened = models.JSONField(default=list, help_text="Evidence that the signer had not opened")
    books = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["number"]
        constraints = [
            *tenant_constraints("closure_signature", "request"),
            models.UniqueConstraint(fields=["organization", "request", "number"], name="closure_signature_number"),
            models.CheckConstraint(condition=Q(position__in=[1, 2]), name="closure_signature_position"),
        ]
        triggers = [append_only_trigger(), signers_trigger()]

    def __str__(self) -> str:
        return f"Signature {self.position} by {self.person_id}"


class ClosureLine(AppendOnly, TenantModel):
    """A line as the controller confirmed it, in the line's currency, with the reason for a difference to the claim."""

    signature = models.ForeignKey(ClosureSignature, on_delete=models.PROTECT, related_name="lines")
    line = models.ForeignKey(EffectLine, on_delete=models.PROTECT, related_name="+")
    plan = _money()
    claimed = _money()
    validated = _money()
    confirmed = _money()
    reason = models.TextField(blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            *tenant_constraints("closure_line", "signature", "line"),
            models.UniqueConstraint(fields=["organization", "signature", "line"], name="closure_line_once"),
            models.CheckConstraint(
                condition=Q(confirmed=models.F("claimed")) | ~Q(reason=""), name="closure_line_difference_has_reason"
            ),
        ]
        triggers = [append_only_trigger()]

    def __str__(self) -> str:
        return f"{self.line_id}: {self.confirmed}"


class ResidualProposal(AppendOnly, TenantModel):
    """The level at which a measure asks to be closed although its plan says more; per month, reporting currency."""

    request = models.OneToOneField(GateRequest, on_delete=models.PROTECT, related_name="residual")
    plan_month = _money()
    level_month = _money()

    class Meta(TenantModel.Meta):
        constraints = tenant_constraints("residual_proposal", "request")
        triggers = [append_only_trigger()]

    def __str__(self) -> str:
        return f"{self.level_month} of {self.plan_month} a month"


class SustainResult(AppendOnly, TenantModel):
    """A check after closing, made once its month was locked, and never again (domain 6.8)."""

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="sustain_results")
    decision = models.ForeignKey(GateDecision, on_delete=models.PROTECT, related_name="sustain_results")
    months_after = models.PositiveSmallIntegerField()
    due_month = models.DateField()
    outcome = models.CharField(max_length=10, choices=SustainOutcome.choices)
    closed_run_rate = _money()
    needed = _money()
    run_rate = _money()
    sentence = models.TextField()
    checked_at = models.DateTimeField()
    enabler_decision = models.BigIntegerField(
        default=0, help_text="The decision on an enabler for which it was checked at once; 0: a check of the calendar"
    )

    class Meta(TenantModel.Meta):
        ordering = ["due_month"]
        constraints = [
            *tenant_constraints("sustain_result", "measure", "decision"),
            models.UniqueConstraint(
                fields=["organization", "decision", "months_after", "enabler_decision"], name="sustain_result_once"
            ),
        ]
        triggers = [append_only_trigger()]

    def __str__(self) -> str:
        return f"{self.months_after} months: {self.outcome}"
