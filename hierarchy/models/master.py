"""Master data: what measures book on and are sorted by."""

from django.db import models
from django.db.models import Q

from cat4.tenancy.models import TenantModel, tenant_constraints
from hierarchy.constants import RateKind


class MasterRecord(TenantModel):
    """A coded list entry of the organization. Used entries are retired, not deleted."""

    code = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    retired_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta(TenantModel.Meta):
        abstract = True
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


def _master_constraints(table: str) -> list[models.BaseConstraint]:
    return [
        *tenant_constraints(table),
        models.UniqueConstraint(fields=["organization", "code"], name=f"{table}_code"),
    ]


class LegalEntity(MasterRecord):
    """The company that books an effect, in its currency."""

    currency = models.CharField(max_length=3, help_text="ISO 4217")
    country = models.CharField(max_length=2, blank=True, help_text="ISO 3166-1 alpha-2")

    class Meta(MasterRecord.Meta):
        abstract = False
        constraints = _master_constraints("legal_entity")


class BusinessUnit(MasterRecord):
    """The part of the business that a measure belongs to. Its lead accepts what measures hand over to it."""

    lead = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta(MasterRecord.Meta):
        abstract = False
        constraints = _master_constraints("business_unit")


class Function(MasterRecord):
    """The discipline that carries a measure out, such as Procurement."""

    class Meta(MasterRecord.Meta):
        abstract = False
        constraints = _master_constraints("function")


class Account(MasterRecord):
    """The account of the P&L or balance sheet on which an effect shows."""

    class Meta(MasterRecord.Meta):
        abstract = False
        constraints = _master_constraints("account")


class ExchangeRate(TenantModel):
    """One unit of `currency` in the organization's reporting currency, for a month.

    A plan rate stands on the first month of its fiscal year and holds for all of it.
    """

    kind = models.CharField(max_length=10, choices=RateKind.choices)
    currency = models.CharField(max_length=3)
    month = models.DateField()
    rate = models.DecimalField(max_digits=18, decimal_places=8)

    class Meta(TenantModel.Meta):
        constraints = [
            *tenant_constraints("exchange_rate"),
            models.UniqueConstraint(fields=["organization", "kind", "currency", "month"], name="exchange_rate_once"),
            models.CheckConstraint(condition=Q(rate__gt=0), name="exchange_rate_positive"),
            models.CheckConstraint(condition=Q(month__day=1), name="exchange_rate_first_of_month"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.currency} {self.month:%Y-%m}: {self.rate}"
