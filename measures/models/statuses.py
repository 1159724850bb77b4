"""What is computed of a measure: statuses with reasons, their history, overrides, and totals."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from cat4.tenancy.models import TenantModel, tenant_constraints
from measures.constants import Certainty, EffectKind, Status, StatusKind

from .measure import Measure


class MeasureStatus(TenantModel):
    """The present computed status of a kind, with its reasons in words. Written by the recompute only."""

    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="statuses")
    kind = models.CharField(max_length=16, choices=StatusKind.choices)
    value = models.CharField(max_length=1, choices=Status.choices)
    reasons = models.JSONField(default=list)
    since = models.DateField()
    computed_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            *tenant_constraints("measure_status", "measure"),
            models.UniqueConstraint(fields=["organization", "measure", "kind"], name="measure_status_kind"),
        ]
        indexes = [
            models.Index(
                fields=["organization", "since"],
                condition=models.Q(kind=StatusKind.POTENTIAL, value__in=[Status.AMBER, Status.RED]),
                name="measure_status_off_plan",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.value}"


class StatusChange(TenantModel):
    """A status as it became, for trend and age."""

    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="status_changes")
    kind = models.CharField(max_length=16, choices=StatusKind.choices)
    before = models.CharField(max_length=1, choices=Status.choices, blank=True)
    after = models.CharField(max_length=1, choices=Status.choices)
    reasons = models.JSONField(default=list)
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["-at"]
        constraints = tenant_constraints("status_change", "measure")
        indexes = [models.Index(fields=["organization", "measure", "-at"], name="status_change_by_measure")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.before} to {self.after}"


class StatusOverride(TenantModel):
    """A status someone vouches for, beside the computed one, until a date. Never enters a roll-up of money.

    `ended_at` is set when somebody withdrew it, or once its last day is over.
    """

    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="overrides")
    kind = models.CharField(max_length=16, choices=StatusKind.choices)
    value = models.CharField(max_length=1, choices=Status.choices)
    reason = models.TextField()
    author = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    expires_on = models.DateField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta(TenantModel.Meta):
        ordering = ["-created_at"]
        constraints = tenant_constraints("status_override", "measure")
        indexes = [models.Index(fields=["organization", "measure", "ended_at"], name="status_override_in_force")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.value} until {self.expires_on}"


class MeasureTotals(TenantModel):
    """A measure's sums in the organization's reporting currency at plan rate; hard EBITDA unless named otherwise.

    Written by the recompute, read by roll-ups and lists, so that no page sums effect months. In-year
    means the fiscal year of `as_of`. The series hold recurring effects month by month from `first_month`,
    in cents: whole numbers add up exactly and fast.
    """

    measure = models.OneToOneField(Measure, on_delete=models.CASCADE, related_name="totals")
    as_of = models.DateField()
    missing_rates = ArrayField(
        models.CharField(max_length=12),
        default=list,
        help_text="Plan rates without which amounts stay out of these sums, such as GBP 2027",
    )
    plan_run_rate = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    forecast_run_rate = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    validated_run_rate = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    plan_in_year = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    fac_in_year = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    validated_in_year = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    reported_in_year = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    forecast_in_year = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    assumed_in_year = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    stale_in_year = models.DecimalField(
        max_digits=20, decimal_places=2, default=0, help_text="Of the forecast: last confirmed too long ago"
    )
    plan_to_date = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    validated_to_date = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    actual_to_date = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    one_time_plan = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    one_time_forecast = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    one_time_actual = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    soft_run_rate = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    plan_exit_run_rate = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    exit_run_rate = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    plan_carry_over = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    carry_over = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    timing_loss = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    magnitude_loss = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    cancelled_loss = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    on_hold_loss = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    fx_effect = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    leakage = models.JSONField(default=dict, help_text="Missing money of locked months by cause, as text")
    payback_month = models.DateField(null=True, blank=True)
    first_month = models.DateField(null=True, blank=True, help_text="Of the series below")
    plan_cents = ArrayField(models.BigIntegerField(), default=list)
    forecast_cents = ArrayField(models.BigIntegerField(), default=list)
    reported_cents = ArrayField(models.BigIntegerField(), default=list)
    validated_cents = ArrayField(models.BigIntegerField(), default=list)
    inputs_hash = models.CharField(max_length=64, blank=True, help_text="Of everything the sums were made from")
    computed_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = tenant_constraints("measure_totals", "measure")
        indexes = [
            models.Index(
                "organization",
                models.F("forecast_run_rate") - models.F("plan_run_rate"),
                "measure",
                condition=models.Q(forecast_run_rate__lt=models.F("plan_run_rate")),
                name="measure_totals_by_gap",
            ),
            models.Index(
                fields=["organization", "measure"],
                condition=~models.Q(missing_rates=[]),
                name="measure_totals_incomplete",
            ),
        ]

    def __str__(self) -> str:
        return f"Totals of {self.measure_id}"


class MeasureYear(TenantModel):
    """A measure's sums of one effect kind, certainty and fiscal year, in the reporting currency at plan rate.

    FTE are heads: the mean of the year's months, and the last month's for the exit. Lines without money
    in other units aren't here, because their units can't be added.
    """

    id = models.BigAutoField(primary_key=True)  # type: ignore[assignment]
    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="years")
    kind = models.CharField(max_length=20, choices=EffectKind.choices)
    certainty = models.CharField(max_length=12, choices=Certainty.choices)
    fiscal_year = models.PositiveSmallIntegerField()
    plan = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    fac = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    validated = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    reported = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    forecast = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    assumed = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    stale = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    plan_exit_run_rate = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    exit_run_rate = models.DecimalField(max_digits=20, decimal_places=2, default=0)

    class Meta(TenantModel.Meta):
        ordering = ["fiscal_year", "kind", "certainty"]
        constraints = [
            *tenant_constraints("measure_year", "measure"),
            models.UniqueConstraint(
                fields=["organization", "measure", "kind", "certainty", "fiscal_year"], name="measure_year_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure_id} {self.kind} {self.fiscal_year}"
