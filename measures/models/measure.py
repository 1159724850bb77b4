"""The measure: the atomic unit of work."""

from datetime import date

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django_fsm import FSMField, FSMIntegerField, FSMModelMixin, transition

from cat4 import clock
from cat4.accounts.models import User
from cat4.tenancy.models import TenantModel, tenant_constraints
from hierarchy.models import BusinessUnit, Committee, Function, LegalEntity, Node
from measures.constants import DOI_EDGES, LIFECYCLE_EDGES, PLANNED_GATES, Doi, EffectKind, EvidenceClass, Lifecycle

# The eight facts without which a measure passes no gate and counts into no total (domain section 3).
GOVERNABLE_FIELDS = (
    "description",
    "owner",
    "sponsor",
    "controller",
    "business_unit",
    "function",
    "legal_entity",
    "committee",
)


def _person(related: str) -> models.ForeignKey[User | None, User | None]:
    return models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name=related)


class Measure(FSMModelMixin, TenantModel):
    """One effect logic, one owner, one controller, one legal entity that books the effect.

    `doi` and `lifecycle` move only along their edges, by a decision: the state machine refuses other
    moves here and a trigger refuses them in the database.
    """

    code = models.CharField(max_length=40)
    package = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="measures")
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    business_reason = models.TextField(blank=True)
    kind = models.CharField(max_length=20, choices=EffectKind.choices, blank=True)

    owner = _person("owned_measures")
    sponsor = _person("sponsored_measures")
    controller = _person("controlled_measures")
    business_unit = models.ForeignKey(BusinessUnit, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    function = models.ForeignKey(Function, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    legal_entity = models.ForeignKey(LegalEntity, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    committee = models.ForeignKey(Committee, on_delete=models.PROTECT, null=True, blank=True, related_name="measures")

    doi = FSMIntegerField(choices=Doi.choices, default=Doi.DEFINED, protected=True, editable=False)
    lifecycle = FSMField(
        choices=Lifecycle.choices, default=Lifecycle.ACTIVE, protected=True, editable=False, max_length=12
    )
    governable = models.BooleanField(default=False, editable=False, help_text="Computed: all eight facts are there")

    scope_in = models.TextField("in scope", blank=True)
    scope_out = models.TextField("out of scope", blank=True)
    key_assumptions = models.TextField(blank=True)
    target_amount = models.DecimalField(
        "target, annual",
        max_digits=18,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="Run-rate, in the entity's currency",
    )
    decide_by = models.DateField("planned date of DoI 3", null=True, blank=True)
    implement_by = models.DateField("planned date of DoI 4", null=True, blank=True)
    close_by = models.DateField("planned date of DoI 5", null=True, blank=True)
    overlap_resolution = models.TextField(
        "overlap check", blank=True, help_text="How each overlap was resolved, or none and why"
    )
    overlap_checked_at = models.DateTimeField(null=True, blank=True)
    no_one_time_cost = models.BooleanField("one-time cost is zero", default=False)
    no_risks_because = models.TextField(blank=True)
    dependencies_declared = models.TextField("dependencies", blank=True, help_text="What it waits for, or none")
    closure_criteria = models.TextField(blank=True)
    closure_evidence = models.CharField(max_length=20, choices=EvidenceClass.choices, blank=True)
    receiving_unit = models.ForeignKey(BusinessUnit, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    hold_reason = models.TextField(blank=True)
    resume_on = models.DateField(null=True, blank=True)
    gap_owner = _person("+")
    closed_on = models.DateField(null=True, blank=True, editable=False)
    closed_run_rate = models.DecimalField(
        max_digits=20,
        decimal_places=2,
        null=True,
        blank=True,
        editable=False,
        help_text="Validated run-rate when it was closed, reporting currency: what sustain checks measure against",
    )
    enables = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="enablers",
        help_text="The measure whose effect this one makes possible; of the two only that one carries value",
    )
    forecast_confirmed_at = models.DateTimeField(null=True, blank=True)
    forecast_confirmed_by = _person("+")
    source_system = models.CharField(max_length=60, blank=True)
    external_id = models.CharField(max_length=200, blank=True)
    source_values = models.JSONField(
        default=dict, blank=True, help_text="What an import brought that has no field here"
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1)

    class Meta(TenantModel.Meta):
        ordering = ["code"]
        constraints = [
            *tenant_constraints(
                "measure",
                "package",
                "business_unit",
                "function",
                "legal_entity",
                "committee",
                "receiving_unit",
                "enables",
            ),
            models.UniqueConstraint(fields=["organization", "code"], name="measure_code"),
            models.UniqueConstraint(
                fields=["organization", "source_system", "external_id"],
                condition=~Q(external_id=""),
                name="measure_external_id",
            ),
            models.CheckConstraint(
                condition=Q(owner__isnull=True) | Q(controller__isnull=True) | ~Q(owner=F("controller")),
                name="measure_owner_is_not_controller",
            ),
            models.CheckConstraint(
                condition=Q(sponsor__isnull=True) | Q(controller__isnull=True) | ~Q(sponsor=F("controller")),
                name="measure_sponsor_is_not_controller",
            ),
            models.CheckConstraint(
                condition=Q(doi=Doi.CLOSED, lifecycle=Lifecycle.CLOSED)
                | ~Q(doi=Doi.CLOSED) & ~Q(lifecycle=Lifecycle.CLOSED),
                name="measure_closed_at_doi_5",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "package"], name="measure_by_package"),
            models.Index(fields=["organization", "owner"], name="measure_by_owner"),
            models.Index(fields=["organization", "controller"], name="measure_by_controller"),
            models.Index(fields=["organization", "sponsor"], name="measure_by_sponsor"),
            models.Index(
                "organization",
                models.F("forecast_confirmed_at").asc(nulls_first=True),
                "code",
                condition=models.Q(governable=True, doi__in=[3, 4], lifecycle="active"),
                name="measure_by_confirmation",
            ),
        ]
        triggers = [
            pgtrigger.FSM(name="doi_edges", field="doi", transitions=[(str(a), str(b)) for a, b in DOI_EDGES]),
            pgtrigger.FSM(
                name="lifecycle_edges", field="lifecycle", transitions=[(a.value, b.value) for a, b in LIFECYCLE_EDGES]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def missing_fields(self) -> list[str]:
        """The names of the governable facts that are not there, in the order of the form."""
        return [
            name for name in GOVERNABLE_FIELDS if not getattr(self, name if name == "description" else f"{name}_id")
        ]

    @property
    def planned_gates(self) -> dict[str, date | None]:
        """The planned dates of DoI 3, 4 and 5 by field."""
        return {field: getattr(self, field) for field in PLANNED_GATES}

    @property
    def is_open(self) -> bool:
        """Still worked on: neither cancelled nor closed."""
        return self.lifecycle in {Lifecycle.ACTIVE, Lifecycle.ON_HOLD}

    @transition(field=doi, source=Doi.DEFINED, target=Doi.IDENTIFIED)
    def identify(self) -> None:
        """0 to 1."""

    @transition(field=doi, source=Doi.IDENTIFIED, target=Doi.DETAILED)
    def detail(self) -> None:
        """1 to 2."""

    @transition(field=doi, source=Doi.DETAILED, target=Doi.DECIDED)
    def decide(self) -> None:
        """2 to 3; the caller freezes the plan in the same transaction."""

    @transition(field=doi, source=Doi.DECIDED, target=Doi.IMPLEMENTED)
    def implement(self) -> None:
        """3 to 4."""

    @transition(field=doi, source=Doi.IMPLEMENTED, target=Doi.CLOSED)
    def close_doi(self) -> None:
        """4 to 5, together with `close`."""

    @transition(field=doi, source=Doi.CLOSED, target=Doi.IMPLEMENTED)
    def reopen_doi(self) -> None:
        """5 to 4, together with `reopen`."""

    @transition(field=lifecycle, source=Lifecycle.ACTIVE, target=Lifecycle.ON_HOLD)
    def hold(self) -> None:
        """Work rests; its value leaves the forecast."""

    @transition(field=lifecycle, source=Lifecycle.ON_HOLD, target=Lifecycle.ACTIVE)
    def resume(self) -> None:
        """Work goes on."""

    @transition(field=lifecycle, source=[Lifecycle.ACTIVE, Lifecycle.ON_HOLD], target=Lifecycle.CANCELLED)
    def cancel(self) -> None:
        """Given up; it stays in the plan, so that cancelling improves no ratio."""

    @transition(field=lifecycle, source=Lifecycle.ACTIVE, target=Lifecycle.CLOSED)
    def close(self) -> None:
        """Confirmed by its controller."""

    @transition(field=lifecycle, source=Lifecycle.CLOSED, target=Lifecycle.ACTIVE)
    def reopen(self) -> None:
        """The money didn't last, or its evidence was withdrawn."""
