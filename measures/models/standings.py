"""What was true of each measure when a month was locked."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from cat4.tenancy.append_only import AppendOnly, append_only_trigger
from cat4.tenancy.models import TenantModel, tenant_constraints
from measures.constants import Doi, EffectKind, Lifecycle, Status

from .measure import Measure


def _money() -> "models.DecimalField[Any, Any]":
    return models.DecimalField(max_digits=20, decimal_places=2, default=0)


def _text() -> "models.CharField[Any, Any]":
    return models.CharField(max_length=200, blank=True, default="")


class LockedStanding(AppendOnly, TenantModel):
    """A measure as it stood when a month was locked: facts, people by name, path, statuses with reasons, sums.

    Trends, as-of reports and comparisons read it. Names are kept as texts, so that nothing that is renamed or
    moved later changes it. Sums are those of `MeasureTotals` and `MeasureYear` at that moment. `digest` is the
    SHA-256 of all the rest; the digests of a month are in the ledger with its lock.
    """

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="+")
    month = models.DateField()
    at = models.DateTimeField()
    code = models.CharField(max_length=40, blank=True, default="")
    name = _text()
    kind = models.CharField(max_length=20, choices=EffectKind.choices, blank=True, default="")
    package_id = models.UUIDField(null=True)
    path = ArrayField(models.UUIDField(), default=list, help_text="From the root to the measure package")
    path_names = ArrayField(models.CharField(max_length=200), default=list)
    owner_id = models.UUIDField(null=True)
    owner_name = _text()
    sponsor_id = models.UUIDField(null=True)
    sponsor_name = _text()
    controller_id = models.UUIDField(null=True)
    controller_name = _text()
    business_unit = _text()
    function = _text()
    legal_entity = _text()
    committee = _text()
    doi = models.PositiveSmallIntegerField(choices=Doi.choices, default=Doi.DEFINED)
    lifecycle = models.CharField(max_length=12, choices=Lifecycle.choices, default=Lifecycle.ACTIVE)
    governable = models.BooleanField(default=False)
    target_amount = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    decide_by = models.DateField(null=True)
    implement_by = models.DateField(null=True)
    close_by = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    confirmed_at = models.DateTimeField(null=True, help_text="When the forecast was last confirmed or frozen")
    overdue = models.PositiveIntegerField(default=0, help_text="Milestones that should have been done")

    implementation = models.CharField(max_length=1, choices=Status.choices)
    potential = models.CharField(max_length=1, choices=Status.choices)
    cost = models.CharField(max_length=1, choices=Status.choices)
    implementation_since = models.DateField(null=True)
    potential_since = models.DateField(null=True)
    implementation_reasons = models.JSONField(default=list)
    potential_reasons = models.JSONField(default=list)
    cost_reasons = models.JSONField(default=list)

    plan_run_rate = _money()
    forecast_run_rate = _money()
    validated_run_rate = _money()
    plan_in_year = _money()
    fac_in_year = _money()
    validated_in_year = _money()
    reported_in_year = _money()
    forecast_in_year = _money()
    assumed_in_year = _money()
    plan_to_date = _money()
    validated_to_date = _money()
    actual_to_date = _money()
    one_time_plan = _money()
    one_time_forecast = _money()
    one_time_actual = _money()
    soft_run_rate = _money()
    plan_exit_run_rate = _money()
    exit_run_rate = _money()
    plan_carry_over = _money()
    carry_over = _money()
    timing_loss = _money()
    magnitude_loss = _money()
    cancelled_loss = _money()
    on_hold_loss = _money()
    fx_effect = _money()
    leakage = models.JSONField(default=dict)
    payback_month = models.DateField(null=True)
    first_month = models.DateField(null=True)
    plan_cents = ArrayField(models.BigIntegerField(), default=list)
    forecast_cents = ArrayField(models.BigIntegerField(), default=list)
    reported_cents = ArrayField(models.BigIntegerField(), default=list)
    validated_cents = ArrayField(models.BigIntegerField(), default=list)
    years = models.JSONField(default=list, help_text="The rows of MeasureYear")
    digest = models.CharField(max_length=64, blank=True, default="")

    class Meta(TenantModel.Meta):
        ordering = ["month"]
        constraints = [
            *tenant_constraints("locked_standing", "measure"),
            models.UniqueConstraint(fields=["organization", "measure", "month"], name="locked_standing_once"),
        ]
        indexes = [models.Index(fields=["organization", "month", "package_id"], name="locked_standing_by_package")]
        triggers = [append_only_trigger()]

    def __str__(self) -> str:
        return f"{self.measure_id} {self.month:%Y-%m}"
