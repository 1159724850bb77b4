"""Steering committees: who decides over which nodes, how they vote, and when they meet."""

from django.db import models
from django.db.models import Q

from cat4.tenancy.models import TenantModel, tenant_constraints
from hierarchy.constants import Cadence, CastingVote, CirculationEffect, Majority, SeatRole

from .node import Node


class Committee(TenantModel):
    """The body with decision rights over a node's subtree.

    The quorum is `quorum_count` members, or where that is empty `quorum_percent` of those entitled. The cadence
    counts from `cadence_from`: fortnights from its week, quarters from its month. `cadence_week` tells which such
    weekday of the month, 5 is the last; `meets_at` is a time of day in the organization's zone.
    """

    name = models.CharField(max_length=200)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="committees")
    retired_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    quorum_count = models.PositiveSmallIntegerField(null=True, blank=True)
    quorum_percent = models.PositiveSmallIntegerField(default=50)
    majority = models.CharField(max_length=10, choices=Majority.choices, default=Majority.SIMPLE)
    casting_vote = models.CharField(max_length=10, choices=CastingVote.choices, blank=True, default=CastingVote.NONE)
    cadence = models.CharField(max_length=12, choices=Cadence.choices, blank=True, default=Cadence.NONE)
    cadence_weekday = models.PositiveSmallIntegerField(null=True, blank=True, help_text="0 is Monday")
    cadence_week = models.PositiveSmallIntegerField(null=True, blank=True, help_text="1 to 4, 5 is the last")
    cadence_from = models.DateField(null=True, blank=True)
    meets_at = models.TimeField(null=True, blank=True)
    place = models.CharField(max_length=200, blank=True)
    escalation = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    circulation_effect = models.CharField(
        max_length=10, choices=CirculationEffect.choices, default=CirculationEffect.CHAIR
    )

    class Meta(TenantModel.Meta):
        ordering = ["name"]
        constraints = [
            *tenant_constraints("committee", "node", "escalation"),
            models.UniqueConstraint(fields=["organization", "name"], name="committee_name"),
            models.CheckConstraint(
                condition=Q(quorum_percent__gte=1, quorum_percent__lte=100), name="committee_quorum_percent"
            ),
            models.CheckConstraint(
                condition=Q(cadence=Cadence.NONE)
                | Q(cadence_weekday__isnull=False, cadence_from__isnull=False, meets_at__isnull=False),
                name="committee_cadence_complete",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CommitteeMember(TenantModel):
    """A seat in a committee: chair and deputy record its decisions, members vote."""

    committee = models.ForeignKey(Committee, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, choices=SeatRole.choices)

    class Meta(TenantModel.Meta):
        constraints = [
            *tenant_constraints("committee_member", "committee"),
            models.UniqueConstraint(fields=["organization", "committee", "user"], name="committee_member_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.committee}"
