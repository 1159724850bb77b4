"""Forecasts that can be looked back at."""

from django.db import models

from cat4.tenancy.models import TenantModel, tenant_constraints
from hierarchy.models import BusinessUnit, LegalEntity

from .measure import Measure


class ForecastCheck(TenantModel):
    """A validated month of a measure beside what was stated of it three months before (domain section 14).

    Hard EBITDA in the reporting currency at plan rate. Owner, unit and entity are those of the first look: a
    forecast stays with whoever gave it. Written by `check_forecasts` only.
    """

    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="forecast_checks")
    month = models.DateField()
    owner = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    business_unit = models.ForeignKey(BusinessUnit, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    legal_entity = models.ForeignKey(LegalEntity, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    stated = models.DecimalField(max_digits=20, decimal_places=2)
    validated = models.DecimalField(max_digits=20, decimal_places=2)

    class Meta(TenantModel.Meta):
        constraints = [
            *tenant_constraints("forecast_check", "measure", "business_unit", "legal_entity"),
            models.UniqueConstraint(fields=["organization", "measure", "month"], name="forecast_check_once"),
        ]
        indexes = [models.Index(fields=["organization", "month"], name="forecast_check_by_month")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}: {self.stated} stated, {self.validated} validated"
