"""Deputies: who acts for whom, from when to when, and where."""

from django.db import models
from django.db.models import F, Q

from cat4.tenancy.models import TenantModel, tenant_constraints

from .node import Node


class Deputy(TenantModel):
    """A dated delegation: `deputy` may act for `principal` below `node`, everywhere without one.

    Never edited: it is ended, and a new one named. Both days are included, in the organization's time zone.
    """

    principal = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    deputy = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    first_day = models.DateField()
    last_day = models.DateField()
    reason = models.CharField(max_length=200)
    named_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    named_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["-first_day", "-id"]
        constraints = [
            *tenant_constraints("deputy", "node"),
            models.CheckConstraint(condition=~Q(principal=F("deputy")), name="deputy_is_somebody_else"),
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="deputy_days_in_order"),
        ]
        indexes = [
            models.Index(fields=["organization", "deputy", "last_day"], name="deputy_by_deputy"),
            models.Index(fields=["organization", "principal", "last_day"], name="deputy_by_principal"),
        ]

    def __str__(self) -> str:
        return f"{self.deputy} for {self.principal}"
