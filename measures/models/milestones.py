"""Milestones, what waits for them, and their hand-over."""

from django.db import models
from django.db.models import Q

from cat4.tenancy.models import TenantModel, tenant_constraints
from measures.constants import DependencyKind

from .measure import Measure


class Milestone(TenantModel):
    """A dated result. The baseline date stays; the owner's forecast moves; the actual date ends it.

    `computed_on` is where its predecessors push it, when that is later than the owner's forecast; only the
    ripple writes it. With a `receiver` it is done only once the receiver has accepted what was handed over.
    """

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="milestones")
    name = models.CharField(max_length=200)
    position = models.PositiveSmallIntegerField(default=0)
    baseline_on = models.DateField()
    forecast_on = models.DateField()
    computed_on = models.DateField(null=True, blank=True, editable=False)
    actual_on = models.DateField(null=True, blank=True)
    duration_days = models.PositiveSmallIntegerField(
        default=0, help_text="Working days that the work towards it takes; its start lies that much earlier"
    )
    is_critical = models.BooleanField(default=False)
    is_effect_start = models.BooleanField("marks the start of the effect", default=False)
    is_planned = models.BooleanField(
        default=True,
        editable=False,
        help_text="Part of the plan that was decided; one added later makes up for no delay",
    )
    responsible = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    receiver = models.ForeignKey(
        "accounts.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who has to accept it",
    )
    handed_over_on = models.DateField(null=True, blank=True, help_text="Said to be reached, not accepted yet")
    accepted_at = models.DateTimeField(null=True, blank=True)
    refused_because = models.TextField(blank=True)
    forecast_changed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta(TenantModel.Meta):
        ordering = ["position", "baseline_on", "id"]
        constraints = [
            *tenant_constraints("milestone", "measure"),
            models.UniqueConstraint(
                fields=["organization", "measure"], condition=Q(is_effect_start=True), name="milestone_one_effect_start"
            ),
        ]
        indexes = [models.Index(fields=["organization", "measure"], name="milestone_by_measure")]

    def __str__(self) -> str:
        return self.name


class Dependency(TenantModel):
    """The successor waits for the predecessor, `lag_days` working days of the organization's calendar apart.

    Milestones of any two measures of the organization may be linked; the links never form a circle.
    """

    predecessor = models.ForeignKey(Milestone, on_delete=models.PROTECT, related_name="successor_links")
    successor = models.ForeignKey(Milestone, on_delete=models.PROTECT, related_name="predecessor_links")
    kind = models.CharField(max_length=2, choices=DependencyKind.choices, default=DependencyKind.FINISH_START)
    lag_days = models.SmallIntegerField(default=0)
    note = models.CharField(max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta(TenantModel.Meta):
        ordering = ["id"]
        constraints = [
            *tenant_constraints("dependency", "predecessor", "successor"),
            models.UniqueConstraint(
                fields=["organization", "predecessor", "successor", "kind"], name="dependency_once"
            ),
            models.CheckConstraint(condition=~Q(predecessor=models.F("successor")), name="dependency_not_on_itself"),
        ]
        indexes = [models.Index(fields=["organization", "successor"], name="dependency_by_successor")]

    def __str__(self) -> str:
        return f"{self.predecessor_id} {self.kind} {self.successor_id}"


class PullForward(TenantModel):
    """An offer: a predecessor finished early, so this milestone could come earlier. Its owner decides."""

    milestone = models.ForeignKey(Milestone, on_delete=models.CASCADE, related_name="pull_forwards")
    because_of = models.ForeignKey(Milestone, on_delete=models.CASCADE, related_name="+")
    possible_on = models.DateField()
    offered_at = models.DateTimeField()
    answered_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    taken = models.BooleanField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["-offered_at"]
        constraints = [
            *tenant_constraints("pull_forward", "milestone", "because_of"),
            models.UniqueConstraint(
                fields=["organization", "milestone"],
                condition=Q(answered_at__isnull=True),
                name="pull_forward_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.milestone_id}: {self.possible_on}"
