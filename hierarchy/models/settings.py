"""An organization's own thresholds and closing calendar."""

from django.db import models

from cat4.tenancy.models import TenantModel, tenant_constraints

from ..thresholds import Thresholds


class OrganizationSettings(TenantModel):
    """One row per organization: overrides of the domain's defaults, and which months can be planned.

    `first_month` and `last_month` bound the fiscal calendar: effects lie inside it.
    """

    overrides = models.JSONField(default=dict)
    first_month = models.DateField(help_text="First month of the fiscal calendar")
    last_month = models.DateField(help_text="Last month of the fiscal calendar")
    version = models.PositiveIntegerField(default=1)

    class Meta(TenantModel.Meta):
        constraints = [
            *tenant_constraints("organization_settings"),
            models.UniqueConstraint(fields=["organization"], name="organization_settings_once"),
            models.CheckConstraint(
                condition=models.Q(first_month__day=1, last_month__day=1, last_month__gt=models.F("first_month")),
                name="organization_settings_calendar",
            ),
        ]

    def __str__(self) -> str:
        return f"Settings, version {self.version}"

    @property
    def thresholds(self) -> Thresholds:
        return Thresholds.from_stored(self.overrides)
