"""Declared conflicts of interest, and in which manner a committee's decisions are made."""

from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext

from cat4.tenancy.append_only import AppendOnly, append_only_trigger
from cat4.tenancy.models import TenantModel, tenant_constraints
from hierarchy.models import Committee
from measures.models import Measure

from .constants import DecidedAs, ResolutionKind, SubjectKind
from .rules import How


class ConflictDeclaration(AppendOnly, TenantModel):
    """A member says that they have an interest in what is to be decided, and doesn't vote on it. It stands."""

    committee = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="+")
    subject_kind = models.CharField(max_length=16, choices=SubjectKind.choices)
    subject_id = models.UUIDField()
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    member = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["at", "id"]
        constraints = [
            *tenant_constraints("conflict_declaration", "committee", "measure"),
            models.UniqueConstraint(
                fields=["organization", "subject_kind", "subject_id", "member"], name="conflict_declaration_once"
            ),
        ]
        triggers = [append_only_trigger()]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.reason[:60]}"


class DecidedInAManner(models.Model):
    """The columns of a decision that say how it was made; all empty where no committee decides.

    `weight` is how much a year it was about, in the reporting currency at plan rate; empty where that couldn't be told.
    """

    manner = models.CharField(max_length=6, choices=DecidedAs.choices, blank=True)
    weight = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    urgent_reason = models.TextField(blank=True, help_text="Why the chair couldn't wait for the committee")
    resolution_kind = models.CharField(max_length=12, choices=ResolutionKind.choices, blank=True)
    resolution_id = models.UUIDField(null=True, blank=True, help_text="The item of an agenda, or the circulation")

    class Meta:
        abstract = True

    @property
    def how(self) -> How:
        """How it was made."""
        return How(self.manner, self.weight, self.urgent_reason, self.resolution_kind, self.resolution_id)

    @property
    def is_urgent(self) -> bool:
        """Made by the chair alone where the committee was asked."""
        return self.manner == DecidedAs.URGENT

    @cached_property
    def ratification(self) -> "Ratification | None":
        """The committee's last word on an urgent decision."""
        if not self.is_urgent:
            return None
        number: int = self.number  # type: ignore[attr-defined]  # every decision has one
        return Ratification.objects.filter(decision_number=number).order_by("at").last()

    @property
    def is_ratified(self) -> bool | None:
        """Whether the committee stands behind it; None of what isn't urgent."""
        if not self.is_urgent:
            return None
        return self.ratification is not None and self.ratification.is_ratified

    @property
    def urgency(self) -> str:
        """`Urgent, not ratified yet`; empty of what isn't urgent."""
        if not self.is_urgent:
            return ""
        if self.ratification is None:
            return gettext("Urgent, not ratified yet")
        number = self.ratification.by_number
        if self.ratification.is_ratified:
            return gettext("Urgent, ratified by decision %(number)s") % {"number": number}
        return gettext("Urgent, not ratified by decision %(number)s") % {"number": number}


class Ratification(AppendOnly, TenantModel):
    """A committee's vote on what its chair decided urgently. Of several the last counts."""

    decision_number = models.BigIntegerField(help_text="Of the urgent decision")
    is_ratified = models.BooleanField()
    by_number = models.BigIntegerField(help_text="Of the committee's decision")
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["at", "id"]
        constraints = [
            *tenant_constraints("ratification"),
            models.UniqueConstraint(
                fields=["organization", "decision_number", "by_number"], name="ratification_once_per_vote"
            ),
        ]
        triggers = [append_only_trigger()]

    def __str__(self) -> str:
        return f"Decision {self.decision_number}: {self.is_ratified}"
