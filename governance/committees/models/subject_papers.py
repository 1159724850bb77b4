"""Papers that are attached to what a committee decides on (domain section 13)."""

from django.db import models

from cat4.tenancy.append_only import AppendOnly, append_only_trigger
from cat4.tenancy.models import TenantModel, tenant_constraints
from governance.parties.constants import SubjectKind
from hierarchy.models import Committee


class SubjectPaper(AppendOnly, TenantModel):
    """A file with its hash, for whoever follows the committee. It stays: a better one is attached beside it."""

    committee = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="papers")
    subject_kind = models.CharField(max_length=16, choices=SubjectKind.choices)
    subject_id = models.UUIDField()
    title = models.CharField(max_length=200)
    file_name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    storage_key = models.CharField(max_length=200)
    uploaded_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["uploaded_at", "id"]
        constraints = tenant_constraints("subject_paper", "committee")
        indexes = [models.Index(fields=["organization", "subject_kind", "subject_id"], name="subject_paper_by_subject")]
        triggers = [append_only_trigger()]

    def __str__(self) -> str:
        return self.title
