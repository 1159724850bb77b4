"""What came from outside: one row per import run, and one per row that it read."""

from django.db import models

from cat4.tenancy.models import TenantModel, tenant_constraints


class ImportRun(TenantModel):
    """A file that was read with a mapping: who, when, what came of it. `as_of` is the day that it describes."""

    mapping = models.CharField(max_length=60)
    source_system = models.CharField(max_length=60, blank=True)
    as_of = models.DateField(null=True, blank=True)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    dry_run = models.BooleanField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    started_by_name = models.CharField(max_length=200)
    counts = models.JSONField(default=dict)

    class Meta(TenantModel.Meta):
        ordering = ["-started_at"]
        constraints = tenant_constraints("import_run")

    def __str__(self) -> str:
        return f"{self.file_name}, {self.started_at:%Y-%m-%d}"


class ImportRow(TenantModel):
    """What became of one row of the file: created, updated, unchanged or rejected, and why."""

    id = models.BigAutoField(primary_key=True)  # type: ignore[assignment]
    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(help_text="Its line in the file, the header being 1; 0 without one")
    external_id = models.CharField(max_length=200, blank=True)
    outcome = models.CharField(max_length=12)
    messages = models.JSONField(default=list)

    class Meta(TenantModel.Meta):
        ordering = ["number"]
        constraints = tenant_constraints("import_row", "run")

    def __str__(self) -> str:
        return f"{self.number}: {self.outcome}"
