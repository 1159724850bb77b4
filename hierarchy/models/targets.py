"""Top-down targets of nodes."""

from django.db import models

from cat4.tenancy.models import TenantModel, tenant_constraints
from hierarchy.constants import TargetEffect, TargetKind

from .node import Node


class Target(TenantModel):
    """What a node must deliver: as run-rate by, or within, a fiscal year.

    In the reporting currency, headcount in FTE. Positive improves the result; costs are negative.
    """

    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="targets")
    kind = models.CharField(max_length=10, choices=TargetKind.choices, default=TargetKind.RUN_RATE)
    effect = models.CharField(max_length=20, choices=TargetEffect.choices, default=TargetEffect.EBITDA)
    fiscal_year = models.PositiveSmallIntegerField()
    amount = models.DecimalField(max_digits=18, decimal_places=2)

    class Meta(TenantModel.Meta):
        constraints = [
            *tenant_constraints("target", "node"),
            models.UniqueConstraint(
                fields=["organization", "node", "effect", "kind", "fiscal_year"], name="target_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.node}: {self.amount} {self.effect} {self.kind} {self.fiscal_year}"
