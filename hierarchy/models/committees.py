"""Steering committees: who decides over which nodes."""

from django.db import models

from cat4.accounts.actor import Role
from cat4.tenancy.models import TenantModel, tenant_constraints

from .node import Node


class Committee(TenantModel):
    """The body with decision rights over a node's subtree."""

    name = models.CharField(max_length=200)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="committees")
    retired_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta(TenantModel.Meta):
        ordering = ["name"]
        constraints = [
            *tenant_constraints("committee", "node"),
            models.UniqueConstraint(fields=["organization", "name"], name="committee_name"),
        ]

    def __str__(self) -> str:
        return self.name


class CommitteeMember(TenantModel):
    """A seat in a committee: the chair records its decisions, members vote."""

    committee = models.ForeignKey(Committee, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, choices=[(Role.CHAIR.value, "Chair"), (Role.MEMBER.value, "Member")])

    class Meta(TenantModel.Meta):
        constraints = [
            *tenant_constraints("committee_member", "committee"),
            models.UniqueConstraint(fields=["organization", "committee", "user"], name="committee_member_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.committee}"
