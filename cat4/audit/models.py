"""What happened: the audit of every change, and the hash-chained ledger of what governs."""

from django.db import models

from cat4.accounts.actor import acting_for_words
from cat4.tenancy.append_only import AppendOnly, append_only_trigger
from cat4.tenancy.models import TenantModel, tenant_constraints


class AuditEntry(AppendOnly, TenantModel):
    """One change by one actor, written in the transaction of the change. Never edited."""

    at = models.DateTimeField()
    actor_id = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=200)
    on_behalf_of_id = models.UUIDField(null=True)
    on_behalf_of_name = models.CharField(
        max_length=200, blank=True, help_text="Empty in entries from before it was kept"
    )
    cause = models.CharField(max_length=20)
    request_id = models.CharField(max_length=64, blank=True)
    verb = models.CharField(max_length=80)
    object_type = models.CharField(max_length=60)
    object_id = models.UUIDField()
    measure_id = models.UUIDField(null=True)
    summary = models.TextField()
    change = models.JSONField(default=dict)
    reason = models.TextField(blank=True)

    class Meta(TenantModel.Meta):
        constraints = tenant_constraints("audit_entry")
        indexes = [
            models.Index(fields=["organization", "measure_id", "-at"], name="audit_by_measure"),
            models.Index(fields=["organization", "object_id", "-at"], name="audit_by_object"),
            models.Index(fields=["organization", "-at"], name="audit_by_time"),
        ]
        triggers = [append_only_trigger()]

    def __str__(self) -> str:
        return f"{self.verb} by {self.actor_name}"

    @property
    def who(self) -> str:
        """Who acted, and for whom."""
        return acting_for_words(self.actor_name, self.on_behalf_of_name)


class LedgerEntry(AppendOnly, TenantModel):
    """A link of the organization's chain: its hash covers its content and the hash of the entry before."""

    sequence = models.BigIntegerField()
    entry = models.OneToOneField(AuditEntry, on_delete=models.PROTECT, related_name="ledger")
    content = models.TextField(help_text="Canonical JSON, exactly as hashed")
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta(TenantModel.Meta):
        ordering = ["sequence"]
        constraints = [
            *tenant_constraints("ledger_entry", "entry"),
            models.UniqueConstraint(fields=["organization", "sequence"], name="ledger_sequence"),
            models.UniqueConstraint(fields=["organization", "previous_hash"], name="ledger_no_fork"),
        ]
        triggers = [append_only_trigger()]

    def __str__(self) -> str:
        return f"#{self.sequence}"
