"""Reporting periods: months in one of four states."""

from django.db import models
from django.db.models import Q

from cat4.tenancy.models import TenantModel, tenant_constraints
from cat4.wording import month_name
from hierarchy.constants import PeriodState


class ReportingPeriod(TenantModel):
    """A month of the organization. A month without a row is open. Locked months take no more entries."""

    month = models.DateField()
    state = models.CharField(max_length=12, choices=PeriodState.choices, default=PeriodState.OPEN)
    locked_at = models.DateTimeField(null=True, blank=True)
    locked_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta(TenantModel.Meta):
        ordering = ["month"]
        constraints = [
            *tenant_constraints("reporting_period"),
            models.UniqueConstraint(fields=["organization", "month"], name="reporting_period_month"),
            models.CheckConstraint(condition=Q(month__day=1), name="reporting_period_first_of_month"),
        ]

    def __str__(self) -> str:
        return f"{month_name(self.month)}, {self.state}"
