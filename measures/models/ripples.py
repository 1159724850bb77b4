"""What followed from a date that moved: the path, the money, and the answers of who is affected (domain section 8)."""

from django.db import models

from cat4.tenancy.append_only import AppendOnly, append_only_trigger
from cat4.tenancy.models import TenantModel, tenant_constraints
from measures.constants import DependencyKind, RippleCause

from .answers import OwnerAnswer, is_signed
from .measure import Measure
from .milestones import Milestone


class Ripple(TenantModel):
    """One move of one milestone that moved others. The same trigger moving again supersedes what is unanswered."""

    trigger = models.ForeignKey(Milestone, on_delete=models.PROTECT, related_name="ripples")
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="ripples")
    cause = models.CharField(max_length=12, choices=RippleCause.choices)
    before_on = models.DateField()
    after_on = models.DateField()
    days = models.SmallIntegerField(help_text="Working days that the trigger moved; positive is later")
    reason = models.TextField(blank=True)
    author = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["-at"]
        constraints = tenant_constraints("ripple", "trigger", "measure")
        indexes = [models.Index(fields=["organization", "measure", "-at"], name="ripple_by_measure")]

    def __str__(self) -> str:
        return f"{self.trigger_id}: {self.before_on} to {self.after_on}"


class RippleHop(AppendOnly, TenantModel):
    """A milestone that the ripple reached: moved by `days`, or not at all because its slack took the move up."""

    ripple = models.ForeignKey(Ripple, on_delete=models.PROTECT, related_name="hops")
    position = models.PositiveIntegerField(help_text="In topological order")
    milestone = models.ForeignKey(Milestone, on_delete=models.PROTECT, related_name="ripple_hops")
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="ripple_hops")
    via_kind = models.CharField(max_length=2, choices=DependencyKind.choices, blank=True)
    via_lag_days = models.SmallIntegerField(default=0)
    came_from = models.ForeignKey(Milestone, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    before_on = models.DateField()
    after_on = models.DateField()
    days = models.SmallIntegerField()
    slack_used_days = models.PositiveSmallIntegerField(default=0)

    class Meta(TenantModel.Meta):
        ordering = ["position"]
        constraints = [
            *tenant_constraints("ripple_hop", "ripple", "milestone", "measure", "came_from"),
            models.UniqueConstraint(fields=["organization", "ripple", "milestone"], name="ripple_hop_once"),
        ]
        indexes = [models.Index(fields=["organization", "measure"], name="ripple_hop_by_measure")]
        triggers = [append_only_trigger()]

    def __str__(self) -> str:
        return f"{self.milestone_id}: {self.days} days"


class RippleMoney(AppendOnly, TenantModel):
    """Hard EBITDA of a measure that a ripple moves between quarters, in the reporting currency at plan rate.

    The quarters of a fiscal year add up to the change in-year, those of the next to the carry-over;
    `exit_run_rate` stands on the last quarter of a fiscal year.
    """

    ripple = models.ForeignKey(Ripple, on_delete=models.PROTECT, related_name="money")
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="+")
    fiscal_year = models.PositiveSmallIntegerField()
    quarter = models.PositiveSmallIntegerField(help_text="1 to 4, of the fiscal year")
    amount = models.DecimalField(max_digits=20, decimal_places=2)
    exit_run_rate = models.DecimalField(max_digits=20, decimal_places=2, null=True, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["fiscal_year", "quarter"]
        constraints = [
            *tenant_constraints("ripple_money", "ripple", "measure"),
            models.UniqueConstraint(
                fields=["organization", "ripple", "measure", "fiscal_year", "quarter"], name="ripple_money_once"
            ),
        ]
        triggers = [append_only_trigger()]

    def __str__(self) -> str:
        return f"{self.fiscal_year} Q{self.quarter}: {self.amount}"


class RippleAnswer(OwnerAnswer):
    """What an affected owner says to a ripple; due within five working days."""

    ripple = models.ForeignKey(Ripple, on_delete=models.PROTECT, related_name="answers")
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="ripple_answers")

    class Meta(OwnerAnswer.Meta):
        constraints = [
            *tenant_constraints("ripple_answer", "ripple", "measure"),
            models.UniqueConstraint(fields=["organization", "ripple", "measure"], name="ripple_answer_once"),
            is_signed("ripple_answer"),
        ]
        indexes = [models.Index(fields=["organization", "measure", "answered_at"], name="ripple_answer_open")]
