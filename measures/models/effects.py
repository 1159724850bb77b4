"""The money of a measure: baselines, effect lines, their months, and frozen plans."""

from django.db import models
from django.db.models import Q

from cat4.tenancy.append_only import AppendOnly, append_only_trigger
from cat4.tenancy.models import TenantModel, tenant_constraints
from hierarchy.models import Account, LegalEntity
from measures.constants import (
    UNIT_KINDS,
    BaselineType,
    Cadence,
    Certainty,
    EffectKind,
    LeakageCause,
    Recurrence,
    Series,
)

from .measure import Measure
from .milestones import Milestone


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
    cadence = models.CharField(max_length=10, choices=Cadence.choices, default=Cadence.MONTHLY)
    milestone = models.ForeignKey(
        Milestone,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="bound_lines",
        help_text="The milestone that the months follow; empty: the one that starts the measure's effect",
    )
    offset_months = models.SmallIntegerField(default=0, help_text="Months from that milestone to the first effect")
    forecast_stands_on = models.DateField(
        null=True,
        blank=True,
        editable=False,
        help_text="Where that milestone was expected when the forecast was last stated or confirmed",
    )
    closed_run_rate = models.DecimalField(
        max_digits=20,
        decimal_places=2,
        null=True,
        blank=True,
        editable=False,
        help_text="What its closing was signed at, if it recurs; empty while open, or once that no longer holds",
    )
    unit = models.CharField(max_length=20, blank=True, help_text="Of a line that isn't money, such as FTE or tCO2e")
    supplier = models.CharField(max_length=120, blank=True)
    cost_centre = models.CharField(max_length=40, blank=True)
    product = models.CharField(max_length=120, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    class Meta(TenantModel.Meta):
        ordering = ["position", "id"]
        constraints = [
            *tenant_constraints("effect_line", "measure", "legal_entity", "account", "milestone"),
            models.CheckConstraint(
                condition=Q(start_month__isnull=True)
                | Q(end_month__isnull=True)
                | Q(end_month__gte=models.F("start_month")),
                name="effect_line_ends_after_start",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "measure"], name="effect_line_by_measure"),
            models.Index(fields=["organization", "legal_entity", "account"], name="effect_line_by_account"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def measured_in(self) -> str:
        """What its amounts are counted in: its currency, or the unit of a line that isn't money."""
        return (self.unit or self.get_kind_display()) if self.kind in UNIT_KINDS else self.currency


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
    decide_by = models.DateField("planned date of DoI 3", null=True)
    implement_by = models.DateField("planned date of DoI 4", null=True)
    close_by = models.DateField("planned date of DoI 5", null=True)

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


class PlanMilestone(AppendOnly, TenantModel):
    """The baseline date of a milestone in a frozen plan, so that every earlier version stays comparable."""

    plan_version = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="milestones")
    milestone = models.ForeignKey(Milestone, on_delete=models.PROTECT, related_name="plan_dates")
    baseline_on = models.DateField()

    class Meta(TenantModel.Meta):
        ordering = ["baseline_on"]
        constraints = [
            *tenant_constraints("plan_milestone", "plan_version", "milestone"),
            models.UniqueConstraint(fields=["organization", "plan_version", "milestone"], name="plan_milestone_once"),
        ]
        triggers = [append_only_trigger()]

    def __str__(self) -> str:
        return f"{self.milestone_id}: {self.baseline_on}"


class EffectPeriod(TenantModel):
    """A quarter or a fiscal year as it was entered, whose months were spread from it.

    A month typed afterwards doesn't change it: the page shows both and their difference.
    """

    line = models.ForeignKey(EffectLine, on_delete=models.CASCADE, related_name="periods")
    series = models.CharField(max_length=10, choices=Series.choices)
    first_month = models.DateField()
    months = models.PositiveSmallIntegerField(help_text="3 for a quarter, 12 for a fiscal year")
    amount = models.DecimalField(max_digits=18, decimal_places=2)

    class Meta(TenantModel.Meta):
        ordering = ["first_month"]
        constraints = [
            *tenant_constraints("effect_period", "line"),
            models.UniqueConstraint(
                fields=["organization", "line", "series", "first_month"], name="effect_period_once"
            ),
            models.CheckConstraint(condition=Q(months__in=[3, 12]), name="effect_period_length"),
            models.CheckConstraint(condition=Q(first_month__day=1), name="effect_period_first_of_month"),
        ]

    def __str__(self) -> str:
        return f"{self.first_month:%Y-%m} + {self.months}: {self.amount}"


class ForecastRevision(AppendOnly, TenantModel):
    """A forecast month as it was changed, by whom and why. What was expected at any time is read from here."""

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="forecast_revisions")
    line = models.ForeignKey(EffectLine, on_delete=models.PROTECT, related_name="forecast_revisions")
    month = models.DateField()
    before = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    after = models.DecimalField(max_digits=18, decimal_places=2)
    reason = models.TextField()
    author = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["-at", "month"]
        constraints = tenant_constraints("forecast_revision", "measure", "line")
        indexes = [models.Index(fields=["organization", "measure", "-at"], name="forecast_revision_by_measure")]
        triggers = [append_only_trigger()]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}: {self.before} to {self.after}"


class LeakageEntry(TenantModel):
    """A part of the money that is missing in a locked month, with the cause that somebody names for it."""

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="leakage_entries")
    line = models.ForeignKey(EffectLine, on_delete=models.PROTECT, related_name="leakage_entries")
    month = models.DateField()
    cause = models.CharField(max_length=12, choices=LeakageCause.choices)
    amount = models.DecimalField(
        max_digits=18, decimal_places=2, help_text="In the line's currency; positive is missing"
    )
    reason = models.TextField()
    author = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta(TenantModel.Meta):
        ordering = ["month", "cause"]
        constraints = [
            *tenant_constraints("leakage_entry", "measure", "line"),
            models.UniqueConstraint(fields=["organization", "line", "month", "cause"], name="leakage_entry_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="leakage_entry_first_of_month"),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.cause}: {self.amount}"


class PriceVolumeProof(TenantModel):
    """Price, volume and exchange rate before and after: the proof of a line's saving (domain 6.11)."""

    line = models.ForeignKey(EffectLine, on_delete=models.PROTECT, related_name="proofs")
    first_month = models.DateField()
    last_month = models.DateField()
    unit = models.CharField(max_length=40, help_text="What is counted, such as tonnes")
    price_before = models.DecimalField(max_digits=18, decimal_places=6)
    volume_before = models.DecimalField(max_digits=18, decimal_places=3)
    rate_before = models.DecimalField(max_digits=18, decimal_places=8)
    price_after = models.DecimalField(max_digits=18, decimal_places=6)
    volume_after = models.DecimalField(max_digits=18, decimal_places=3)
    rate_after = models.DecimalField(max_digits=18, decimal_places=8)
    source = models.CharField(max_length=200, help_text="Where prices and volumes can be looked up")
    author = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta(TenantModel.Meta):
        ordering = ["first_month"]
        constraints = [
            *tenant_constraints("price_volume_proof", "line"),
            models.UniqueConstraint(fields=["organization", "line", "first_month"], name="price_volume_proof_once"),
            models.CheckConstraint(
                condition=Q(first_month__day=1, last_month__day=1, last_month__gte=models.F("first_month")),
                name="price_volume_proof_months",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_month:%Y-%m} to {self.last_month:%Y-%m}"
