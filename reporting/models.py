"""Tables made for reading: roll-ups of nodes, in the reporting currency at plan rate."""

from django.db import models

from cat4.tenancy.models import TenantModel, tenant_constraints
from hierarchy.models import Node
from measures.constants import Doi, Lifecycle, Status


class NodeCell(TenantModel):
    """The measures of a node's subtree that share degree, lifecycle and both statuses: count and sums.

    Every figure of the cockpit (funnel, matrix, bridge, pipeline, cover) is a sum over a node's cells.
    Measures that aren't governable count, with `governable` false, and bring no money.
    """

    id = models.BigAutoField(primary_key=True)  # type: ignore[assignment]
    node = models.ForeignKey(Node, on_delete=models.CASCADE, related_name="+")
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
    one_time_plan = models.DecimalField(max_digits=20, decimal_places=2)
    one_time_actual = models.DecimalField(max_digits=20, decimal_places=2)
    soft_run_rate = models.DecimalField(max_digits=20, decimal_places=2)

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
    node = models.ForeignKey(Node, on_delete=models.CASCADE, related_name="+")
    month = models.DateField()
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


class NodeStatus(TenantModel):
    """A node's two statuses, computed from sums and never from its children's colours."""

    node = models.OneToOneField(Node, on_delete=models.CASCADE, related_name="rollup_status")
    implementation = models.CharField(max_length=1, choices=Status.choices)
    potential = models.CharField(max_length=1, choices=Status.choices)
    implementation_reasons = models.JSONField(default=list)
    potential_reasons = models.JSONField(default=list)
    computed_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = tenant_constraints("node_status", "node")

    def __str__(self) -> str:
        return f"{self.implementation}{self.potential}"
