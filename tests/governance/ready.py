"""Measures that are ready for a gate, set up as rows, so that a gate's test depends on the gate only.

The plan: 100.00 EUR a month from January 2026 on; one-time cost of 50.00 in March 2026. Three milestones, the
second is critical, the third starts the effect.
"""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from cat4.accounts.actor import Role
from cat4.accounts.models import Membership, User
from cat4.audit.models import AuditEntry
from cat4.fiscal import add_months, month_range
from cat4.outbox.models import OutboxRow
from governance.gates.models import GateApproval, GateDecision, GateRequest
from hierarchy.constants import Level
from hierarchy.models import RoleGrant
from measures.constants import DocumentPurpose, EffectKind, EvidenceClass, Lifecycle, Recurrence
from measures.models import Baseline, Document, DocumentLine, EffectLine, EffectMonth, Measure, Milestone, PlanVersion
from measures.money.actions.plans import freeze_plan
from tests.world import World, lock_months

NOW = datetime(2026, 10, 15, 9, tzinfo=UTC)
FIRST = date(2026, 1, 1)
LAST_LOCKED = date(2026, 9, 1)
PLAN = Decimal("100.00")


def ready_measure(
    world: World,
    doi: int = 0,
    code: str = "M-1",
    *,
    frozen: bool = True,
    approved: bool = True,
    baseline: Decimal = Decimal(50000),
    **changes: Any,
) -> Measure:
    """A measure at `doi` for which every rule of the next gate holds, confirmations apart.

    Its entries come before months are locked; without `frozen` its plan can still be changed, without
    `approved` its baseline is only proposed.
    """
    facts: dict[str, Any] = {
        "doi": doi,
        "scope_in": "Both plants.",
        "scope_out": "Spare parts.",
        "key_assumptions": "Steel stays below 900 EUR a tonne.",
        "decide_by": date(2026, 11, 30),
        "implement_by": date(2027, 3, 31),
        "close_by": date(2027, 9, 30),
        "overlap_resolution": "None: no other measure books on this account.",
        "overlap_checked_at": NOW,
        "no_risks_because": "The supplier signed.",
        "dependencies_declared": "None.",
        "closure_criteria": "Three months at the new price.",
        "closure_evidence": EvidenceClass.GENERAL_LEDGER,
        "forecast_confirmed_at": NOW,
        "forecast_confirmed_by": world.people["owner"],
        "lifecycle": Lifecycle.CLOSED if doi == 5 else Lifecycle.ACTIVE,
    }
    measure = world.measure(code, **{**facts, **changes})
    add_baseline(world, measure, approved=approved, amount=baseline)
    add_plan(world, measure)
    add_milestones(world, measure, done=doi >= 3)
    if doi >= 3 and frozen:
        freeze_plan(measure, reason="Decided", at=NOW)
    if doi >= 4:
        report_and_validate(world, measure)
        add_evidence(world, measure)
    return measure


def add_baseline(
    world: World, measure: Measure, *, approved: bool = True, amount: Decimal = Decimal(50000)
) -> Baseline:
    signed = {"approved_by": measure.controller, "approved_at": NOW} if approved else {}
    return Baseline.objects.create(
        measure=measure, number=1, type="prior_year", period="FY 2025", source="Ledger 400", amount=amount,
        currency="EUR", proposed_by=world.people["owner"], **signed,
    )  # fmt: skip


def add_plan(world: World, measure: Measure) -> EffectLine:
    line = EffectLine.objects.create(
        measure=measure, name="Steel price", kind=EffectKind.EBITDA_COST, legal_entity=world.entity,
        account=world.account, currency="EUR", annual_amount=12 * PLAN, start_month=FIRST,
        # Measures on one account count nothing twice when their cost centres differ.
        cost_centre=measure.code,
    )  # fmt: skip
    months = month_range(FIRST, date(2026, 12, 1))
    EffectMonth.objects.bulk_create(EffectMonth(measure=measure, line=line, month=m, plan=PLAN) for m in months)
    cost = EffectLine.objects.create(
        measure=measure, name="Tooling", kind=EffectKind.ONE_TIME_COST, recurrence=Recurrence.ONE_OFF,
        legal_entity=world.entity, account=world.account, currency="EUR", position=1,
    )  # fmt: skip
    EffectMonth.objects.create(measure=measure, line=cost, month=date(2026, 3, 1), plan=Decimal("-50.00"))
    return line


def add_milestones(world: World, measure: Measure, *, done: bool = False) -> None:
    # Before the effect where it is planned; after today where it is still open.
    day = date(2026, 1, 10) if done else date(2026, 12, 10)
    for position, name in enumerate(("Tender sent", "Contract signed", "First delivery")):
        milestone = Milestone.objects.create(
            measure=measure, name=name, position=position, baseline_on=day, forecast_on=day,
            actual_on=day if done else None, is_critical=done and position == 1, is_effect_start=position == 2,
            responsible=world.people["owner"],
        )  # fmt: skip
        if done:
            add_document(world, measure, DocumentPurpose.MILESTONE, milestone=milestone)


def add_document(world: World, measure: Measure, purpose: str, **facts: Any) -> Document:
    return Document.objects.create(
        measure=measure, purpose=purpose, title="Proof", file_name="proof.pdf", content_type="application/pdf",
        size=3, sha256="0" * 64, storage_key="x", uploaded_by=world.people["owner"], uploaded_at=NOW, **facts,
    )  # fmt: skip


def add_evidence(
    world: World, measure: Measure, evidence_class: str = EvidenceClass.GENERAL_LEDGER, *lines: EffectLine
) -> Document:
    """A document that proves the lines, or every line of the measure."""
    document = add_document(world, measure, DocumentPurpose.EVIDENCE, evidence_class=evidence_class)
    DocumentLine.objects.bulk_create(
        DocumentLine(document=document, line=line) for line in (lines or measure.lines.all())
    )
    return document


def report_and_validate(world: World, measure: Measure, *, amount: Decimal = PLAN) -> None:
    """Every planned month up to September: reported by the owner, validated by the controller."""
    for month in EffectMonth.objects.filter(measure=measure, month__lte=LAST_LOCKED):
        value = amount if month.plan and month.plan > 0 else month.plan
        month.reported, month.reported_by, month.reported_at = value, world.people["owner"], NOW
        month.validated, month.validated_by, month.validated_at = value, world.people["controller"], NOW
        month.save()


def lock_through_september() -> None:
    """After the entries of these months are made; again does no harm."""
    lock_months(*month_range(add_months(FIRST, -24), LAST_LOCKED))


def add_person(world: World, name: str, *roles: Role) -> str:
    """Another member with roles at the root; returns the persona's key."""
    key = name.lower()
    user = User.objects.create_user(f"{key}@{world.organization.slug}.example", name)
    Membership.objects.create(user=user, organization=world.organization)
    with world.inside():
        for role in roles:
            RoleGrant.objects.create(user=user, node=world.nodes[Level.ORGANIZATION], role=role)
    world.people[key] = user
    return key


def footprint(measure: Measure) -> tuple[object, ...]:
    """Everything that a refused action must leave alone."""
    row = Measure.objects.filter(pk=measure.pk).values("doi", "lifecycle", "version", "hold_reason", "resume_on").get()
    counts = [model.objects.count() for model in (GateRequest, GateApproval, GateDecision, AuditEntry, OutboxRow)]
    states = list(GateRequest.objects.order_by("id").values_list("state", flat=True))
    return (row, counts, states, PlanVersion.objects.count())
