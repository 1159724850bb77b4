"""Versions of the rate sets (domain 6.10): who changed which rates, when, from which source and why.

What holds now stands in `ExchangeRate`. What held at a version follows by taking later versions back.
"""

from django.db import models
from django.db.models import Q

from cat4.tenancy.append_only import AppendOnly, append_only_trigger
from cat4.tenancy.models import TenantModel, tenant_constraints
from hierarchy.constants import RateKind


class RateSet(AppendOnly, TenantModel):
    """A version of the plan, average or closing rates: one act that set some of them."""

    kind = models.CharField(max_length=10, choices=RateKind.choices)
    number = models.PositiveIntegerField()
    source = models.CharField(max_length=200)
    reason = models.TextField(blank=True)
    author_id = models.UUIDField(help_text="The person, or the installation itself")
    author_name = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["kind", "-number"]
        constraints = [
            *tenant_constraints("rate_set"),
            models.UniqueConstraint(fields=["organization", "kind", "number"], name="rate_set_number"),
        ]
        triggers = [append_only_trigger()]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} rates, version {self.number}"


class RateChange(AppendOnly, TenantModel):
    """A rate that a version set, with the one before; None when there was none."""

    rate_set = models.ForeignKey(RateSet, on_delete=models.PROTECT, related_name="changes")
    currency = models.CharField(max_length=3)
    month = models.DateField()
    before = models.DecimalField(max_digits=18, decimal_places=8, null=True)
    rate = models.DecimalField(max_digits=18, decimal_places=8)

    class Meta(TenantModel.Meta):
        ordering = ["currency", "month"]
        constraints = [
            *tenant_constraints("rate_change", "rate_set"),
            models.UniqueConstraint(fields=["organization", "rate_set", "currency", "month"], name="rate_change_once"),
            models.CheckConstraint(condition=Q(rate__gt=0), name="rate_change_positive"),
            models.CheckConstraint(condition=Q(month__day=1), name="rate_change_first_of_month"),
        ]
        triggers = [append_only_trigger()]

    def __str__(self) -> str:
        return f"{self.currency} {self.month:%Y-%m}: {self.before} to {self.rate}"
