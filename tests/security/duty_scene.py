"""The API's scene, and what it takes to try each duty: people who have two parts in one measure."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from cat4.accounts.models import Membership
from cat4.tenancy.models import TenantModel
from governance.committees.models.meetings import AgendaItem
from governance.committees.models.resolutions import Circulation
from governance.gates.models import GateRequest
from governance.parties.models import ConflictDeclaration
from measures.models import Baseline, Correction, EffectLine, EffectMonth, Measure, Milestone
from measures.money.actions.plans import freeze_plan
from tests.api.scene import AUGUST, NOW, Scene, build_scene
from tests.world import World

JULY = date(2026, 7, 1)


def duty_scene(world: World) -> Scene:
    """The portfolio manager controls measures whose actuals, corrections and baseline they entered; a member of the
    committee owns a measure that it votes on; a plan is frozen."""
    scene = build_scene(world)
    with world.inside():
        rows = _own(world) | _asked(world) | _voted(world, scene) | _frozen(world)
        scene.ids |= {name: str(row.pk) for name, row in rows.items()}
    scene.ids["organization"] = str(world.organization.pk)
    scene.ids["admin_member"] = str(Membership.objects.get(user=world.people["admin"]).pk)
    return scene


def _line(world: World, measure: Measure) -> EffectLine:
    facts: dict[str, Any] = {"kind": "ebitda_cost", "legal_entity": world.entity, "account": world.account}
    return EffectLine.objects.create(measure=measure, name="Steel", currency="EUR", **facts)


def _own(world: World) -> dict[str, TenantModel]:
    """Measures that the portfolio manager controls."""
    pmo, owner = world.people["pmo"], world.people["owner"]
    measure = world.measure("M-11", doi=3, controller=pmo)
    closing = world.measure("M-12", doi=4, controller=pmo)
    corrected = world.measure("M-13", doi=4, controller=pmo)
    lines = [_line(world, subject) for subject in (measure, closing, corrected)]
    for line in lines[:2]:
        EffectMonth.objects.create(
            measure=line.measure, line=line, month=AUGUST, plan=Decimal(100), reported=Decimal(90), reported_by=pmo
        )
    late: dict[str, Any] = {"corrects": JULY, "month": AUGUST, "amount": Decimal(5), "reason": "Late invoice"}
    entered = {"entered_by": pmo, "entered_at": NOW}
    correction = Correction.objects.create(measure=measure, line=lines[0], **late, **entered)
    Correction.objects.create(measure=corrected, line=lines[2], **late, **entered)
    baseline = Baseline.objects.create(
        measure=measure, number=1, type="budget", period="FY 2025", source="SAP", amount=1, currency="EUR",
        proposed_by=pmo,
    )  # fmt: skip

    def closure(of: Measure) -> GateRequest:
        return GateRequest.objects.create(
            measure=of, kind="advance", from_doi=4, to_doi=5, state="submitted", requested_by=owner, submitted_at=NOW
        )

    return {
        "own_line": lines[0], "own_correction": correction, "own_baseline": baseline,
        "own_closure": closure(closing), "corrected_closure": closure(corrected),
    }  # fmt: skip


def _asked(world: World) -> dict[str, TenantModel]:
    """A gate that the portfolio manager asked for, who would decide it."""
    request = GateRequest.objects.create(
        measure=world.measure("M-14", doi=1), kind="advance", from_doi=1, to_doi=2, state="submitted",
        requested_by=world.people["pmo"], submitted_at=NOW,
    )  # fmt: skip
    return {"asked": request}


def _voted(world: World, scene: Scene) -> dict[str, TenantModel]:
    """A measure of a member, on the agenda of a session and in a circulation."""
    measure = world.measure("M-15", owner=world.people["member"])
    subject = {"subject_kind": "motion", "subject_id": measure.pk, "measure": measure, "title": "Their own"}
    item = AgendaItem.objects.create(meeting_id=scene.ids["session"], position=2, **subject)
    circulation = Circulation.objects.create(
        committee=world.committee, question="Their own?", outcome="agreed", opened_at=NOW, closes_on=date(2026, 10, 20),
        effect="chair", **subject,
    )  # fmt: skip
    declared = Circulation.objects.get(pk=scene.ids["circulation"])
    about: dict[str, Any] = {"subject_kind": declared.subject_kind, "subject_id": declared.subject_id}
    ConflictDeclaration.objects.create(
        committee=world.committee, member=world.people["member"], reason="A brother sells there.", at=NOW, **about
    )
    return {"own_item": item, "own_circulation": circulation, "declared_circulation": declared}


def _frozen(world: World) -> dict[str, TenantModel]:
    measure = world.measure("M-16", doi=3)
    line = _line(world, measure)
    EffectMonth.objects.create(measure=measure, line=line, month=date(2026, 11, 1), plan=Decimal(100))
    day = date(2026, 12, 1)
    milestone = Milestone.objects.create(measure=measure, name="Accepted", baseline_on=day, forecast_on=day)
    freeze_plan(measure, reason="Decided", at=NOW)
    return {"frozen": measure, "frozen_line": line, "frozen_milestone": milestone}
