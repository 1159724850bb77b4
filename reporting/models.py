"""Tables made for reading: roll-ups of nodes, in the reporting currency at plan rate.

A measure package's rows are made from its measures; every node above holds the sum of the packages below it
and is kept right by differences (`reporting.actions.rollup`). `measures` counts the measures behind a row: a
row that none stands behind any more is removed.
"""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from cat4.tenancy.append_only import AppendOnly, append_only_trigger
from cat4.tenancy.models import TenantModel, tenant_constraints
from hierarchy.models import Node
from measures.constants import Certainty, Doi, EffectKind, LeakageCause, Lifecycle, Status


def _node() -> Any:
    """A row's node. The key with the organization (`tenant_constraints`) checks it, and `..._once` begins with it."""
    return models.ForeignKey(Node, on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False)


class NodeCell(TenantModel):
    """The measures of a node's subtree that share degree, lifecycle and both statuses: count and sums.

    Every figure of the cockpit (funnel, matrix, bridge, pipeline, cover) is a sum over a node's cells.
    Measures that aren't governable count, with `governable` false, and bring no money.
    """

    id = models.BigAutoField(primary_key=True)  # type: ignore[assignment]
    node = _node()
    doi = models.PositiveSmallIntegerField(choices=Doi.choices)
    lifecycle = models.CharField(max_length=12, choices=Lifecycle.choices)
    implementation = models.CharField(max_length=1, choices=Status.choices)
    potential = models.CharField(max_length=1, choices=Status.choices)
    governable = models.BooleanField()
    measures = models.PositiveIntegerField()
    plan_run_rate = models.DecimalField(max_digits=20, decimal_places=2)
    forecast_run_rate = models.DecimalField(max_digits=20, decimal_places=2)
    validated_run_rate = models.DecimalField(max_digits=20, decimal_places=2)
    plan_in_year = models.DecimalField(max_digits=20, decimal_places=2)
    fac_in_year = models.DecimalField(max_digits=20, decimal_places=2)
    validated_in_year = models.DecimalField(max_digits=20, decimal_places=2)
    reported_in_year = models.DecimalField(max_digits=20, decimal_places=2)
    forecast_in_year = models.DecimalField(max_digits=20, decimal_places=2)
    assumed_in_year = models.DecimalField(max_digits=20, decimal_places=2)
    stale_in_year = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    one_time_plan = models.DecimalField(max_digits=20, decimal_places=2)
    one_time_forecast = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    one_time_actual = models.DecimalField(max_digits=20, decimal_places=2)
    soft_run_rate = models.DecimalField(max_digits=20, decimal_places=2)
    plan_exit_run_rate = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    exit_run_rate = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    plan_carry_over = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    carry_over = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    timing_loss = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    magnitude_loss = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    cancelled_loss = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    on_hold_loss = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    fx_effect = models.DecimalField(max_digits=20, decimal_places=2, default=0)

    class Meta(TenantModel.Meta):
        constraints = [
            *tenant_constraints("node_cell", "node"),
            models.UniqueConstraint(
                fields=["organization", "node", "doi", "lifecycle", "implementation", "potential", "governable"],
                name="node_cell_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measures} of {self.node_id}"


class NodeMonth(TenantModel):
    """A node's recurring hard EBITDA of a month: twelve times it is the run-rate of that moment.

    One-off effects never enter a run-rate, so they aren't here. `forecast` falls back to the plan moved by
    the slip where nobody forecast; on hold and cancelled forecast zero.
    """

    id = models.BigAutoField(primary_key=True)  # type: ignore[assignment]
    node = _node()
    month = models.DateField()
    measures = models.PositiveIntegerField(default=1)
    plan = models.DecimalField(max_digits=20, decimal_places=2)
    forecast = models.DecimalField(max_digits=20, decimal_places=2)
    reported = models.DecimalField(max_digits=20, decimal_places=2)
    validated = models.DecimalField(max_digits=20, decimal_places=2)

    class Meta(TenantModel.Meta):
        constraints = [
            *tenant_constraints("node_month", "node"),
            models.UniqueConstraint(fields=["organization", "node", "month"], name="node_month_once"),
        ]

    def __str__(self) -> str:
        return f"{self.node_id} {self.month:%Y-%m}"


class NodeYear(TenantModel):
    """A node's sums of one effect kind, certainty and fiscal year, of governable measures from DoI 1 on.

    As `measures.MeasureYear`: FTE are heads, exit run-rates twelve times the year's last month. Cancelled
    measures stay in the plan with an expectation of zero, on hold ones with what was booked.
    """

    id = models.BigAutoField(primary_key=True)  # type: ignore[assignment]
    node = _node()
    kind = models.CharField(max_length=20, choices=EffectKind.choices)
    certainty = models.CharField(max_length=12, choices=Certainty.choices)
    fiscal_year = models.PositiveSmallIntegerField()
    measures = models.PositiveIntegerField()
    plan = models.DecimalField(max_digits=20, decimal_places=2)
    fac = models.DecimalField(max_digits=20, decimal_places=2)
    validated = models.DecimalField(max_digits=20, decimal_places=2)
    reported = models.DecimalField(max_digits=20, decimal_places=2)
    forecast = models.DecimalField(max_digits=20, decimal_places=2)
    assumed = models.DecimalField(max_digits=20, decimal_places=2)
    stale = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    plan_exit_run_rate = models.DecimalField(max_digits=20, decimal_places=2)
    exit_run_rate = models.DecimalField(max_digits=20, decimal_places=2)

    class Meta(TenantModel.Meta):
        ordering = ["fiscal_year", "kind", "certainty"]
        constraints = [
            *tenant_constraints("node_year", "node"),
            models.UniqueConstraint(
                fields=["organization", "node", "kind", "certainty", "fiscal_year"], name="node_year_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.node_id} {self.kind} {self.fiscal_year}"


class NodeLeakage(TenantModel):
    """Planned money of locked months that didn't arrive at a node, by its cause (domain 6.8)."""

    id = models.BigAutoField(primary_key=True)  # type: ignore[assignment]
    node = _node()
    cause = models.CharField(max_length=12, choices=LeakageCause.choices)
    measures = models.PositiveIntegerField()
    amount = models.DecimalField(max_digits=20, decimal_places=2)

    class Meta(TenantModel.Meta):
        ordering = ["cause"]
        constraints = [
            *tenant_constraints("node_leakage", "node"),
            models.UniqueConstraint(fields=["organization", "node", "cause"], name="node_leakage_once"),
        ]

    def __str__(self) -> str:
        return f"{self.node_id} {self.cause}: {self.amount}"


class NodeStatus(TenantModel):
    """A node's two statuses, computed from sums and never from its children's colours.

    `rated_*` is how much of the value below is rated, in size: what the node weighs for `above`, its parent,
    which a red child of a tenth of the value keeps from green.
    """

    node = models.OneToOneField(Node, on_delete=models.CASCADE, related_name="rollup_status")
    above = models.UUIDField(null=True, editable=False, help_text="The node's parent; empty for the organization")
    implementation = models.CharField(max_length=1, choices=Status.choices)
    potential = models.CharField(max_length=1, choices=Status.choices)
    implementation_reasons = models.JSONField(default=list)
    potential_reasons = models.JSONField(default=list)
    rated_run_rate = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    rated_in_year = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    rated_measures = models.PositiveIntegerField(default=0)
    computed_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = tenant_constraints("node_status", "node")
        indexes = [
            models.Index(
                fields=["organization", "above", "rated_run_rate"],
                condition=Q(implementation=Status.RED),
                name="node_status_red_children",
            )
        ]

    def __str__(self) -> str:
        return f"{self.implementation}{self.potential}"


class PackageShare(TenantModel):
    """The nodes in whose sums a measure package is counted: its path when it was last climbed from.

    A package that was moved since, itself or with a node above it, is taken out of the one chain and
    brought into the other.
    """

    package = models.OneToOneField(Node, on_delete=models.CASCADE, related_name="+")
    path = ArrayField(models.UUIDField(), default=list)

    class Meta(TenantModel.Meta):
        constraints = tenant_constraints("package_share", "package")

    def __str__(self) -> str:
        return f"{self.package_id} in {len(self.path)} nodes"


class RebuildRun(TenantModel):
    """A full rebuild of the roll-ups: who asked for it, how far it has come, when it was done."""

    requested_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    requested_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True, help_text="When it last made a step")
    finished_at = models.DateTimeField(null=True)
    step = models.CharField(max_length=80, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["-requested_at", "-id"]
        constraints = tenant_constraints("rebuild_run")
        indexes = [models.Index(fields=["organization", "-requested_at"], name="rebuild_run_latest")]

    def __str__(self) -> str:
        return f"Rebuild, {self.done} of {self.total}"


class LockedFigures(AppendOnly, TenantModel):
    """A node's roll-up at a lock, made from `measures.LockedStanding` along the paths of then.

    `cells`, `months`, `years` and `leakage` hold the rows that NodeCell, NodeMonth, NodeYear and NodeLeakage have,
    amounts as text: target cover, gap, pipeline, funnel, traps and confidence are sums over them, by the thresholds
    and targets that the lock kept beside.
    """

    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    month = models.DateField()
    measures = models.PositiveIntegerField()
    cells = models.JSONField(default=list)
    months = models.JSONField(default=list)
    years = models.JSONField(default=list)
    leakage = models.JSONField(default=dict)
    implementation = models.CharField(max_length=1, choices=Status.choices)
    potential = models.CharField(max_length=1, choices=Status.choices)
    implementation_reasons = models.JSONField(default=list)
    potential_reasons = models.JSONField(default=list)

    class Meta(TenantModel.Meta):
        ordering = ["month"]
        constraints = [
            *tenant_constraints("locked_figures", "node"),
            models.UniqueConstraint(fields=["organization", "month", "node"], name="locked_figures_once"),
        ]
        triggers = [append_only_trigger()]

    def __str__(self) -> str:
        return f"{self.node_id} {self.month:%Y-%m}"
