"""Uploaded evidence."""

from django.db import models

from cat4.tenancy.append_only import AppendOnly, append_only_trigger
from cat4.tenancy.models import TenantModel, tenant_constraints
from measures.constants import DocumentPurpose, EvidenceClass

from .effects import EffectLine
from .measure import Measure
from .milestones import Milestone


class Document(TenantModel):
    """A file with its hash, stored outside the web root under the organization's folder.

    Withdrawn, never deleted: what a decision rested on stays.
    """

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="documents")
    milestone = models.ForeignKey(Milestone, on_delete=models.SET_NULL, null=True, blank=True, related_name="documents")
    purpose = models.CharField(max_length=12, choices=DocumentPurpose.choices)
    evidence_class = models.CharField(max_length=20, choices=EvidenceClass.choices, blank=True)
    title = models.CharField(max_length=200)
    file_name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    storage_key = models.CharField(max_length=200)
    uploaded_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    again_because = models.TextField(blank=True, help_text="Why a file that was withdrawn before was uploaded again")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    withdraw_reason = models.TextField(blank=True)
    lines = models.ManyToManyField(EffectLine, through="DocumentLine", related_name="documents")

    class Meta(TenantModel.Meta):
        ordering = ["-uploaded_at"]
        constraints = tenant_constraints("document", "measure", "milestone")
        indexes = [models.Index(fields=["organization", "measure"], name="document_by_measure")]

    def __str__(self) -> str:
        return self.title


class DocumentLine(TenantModel):
    """An effect line that a document is evidence for (domain section 13)."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="line_links")
    line = models.ForeignKey(EffectLine, on_delete=models.CASCADE, related_name="document_links")

    class Meta(TenantModel.Meta):
        constraints = [
            *tenant_constraints("document_line", "document", "line"),
            models.UniqueConstraint(fields=["organization", "document", "line"], name="document_line_once"),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} proves {self.line_id}"


class DocumentOpening(AppendOnly, TenantModel):
    """Somebody opened a document. Whoever signs is asked what they have looked at."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="openings")
    person = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["at"]
        constraints = tenant_constraints("document_opening", "document")
        indexes = [models.Index(fields=["organization", "document", "person"], name="document_opening_by_person")]
        triggers = [append_only_trigger()]

    def __str__(self) -> str:
        return f"{self.person_id} opened {self.document_id}"
