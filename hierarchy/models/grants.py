"""Roles granted at nodes."""

from django.db import models

from cat4.accounts.actor import Role
from cat4.tenancy.models import TenantModel, tenant_constraints

from .node import Node
from .triggers import auditor_alone_trigger


class RoleGrant(TenantModel):
    """A role of a person at a node; it holds for the whole subtree."""

    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=20, choices=[(role.value, role.label) for role in Role])

    class Meta(TenantModel.Meta):
        constraints = [
            *tenant_constraints("role_grant", "node"),
            models.UniqueConstraint(fields=["organization", "user", "node", "role"], name="role_grant_once"),
        ]
        triggers = [auditor_alone_trigger()]

    def __str__(self) -> str:
        return f"{self.user}: {self.role} at {self.node}"
