"""Gate rules as data of the organization: versions, their rules, and who decides."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from cat4.tenancy.models import TenantModel, tenant_constraints
from governance.rules.constants import ALWAYS_BODY, Approver, Basis, Decider, Manner, RuleKind, Step
from hierarchy.models import Committee
from measures.constants import EffectKind, EvidenceClass
from measures.models import Measure

from .triggers import part_of_a_draft_trigger


class RuleSet(TenantModel):
    """A version of the organization's gate rules; at most one is a draft. Published, it never changes.

    `number` counts from 1, 0 being the rules of the code. `gates` are the degrees that take a decision of their
    own; those between are passed along with the next. `answer_days` are working days until a confirmation is due,
    `expiry_days` days until a request that nobody decided expires; empty: never.
    """

    number = models.PositiveIntegerField()
    gates = ArrayField(models.PositiveSmallIntegerField())
    answer_days = models.PositiveSmallIntegerField(null=True, blank=True)
    expiry_days = models.PositiveSmallIntegerField(null=True, blank=True)
    author = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True)
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta(TenantModel.Meta):
        ordering = ["-number"]
        constraints = [
            *tenant_constraints("rule_set"),
            models.UniqueConstraint(fields=["organization", "number"], name="rule_set_number"),
            models.UniqueConstraint(
                fields=["organization"], condition=Q(published_at__isnull=True), name="rule_set_one_draft"
            ),
            models.CheckConstraint(condition=Q(gates__contains=[3, 5]), name="rule_set_constitutive_gates"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="published_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__published_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"Version {self.number}"

    @property
    def is_draft(self) -> bool:
        return self.published_at is None


class RuleSetEntry(TenantModel):
    """A rule at a step of a version. Own rules carry their text, and who fulfils them."""

    rule_set = models.ForeignKey(RuleSet, on_delete=models.CASCADE, related_name="entries")
    step = models.CharField(max_length=10, choices=Step.choices)
    rule = models.CharField(max_length=40)
    position = models.PositiveSmallIntegerField()
    applies = models.BooleanField(default=True)
    kind = models.CharField(max_length=1, choices=RuleKind.choices)
    text = models.CharField(max_length=200, blank=True)
    approver = models.CharField(max_length=12, choices=Approver.choices, blank=True)
    person = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    evidence_class = models.CharField(max_length=20, choices=EvidenceClass.choices, blank=True)
    needed = models.PositiveSmallIntegerField(default=1)
    turn = models.PositiveSmallIntegerField(default=0)
    limits = models.JSONField(default=dict, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["step", "position", "id"]
        constraints = [
            *tenant_constraints("rule_set_entry", "rule_set"),
            models.UniqueConstraint(fields=["organization", "rule_set", "step", "rule"], name="rule_set_entry_once"),
        ]
        triggers = [part_of_a_draft_trigger()]

    def __str__(self) -> str:
        return f"{self.step}: {self.rule}"


class DecisionRight(TenantModel):
    """Who decides a step: for measures of a kind (empty: of every kind), up to an amount (empty: any)."""

    rule_set = models.ForeignKey(RuleSet, on_delete=models.CASCADE, related_name="rights")
    step = models.CharField(max_length=10, choices=Step.choices)
    decider = models.CharField(max_length=12, choices=Decider.choices)
    measure_kind = models.CharField(max_length=20, choices=EffectKind.choices, blank=True)
    basis = models.CharField(max_length=14, choices=Basis.choices, default=Basis.ANNUAL_EFFECT)
    up_to = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    person = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    committee = models.ForeignKey(Committee, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta(TenantModel.Meta):
        ordering = ["step", "measure_kind", "up_to", "id"]
        constraints = [
            *tenant_constraints("decision_right", "rule_set", "committee"),
            models.CheckConstraint(
                condition=Q(decider=Decider.BODY, committee__isnull=False)
                | ~Q(decider=Decider.BODY) & Q(committee__isnull=True),
                name="decision_right_committee",
            ),
            models.CheckConstraint(
                condition=Q(decider=Decider.DELEGATE, person__isnull=False)
                | ~Q(decider=Decider.DELEGATE) & Q(person__isnull=True),
                name="decision_right_person",
            ),
        ]
        triggers = [part_of_a_draft_trigger()]

    def __str__(self) -> str:
        return f"{self.step}: {self.decider}"


class DecisionManner(TenantModel):
    """How a committee decides a step: its chair alone, or as a body from an amount a year on (empty: always)."""

    rule_set = models.ForeignKey(RuleSet, on_delete=models.CASCADE, related_name="manners")
    step = models.CharField(max_length=10, choices=Step.choices)
    manner = models.CharField(max_length=5, choices=Manner.choices)
    from_amount = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["step", "id"]
        constraints = [
            *tenant_constraints("decision_manner", "rule_set"),
            models.UniqueConstraint(fields=["organization", "rule_set", "step"], name="decision_manner_once"),
            models.CheckConstraint(
                condition=Q(from_amount__isnull=True) | Q(manner=Manner.BODY, from_amount__gt=0),
                name="decision_manner_amount",
            ),
            models.CheckConstraint(
                condition=~Q(step__in=sorted(ALWAYS_BODY)) | Q(manner=Manner.BODY, from_amount__isnull=True),
                name="decision_manner_always_body",
            ),
        ]
        triggers = [part_of_a_draft_trigger()]

    def __str__(self) -> str:
        return f"{self.step}: {self.manner}"


class DryRun(TenantModel):
    """A draft tried on every open measure: how far it has come, and what it found."""

    rule_set = models.ForeignKey(RuleSet, on_delete=models.CASCADE, related_name="dry_runs")
    rule_set_version = models.PositiveIntegerField(help_text="The edit of the draft that was tried")
    against = models.PositiveIntegerField(help_text="The version in force then")
    requested_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    seen_at = models.DateTimeField(help_text="When it last made a step")
    finished_at = models.DateTimeField(null=True, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    last_measure = models.UUIDField(null=True, blank=True, help_text="Up to which it has come")

    class Meta(TenantModel.Meta):
        ordering = ["-requested_at", "-id"]
        constraints = tenant_constraints("dry_run", "rule_set")
        indexes = [models.Index(fields=["organization", "rule_set", "-requested_at"], name="dry_run_latest")]

    def __str__(self) -> str:
        return f"Dry run, {self.done} of {self.total}"


class DryRunFinding(TenantModel):
    """An open measure that a draft asks for something which the version in force doesn't, and whose turn it is."""

    dry_run = models.ForeignKey(DryRun, on_delete=models.CASCADE, related_name="findings")
    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="+")
    step = models.CharField(max_length=10, choices=Step.choices)
    rule = models.CharField(max_length=40)
    text = models.CharField(max_length=300)
    value = models.TextField()
    supplier = models.TextField(blank=True)
    is_waiting = models.BooleanField(default=False, help_text="It would wait for a person's word")

    class Meta(TenantModel.Meta):
        ordering = ["measure__code", "id"]
        constraints = tenant_constraints("dry_run_finding", "dry_run", "measure")
        indexes = [models.Index(fields=["organization", "dry_run", "rule"], name="dry_run_finding_by_rule")]

    def __str__(self) -> str:
        return f"{self.measure_id}: {self.rule}"
