"""The money of a measure: baselines, effect lines, their months, and frozen plans."""

from django.db import models
from django.db.models import Q

from cat4.tenancy.append_only import AppendOnly, append_only_trigger
from cat4.tenancy.models import TenantModel, tenant_constraints
from hierarchy.models import Account, LegalEntity

from ..constants import BaselineType, Certainty, EffectKind, Recurrence
from .measure import Measure


class Baseline(TenantModel):
    """What would be booked without the measure. Each proposal is a version; the controller approves one."""

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="baselines")
    number = models.PositiveSmallIntegerField()
    type = models.CharField(max_length=20, choices=BaselineType.choices)
    period = models.CharField(max_length=60, help_text="Such as FY 2025")
    source = models.CharField(max_length=200, help_text="Where the number can be looked up")
    amount = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3)
    normalisation = models.TextField(blank=True)
    proposed_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    approved_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["-number"]
        constraints = [
            *tenant_constraints("baseline", "measure"),
            models.UniqueConstraint(fields=["organization", "measure", "number"], name="baseline_number"),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=models.F("proposed_by")),
                name="baseline_four_eyes",
            ),
        ]

    def __str__(self) -> str:
        return f"Baseline {self.number}"


class EffectLine(TenantModel):
    """One value series: kind x recurrence x certainty x legal entity x account x currency.

    Positive improves the result; costs are negative. With `annual_amount`, `start_month` and
    `ramp_months` the plan is phased (domain 6.1); without them its months were typed.
    """

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="lines")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=EffectKind.choices)
    recurrence = models.CharField(max_length=12, choices=Recurrence.choices, default=Recurrence.RECURRING)
    certainty = models.CharField(max_length=12, choices=Certainty.choices, default=Certainty.HARD)
    legal_entity = models.ForeignKey(LegalEntity, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    currency = models.CharField(max_length=3)
    currency_reason = models.TextField(blank=True, help_text="Why the currency isn't the legal entity's")
    annual_amount = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    start_month = models.DateField(null=True, blank=True)
    end_month = models.DateField(null=True, blank=True)
    ramp_months = models.PositiveSmallIntegerField(default=0)
    position = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    class Meta(TenantModel.Meta):
        ordering = ["position", "id"]
        constraints = [
            *tenant_constraints("effect_line", "measure", "legal_entity", "account"),
            models.CheckConstraint(
                condition=Q(start_month__isnull=True)
                | Q(end_month__isnull=True)
                | Q(end_month__gte=models.F("start_month")),
                name="effect_line_ends_after_start",
            ),
        ]
        indexes = [models.Index(fields=["organization", "measure"], name="effect_line_by_measure")]

    def __str__(self) -> str:
        return self.name


class EffectMonth(TenantModel):
    """A line's plan, forecast and actual of a month, in the line's currency.

    `reported` is what was entered or imported for the month; `validated` is what the controller
    confirmed, who is never the person that entered it. Empty means unknown, zero means zero.
    """

    id = models.BigAutoField(primary_key=True)  # type: ignore[assignment]  # millions of rows, never published
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="+")
    line = models.ForeignKey(EffectLine, on_delete=models.CASCADE, related_name="months")
    month = models.DateField()
    plan = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    forecast = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    reported = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    reported_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    reported_at = models.DateTimeField(null=True, blank=True)
    validated = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    validated_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    validated_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["month"]
        constraints = [
            *tenant_constraints("effect_month", "measure", "line"),
            models.UniqueConstraint(fields=["organization", "measure", "line", "month"], name="effect_month_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="effect_month_first_of_month"),
            models.CheckConstraint(
                condition=Q(validated__isnull=True) | Q(validated_by__isnull=False, reported_by__isnull=False),
                name="effect_month_validation_is_signed",
            ),
            models.CheckConstraint(
                condition=Q(validated_by__isnull=True) | ~Q(validated_by=models.F("reported_by")),
                name="effect_month_four_eyes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} {self.month:%Y-%m}"


class PlanVersion(AppendOnly, TenantModel):
    """A plan as it was frozen, when the measure was decided or an approved change request moved it."""

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="plan_versions")
    number = models.PositiveSmallIntegerField()
    frozen_at = models.DateTimeField()
    reason = models.TextField()

    class Meta(TenantModel.Meta):
        ordering = ["number"]
        constraints = [
            *tenant_constraints("plan_version", "measure"),
            models.UniqueConstraint(fields=["organization", "measure", "number"], name="plan_version_number"),
        ]
        triggers = [append_only_trigger()]

    def __str__(self) -> str:
        return f"Plan version {self.number}"


class PlanMonth(AppendOnly, TenantModel):
    """A month of a frozen plan; what EffectMonth.plan must equal while that version holds."""

    plan_version = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="months")
    line = models.ForeignKey(EffectLine, on_delete=models.PROTECT, related_name="+")
    month = models.DateField()
    amount = models.DecimalField(max_digits=18, decimal_places=2)

    class Meta(TenantModel.Meta):
        ordering = ["month"]
        constraints = [
            *tenant_constraints("plan_month", "plan_version", "line"),
            models.UniqueConstraint(fields=["organization", "plan_version", "line", "month"], name="plan_month_once"),
        ]
        triggers = [append_only_trigger()]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}: {self.amount}"
