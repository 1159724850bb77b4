"""What was kept when a month was locked, as a whole."""

from django.db import models

from cat4.tenancy.append_only import AppendOnly, append_only_trigger
from cat4.tenancy.models import TenantModel, tenant_constraints
from hierarchy.thresholds import Thresholds


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
