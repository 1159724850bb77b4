"""A proof pack: decisions, approvals, evidence hashes and the whole chain in one archive that verifies offline."""

from django.db import models
from django.db.models import Q

from cat4.tenancy.append_only import AppendOnly, append_only_trigger
from cat4.tenancy.models import TenantModel, tenant_constraints
from hierarchy.models import Node

from .constants import PackState


class LedgerVerification(AppendOnly, TenantModel):
    """One walk of the ledger: how far it went, with which head, and what didn't hold. The next is compared with it."""

    at = models.DateTimeField()
    entries = models.BigIntegerField()
    head_hash = models.CharField(max_length=64, blank=True, help_text="Of the last entry; empty where there was none")
    broken_sequence = models.BigIntegerField(null=True, blank=True)
    problem = models.TextField(blank=True)
    findings = models.JSONField(default=list, blank=True, help_text="Sentences: what else doesn't hold")

    class Meta(TenantModel.Meta):
        constraints = tenant_constraints("ledger_verification")
        indexes = [models.Index(fields=["organization", "-at"], name="ledger_verification_by_time")]
        triggers = [append_only_trigger()]

    def __str__(self) -> str:
        return f"{self.entries} entries at {self.at:%Y-%m-%d %H:%M}"


class ProofPack(TenantModel):
    """What was asked for, how far a worker is, and where the archive lies.

    `head_sequence` and `head_hash` are the entry of its asking, which says what it covers: whatever the archive holds
    was there then, so that it has the same bytes however often it is built.
    """

    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    first_month = models.DateField(null=True, blank=True, help_text="Empty: from the beginning")
    last_month = models.DateField(null=True, blank=True, help_text="Empty: up to the day it was asked for")
    with_files = models.BooleanField(default=False, help_text="With the files of the evidence, not their hashes alone")
    state = models.CharField(max_length=10, choices=PackState.choices, default=PackState.QUEUED)
    requested_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    head_sequence = models.BigIntegerField()
    head_hash = models.CharField(max_length=64)
    step = models.CharField(max_length=40, blank=True)
    done = models.PositiveSmallIntegerField(default=0)
    total = models.PositiveSmallIntegerField(default=0)
    seen_at = models.DateTimeField(help_text="The last sign of life of its worker")
    finished_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)
    storage_key = models.CharField(max_length=200, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["-requested_at"]
        constraints = [
            *tenant_constraints("proof_pack", "node"),
            models.CheckConstraint(
                condition=~Q(state=PackState.READY) | ~Q(sha256=""), name="proof_pack_ready_has_its_hash"
            ),
        ]

    def __str__(self) -> str:
        return f"Proof pack up to #{self.head_sequence}"
