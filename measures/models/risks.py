"""What may keep a measure from its money or dates."""

from django.db import models

from cat4.tenancy.models import TenantModel, tenant_constraints

from .measure import Measure


class Risk(TenantModel):
    """A risk with its owner, what it would cost, and the answer to it."""

    class Likelihood(models.TextChoices):
        LOW = "low", "Low"
        MEDIUM = "medium", "Medium"
        HIGH = "high", "High"

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="risks")
    title = models.CharField(max_length=200)
    likelihood = models.CharField(max_length=10, choices=Likelihood.choices)
    amount = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    response = models.TextField(blank=True)
    owner = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta(TenantModel.Meta):
        ordering = ["id"]
        constraints = tenant_constraints("risk", "measure")

    def __str__(self) -> str:
        return self.title
