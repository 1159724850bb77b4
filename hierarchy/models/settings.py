"""An organization's own thresholds and closing calendar."""

from django.db import models

from cat4.tenancy.models import TenantModel, tenant_constraints
from hierarchy.constants import DayKind
from hierarchy.thresholds import Thresholds


class OrganizationSettings(TenantModel):
    """One row per organization: overrides of the domain's defaults, and which months can be planned.

    `first_month` and `last_month` bound the fiscal calendar: effects lie inside it.
    """

    overrides = models.JSONField(default=dict)
    first_month = models.DateField(help_text="First month of the fiscal calendar")
    last_month = models.DateField(help_text="Last month of the fiscal calendar")
    deviations_from = models.DateField(
        null=True, blank=True, help_text="Rules open no deviation before this day: what an organization takes over"
    )
    holiday_country = models.CharField(max_length=2, blank=True, help_text="ISO 3166-1 alpha-2; empty: no holidays")
    holiday_subdivision = models.CharField(max_length=20, blank=True, help_text="Part of the country")
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


class OwnDay(TenantModel):
    """A day that the organization takes off, or works though it is a weekend or a public holiday.

    It hangs on the settings so that the calendar is read with one query.
    """

    settings = models.ForeignKey(OrganizationSettings, on_delete=models.PROTECT, related_name="own_days")
    on = models.DateField()
    kind = models.CharField(max_length=10, choices=DayKind.choices)
    reason = models.CharField(max_length=200)

    class Meta(TenantModel.Meta):
        ordering = ["on"]
        constraints = [
            *tenant_constraints("own_day", "settings"),
            models.UniqueConstraint(fields=["organization", "on"], name="own_day_once"),
        ]

    def __str__(self) -> str:
        return f"{self.on}: {self.kind}"
