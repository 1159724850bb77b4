"""Facts that await their consequences."""

from django.db import models

from cat4.tenancy.models import TenantModel, tenant_constraints


class OutboxRow(TenantModel):
    """A fact written with the change it tells of; removed in the transaction that drew its consequences."""

    topic = models.CharField(max_length=80)
    object_id = models.UUIDField()
    created_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField(auto_now_add=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    parked_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta(TenantModel.Meta):
        constraints = tenant_constraints("outbox_row")
        indexes = [
            models.Index(
                fields=["organization", "due_at"], name="outbox_due", condition=models.Q(parked_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.object_id}"
