"""Declared conflicts of interest."""

from django.db import models

from cat4.tenancy.append_only import AppendOnly, append_only_trigger
from cat4.tenancy.models import TenantModel, tenant_constraints
from hierarchy.models import Committee
from measures.models import Measure

from .constants import SubjectKind


class ConflictDeclaration(AppendOnly, TenantModel):
    """A member says that they have an interest in what is to be decided, and doesn't vote on it. It stands."""

    committee = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="+")
    subject_kind = models.CharField(max_length=16, choices=SubjectKind.choices)
    subject_id = models.UUIDField()
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    member = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["at", "id"]
        constraints = [
            *tenant_constraints("conflict_declaration", "committee", "measure"),
            models.UniqueConstraint(
                fields=["organization", "subject_kind", "subject_id", "member"], name="conflict_declaration_once"
            ),
        ]
        triggers = [append_only_trigger()]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.reason[:60]}"
