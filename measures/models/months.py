"""A reporting month of a measure, as its owner hands it in."""

from django.db import models
from django.db.models import Q

from cat4.tenancy.models import TenantModel, tenant_constraints

from .measure import Measure


class HandedMonth(TenantModel):
    """The owner's word that a month of a measure is complete. Gone when a figure of the month moves afterwards."""

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="handed_months")
    month = models.DateField()
    nothing = models.BooleanField(default=False, help_text="What wasn't reported was said to be zero")
    handed_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    handed_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["month"]
        constraints = [
            *tenant_constraints("handed_month", "measure"),
            models.UniqueConstraint(fields=["organization", "measure", "month"], name="handed_month_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="handed_month_first_of_month"),
        ]

    def __str__(self) -> str:
        return f"{self.measure_id} {self.month:%Y-%m}"
