"""Doubts about a measure's numbers, kept until they are resolved or gone (domain 6.9 and section 11)."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from cat4.tenancy.models import TenantModel, tenant_constraints
from measures.constants import Doi, OverlapResolution

from .effects import EffectLine
from .measure import Measure


class Finding(TenantModel):
    """What a check found, with who resolved it and how. `key` names it again when the check runs again.

    An overlap points to the other measure and both lines. What is no longer found is closed, not deleted.
    """

    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="findings")
    code = models.CharField(max_length=40)
    key = models.CharField(max_length=200)
    sentence = models.TextField()
    blocked_gates = ArrayField(models.PositiveSmallIntegerField(), default=list)
    line = models.ForeignKey(EffectLine, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    other_measure = models.ForeignKey(Measure, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    other_line = models.ForeignKey(EffectLine, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    resolution = models.CharField(max_length=12, choices=OverlapResolution.choices, blank=True)
    percent = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    reason = models.TextField(blank=True)
    resolved_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    resolved_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta(TenantModel.Meta):
        ordering = ["opened_at", "id"]
        constraints = [
            *tenant_constraints("finding", "measure", "line", "other_measure", "other_line"),
            models.UniqueConstraint(fields=["organization", "measure", "key"], name="finding_once"),
            models.CheckConstraint(
                condition=Q(percent__isnull=True) | Q(percent__gte=0, percent__lte=100), name="finding_percent"
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "other_measure"], name="finding_by_other"),
            models.Index(
                fields=["organization", "opened_at"],
                condition=Q(closed_at__isnull=True, resolved_at__isnull=True),
                name="finding_open",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def is_open(self) -> bool:
        return self.closed_at is None and self.resolved_at is None


_STAYS_WITH_A_FROZEN_PLAN = f"""
    IF (SELECT doi FROM measures_measure WHERE id = COALESCE(NEW.measure_id, OLD.measure_id)) >= {Doi.DECIDED:d} THEN
        RAISE EXCEPTION 'what is taken out of a frozen plan stays';
    END IF;
    RETURN COALESCE(NEW, OLD);"""  # noqa: S608  (a constant)


class TakenMonth(TenantModel):
    """What a resolved overlap takes out of a planned month of a line, in its currency; of the opposite sign.

    It follows both plans until the measure's plan is frozen, and stays as it is from then on.
    """

    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="taken")
    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="taken")
    line = models.ForeignKey(EffectLine, on_delete=models.CASCADE, related_name="taken")
    month = models.DateField()
    plan = models.DecimalField(max_digits=18, decimal_places=2)
    percent = models.DecimalField(
        max_digits=5, decimal_places=2, null=True, help_text="What the first line keeps of a split; empty for a merge"
    )
    is_first = models.BooleanField(help_text="Whether it is taken out of the line that the resolution was said for")

    class Meta(TenantModel.Meta):
        ordering = ["month"]
        constraints = [
            *tenant_constraints("taken_month", "finding", "measure", "line"),
            models.UniqueConstraint(fields=["organization", "finding", "line", "month"], name="taken_month_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="taken_month_first_of_month"),
        ]
        indexes = [models.Index(fields=["organization", "measure"], name="taken_month_by_measure")]
        triggers = [
            pgtrigger.Trigger(
                name="frozen_with_plan",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=_STAYS_WITH_A_FROZEN_PLAN,
            )
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}: {self.plan}"
