"""The inner nodes of the hierarchy."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from cat4.tenancy.models import TenantModel, tenant_constraints
from hierarchy.constants import Level


def _default(to: str) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(to, on_delete=models.PROTECT, null=True, blank=True, related_name="+")


class Node(TenantModel):
    """A node from the organization's root down to a measure package; measures hang below packages.

    `path` holds the ids from the root to the node itself, so that a role granted above is recognised
    without climbing. Only `hierarchy.actions.nodes` writes it. Each `default_` is what a new measure below takes where
    nobody names another and no node between them does (domain section 3).
    """

    level = models.PositiveSmallIntegerField(choices=Level.choices)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    path = ArrayField(models.UUIDField(), default=list)
    code = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    lead = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    default_sponsor = _default("accounts.User")
    default_controller = _default("accounts.User")
    default_business_unit = _default("hierarchy.BusinessUnit")
    default_function = _default("hierarchy.Function")
    default_legal_entity = _default("hierarchy.LegalEntity")
    default_committee = _default("hierarchy.Committee")
    position = models.PositiveIntegerField(default=0)
    retired_at = models.DateTimeField(null=True, blank=True)
    source_system = models.CharField(max_length=60, blank=True)
    external_id = models.CharField(max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta(TenantModel.Meta):
        ordering = ["level", "position", "name"]
        constraints = [
            *tenant_constraints(
                "node",
                "parent",
                "default_business_unit",
                "default_function",
                "default_legal_entity",
                "default_committee",
            ),
            models.CheckConstraint(
                condition=Q(default_sponsor__isnull=True)
                | Q(default_controller__isnull=True)
                | ~Q(default_sponsor=F("default_controller")),
                name="node_default_sponsor_is_not_controller",
            ),
            models.CheckConstraint(
                condition=Q(level=Level.ORGANIZATION, parent__isnull=True) | Q(level__gt=0, parent__isnull=False),
                name="node_root_has_no_parent",
            ),
            models.UniqueConstraint(fields=["organization"], condition=Q(level=0), name="node_one_root"),
            models.UniqueConstraint(
                fields=["organization", "parent", "name"],
                condition=Q(retired_at__isnull=True),
                name="node_name_below_parent",
            ),
            models.UniqueConstraint(
                fields=["organization", "source_system", "external_id"],
                condition=~Q(external_id=""),
                name="node_external_id",
            ),
        ]
        indexes = [models.Index(F("organization"), F("parent"), F("position"), name="node_children")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_retired(self) -> bool:
        return self.retired_at is not None

    @property
    def kind(self) -> str:
        """The level in words, such as "Measure package"."""
        return Level(self.level).label
