"""The tree as it was when a month was locked."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from cat4.tenancy.append_only import AppendOnly, append_only_trigger
from cat4.tenancy.models import TenantModel, tenant_constraints
from hierarchy.constants import Level

from .node import Node


class LockedNode(AppendOnly, TenantModel):
    """A node as it was at a lock: where it lay, what it was called, its targets and what it gave on of them.

    `targets` holds rows of fiscal year, effect, kind, own amount (null: only children have one) and the sum of
    the children's, amounts as text.
    """

    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    month = models.DateField()
    level = models.PositiveSmallIntegerField(choices=Level.choices)
    above = models.UUIDField(null=True, help_text="The parent of then")
    path = ArrayField(models.UUIDField(), default=list)
    name = models.CharField(max_length=200)
    lead_name = models.CharField(max_length=200, blank=True)
    position = models.PositiveIntegerField(default=0)
    is_retired = models.BooleanField(default=False)
    targets = models.JSONField(default=list)

    class Meta(TenantModel.Meta):
        ordering = ["level", "position", "name"]
        constraints = [
            *tenant_constraints("locked_node", "node"),
            models.UniqueConstraint(fields=["organization", "month", "node"], name="locked_node_once"),
        ]
        indexes = [models.Index(fields=["organization", "month", "above"], name="locked_node_children")]
        triggers = [append_only_trigger()]

    def __str__(self) -> str:
        return f"{self.name} {self.month:%Y-%m}"

    @property
    def kind(self) -> str:
        """The level in words, such as "Measure package"."""
        return Level(self.level).label
