"""Milestones: the dates of a measure."""

from django.db import models
from django.db.models import Q

from cat4.tenancy.models import TenantModel, tenant_constraints

from .measure import Measure


class Milestone(TenantModel):
    """A dated result. The baseline date stays; the owner's forecast moves; the actual date ends it."""

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="milestones")
    name = models.CharField(max_length=200)
    position = models.PositiveSmallIntegerField(default=0)
    baseline_on = models.DateField()
    forecast_on = models.DateField()
    actual_on = models.DateField(null=True, blank=True)
    is_critical = models.BooleanField(default=False)
    is_effect_start = models.BooleanField("marks the start of the effect", default=False)
    responsible = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    forecast_changed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta(TenantModel.Meta):
        ordering = ["position", "baseline_on", "id"]
        constraints = [
            *tenant_constraints("milestone", "measure"),
            models.UniqueConstraint(
                fields=["organization", "measure"], condition=Q(is_effect_start=True), name="milestone_one_effect_start"
            ),
        ]
        indexes = [models.Index(fields=["organization", "measure"], name="milestone_by_measure")]

    def __str__(self) -> str:
        return self.name
