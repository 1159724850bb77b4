"""How a reporting month moved, step by step."""

from django.db import models
from django.db.models import Q

from cat4.tenancy.append_only import AppendOnly, append_only_trigger
from cat4.tenancy.models import TenantModel, tenant_constraints
from hierarchy.constants import PeriodState
from hierarchy.thresholds import Thresholds


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


class Snapshot(AppendOnly, TenantModel):
    """The head of what a lock kept: when, by which settings, how much, and its hash.

    The measures are in `measures.LockedStanding`, the tree in `hierarchy.LockedNode`; figures of nodes are made
    from both (`reporting.LockedFigures`). `digest` covers all of them and this row, and stands in the ledger.
    """

    month = models.DateField()
    at = models.DateTimeField()
    as_of = models.DateField(help_text="The day of the lock in the organization's time zone")
    locked_before = models.DateField(null=True, help_text="The last month that was locked already")
    fiscal_year = models.PositiveSmallIntegerField(help_text="The year that in-year sums are of")
    fiscal_year_start = models.PositiveSmallIntegerField()
    currency = models.CharField(max_length=3)
    thresholds = models.JSONField(default=dict)
    measures = models.PositiveIntegerField()
    nodes = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)

    class Meta(TenantModel.Meta):
        ordering = ["-month"]
        constraints = [
            *tenant_constraints("snapshot"),
            models.UniqueConstraint(fields=["organization", "month"], name="snapshot_month"),
        ]
        triggers = [append_only_trigger()]

    def __str__(self) -> str:
        return f"Snapshot {self.month:%Y-%m}"

    @property
    def limits(self) -> Thresholds:
        """The thresholds that held then."""
        return Thresholds.from_stored(self.thresholds)
