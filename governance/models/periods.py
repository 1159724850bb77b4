"""How a reporting month moved, step by step."""

from django.db import models
from django.db.models import Q

from cat4.tenancy.append_only import AppendOnly, append_only_trigger
from cat4.tenancy.models import TenantModel, tenant_constraints
from hierarchy.constants import PeriodState


class PeriodStep(AppendOnly, TenantModel):
    """A move of a month between open, submitted, validated and locked; `missing` measures stood in its way."""

    month = models.DateField()
    before = models.CharField(max_length=12, choices=PeriodState.choices)
    after = models.CharField(max_length=12, choices=PeriodState.choices)
    missing = models.PositiveIntegerField(default=0, help_text="Measures that weren't complete")
    reason = models.TextField(blank=True)
    person = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["-at", "-id"]
        constraints = [
            *tenant_constraints("period_step"),
            models.CheckConstraint(condition=Q(month__day=1), name="period_step_first_of_month"),
        ]
        indexes = [models.Index(fields=["organization", "month", "-at"], name="period_step_by_month")]
        triggers = [append_only_trigger()]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}: {self.before} to {self.after}"
