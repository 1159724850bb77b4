"""Something of every kind that the API names, in one organization, set up directly."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cat4.audit.actions import record
from cat4.notices.models import Notice
from cat4.tenancy.models import TenantModel
from governance.constants import RequestKind
from governance.deviations.models import CounterMeasure, Deviation, DeviationOption
from governance.drafting.actions.drafts import open_draft, set_frame
from governance.gates.constants import RequestState
from governance.gates.models import GateRequest
from governance.proofs.models import ProofPack
from governance.rulebook.models import DryRun, RuleSet
from hierarchy.constants import Level
from hierarchy.models import ExchangeRate, Node, RateChange, RateSet, ReportingPeriod
from hierarchy.people.actions.deputies import name_deputy
from measures.constants import Certainty, Doi, EffectKind, Recurrence
from measures.evidence.storage import store
from measures.models import (
    Baseline,
    Correction,
    Document,
    DocumentOpening,
    EffectLine,
    EffectMonth,
    EffectPeriod,
    Finding,
    ForecastRevision,
    LeakageEntry,
    Measure,
    Milestone,
    PriceVolumeProof,
    Risk,
    StatusChange,
    StatusOverride,
)
from tests.api.committee_scene import committee
from tests.api.network_scene import network
from tests.pdf_files import page_pdf
from tests.world import World, lock_months

NOW = datetime(2026, 10, 1, 9, tzinfo=UTC)
AUGUST = date(2026, 8, 1)


def pdf() -> SimpleUploadedFile:
    """A new upload each time: reading one uses it up."""
    return SimpleUploadedFile("protocol.pdf", page_pdf("closing"), "application/pdf")


def quotes() -> SimpleUploadedFile:
    """Reference rates of a whole month, of one currency."""
    lines = "".join(f"2026-09-{day:02},1.25,\n" for day in range(30, 0, -1) if date(2026, 9, day).weekday() < 5)
    return SimpleUploadedFile("eurofxref.csv", f"Date,USD,\n{lines}".encode(), "text/csv")


UPLOADS = {"file": pdf, "quotes": quotes}


@dataclass
class Scene:
    """The ids by the names that paths and bodies use, such as `{draft}`."""

    world: World
    ids: dict[str, str] = field(default_factory=dict)

    def fill(self, value: Any) -> Any:
        """`{draft}` in a text, and in the texts of a body, replaced by its id; "file" and "quotes" become uploads."""
        if isinstance(value, str):
            return UPLOADS[value]() if value in UPLOADS else value.format(**self.ids)
        if isinstance(value, dict):
            return {key: self.fill(part) for key, part in value.items()}
        return [self.fill(part) for part in value] if isinstance(value, list) else value

    def call(self, persona: str, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """The answer that the persona gets, by session."""
        client = Client()
        client.force_login(self.world.people[persona])
        return self.send(client, method, path, body, **headers)

    def send(self, client: Client, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """The same with a client that the test prepared."""
        options: dict[str, Any] = {"headers": {name.replace("_", "-"): value for name, value in headers.items()}}
        filled = self.fill(body)
        if isinstance(body, dict) and "file" in body:
            options["data"] = filled
        elif body is not None:
            options |= {"data": filled, "content_type": "application/json"}
        return getattr(client, method)(self.world.url(f"/api/v1{self.fill(path)}"), **options)


def build_scene(world: World) -> Scene:
    """A draft (DoI 1), a measure at each of DoI 2 to 4, their parts and requests."""
    scene = Scene(world)
    with world.inside():
        measures = {
            "draft": world.measure("M-1", doi=Doi.IDENTIFIED),
            "detailed": world.measure("M-2", doi=Doi.DETAILED),
            "decided": world.measure("M-3", doi=Doi.DECIDED),
            "implemented": world.measure("M-4", doi=Doi.IMPLEMENTED),
            "planned": world.measure("M-5", doi=Doi.DECIDED),
        }
        rows: dict[str, TenantModel] = {**measures, **_nodes(world)}
        StatusOverride.objects.create(
            measure=measures["detailed"], kind="potential", value="g", reason="Signed.", created_at=NOW,
            author=world.people["sponsor"], expires_on=date(2026, 10, 31),
        )  # fmt: skip
        StatusChange.objects.create(
            measure=measures["detailed"], kind="implementation", before="g", after="a", at=NOW,
            reasons=["M5 comes 6 working days late."],
        )  # fmt: skip
        rows |= _parts(world, measures["draft"])
        rows |= {"planned_line": _line(world, measures["planned"])}
        rows |= {"decided_line": _line(world, measures["decided"], reported=Decimal("90.00"))}
        rows |= network(world, measures["implemented"], measures["decided"])
        rows |= _missing(world, rows["decided_line"])
        rows |= _requests(world, measures)
        rows |= _rates(world)
        rows |= {"notice": _notice(world, measures["draft"])}
        rows |= _deviation(world, measures["decided"])
        rows |= _rules(world)
        rows |= committee(world)
        rows |= {"entity": world.entity, "account": world.account, "unit": world.unit, "committee": world.committee}
    scene.ids = {name: str(row.pk) for name, row in rows.items()}
    scene.ids |= {persona: str(person.pk) for persona, person in world.people.items()}
    return scene


def _notice(world: World, measure: Measure) -> Notice:
    facts = {"measure": "M-1 Steel", "move": "advance", "gate": 2, "who": "Chair Alder", "reason": "Too early"}
    return Notice.objects.create(
        person=world.people["reader"], kind="gate.returned", event="scene", path=f"/measures/{measure.pk}/",
        facts=facts, measure_id=measure.pk, created_at=NOW,
    )  # fmt: skip


def _nodes(world: World) -> dict[str, TenantModel]:
    project = world.nodes[Level.PROJECT]
    other = Node(level=Level.PACKAGE, parent=project, name="Second package")
    other.path = [*project.path, other.pk]
    other.save()
    program = world.nodes[Level.PROGRAM]
    second = Node(level=Level.PROJECT, parent=program, name="Second project")
    second.path = [*program.path, second.pk]
    second.save()
    retired = Node(level=Level.PACKAGE, parent=project, name="Retired package", retired_at=NOW)
    retired.path = [*project.path, retired.pk]
    retired.save()
    return {
        "package": world.package, "project": project, "other": other, "second_project": second, "retired": retired,
    }  # fmt: skip


def _deviation(world: World, measure: Measure) -> dict[str, TenantModel]:
    """Open since yesterday, with an option and a counter-measure."""
    soon = date(2026, 10, 28)
    deviation = Deviation.objects.create(
        number=1, measure=measure, kind="money", sentence="Forecast run-rate EUR 600 is 50% below plan.",
        triggers=[{"rule": "potential_status", "key": "", "sentence": "50% below plan.", "level": "0.5000"}],
        opened_on=date(2026, 10, 14), cause_due_on=date(2026, 10, 21), sponsor_on=date(2026, 10, 21),
        escalate_on=soon, decide_by=soon,
    )  # fmt: skip
    owner = world.people["owner"]
    option = DeviationOption.objects.create(
        deviation=deviation, title="Second supplier", effect_in_year=Decimal(900), effect_run_rate=Decimal(1100),
        effective_on=soon, written_by=owner, written_at=NOW,
    )  # fmt: skip
    counter = CounterMeasure.objects.create(
        deviation=deviation, text="Tender again.", responsible=owner, due_on=soon, written_by=owner, written_at=NOW
    )
    return {"deviation": deviation, "option": option, "counter": counter}


def _rates(world: World) -> dict[str, TenantModel]:
    ExchangeRate.objects.create(kind="avg", currency="CHF", month=AUGUST, rate=Decimal("1.05"))
    version = RateSet.objects.create(
        kind="avg", number=1, source="Treasury", author_id=world.people["admin"].pk, author_name="Admin", at=NOW
    )
    RateChange.objects.create(rate_set=version, currency="CHF", month=AUGUST, rate=Decimal("1.05"))
    return {"rate_set": version}


def _rules(world: World) -> dict[str, TenantModel]:
    """A draft of the gate rules that differs from the code's and was tried; a deputy of the chair."""
    admin = world.actor("admin")
    open_draft(admin)
    draft = set_frame(admin, gates=[1, 2, 3, 5], answer_days=5, expiry_days=30)
    RuleSet.objects.update(version=1)
    tried = DryRun.objects.create(
        rule_set=draft, rule_set_version=draft.version, against=0, requested_by=world.people["admin"],
        requested_at=NOW, seen_at=NOW, finished_at=NOW,
    )  # fmt: skip
    chair, first, last = world.people["chair"].pk, date(2026, 11, 2), date(2026, 11, 6)
    deputy = name_deputy(
        admin, principal_id=chair, deputy_id=world.people["member"].pk, reason="Leave", first_day=first, last_day=last,
    )  # fmt: skip
    return {"dry_run": tried, "deputy": deputy}


def _line(world: World, measure: Measure, *, reported: Decimal | None = None) -> EffectLine:
    line = EffectLine.objects.create(
        measure=measure, name="Steel", kind=EffectKind.EBITDA_COST, recurrence=Recurrence.RECURRING,
        certainty=Certainty.HARD, legal_entity=world.entity, account=world.account, currency="EUR",
    )  # fmt: skip
    EffectMonth.objects.create(
        measure=measure, line=line, month=AUGUST, plan=Decimal("100.00"), forecast=Decimal("95.00"), reported=reported,
        reported_by=world.people["owner"] if reported else None, reported_at=NOW if reported else None,
    )  # fmt: skip
    return line


def _missing(world: World, line: TenantModel) -> dict[str, TenantModel]:
    """July is locked and brought nothing; half of it is explained. June has a proof."""
    assert isinstance(line, EffectLine)
    july, owner = date(2026, 7, 1), world.people["owner"]
    EffectMonth.objects.create(measure=line.measure, line=line, month=july, plan=Decimal("100.00"))
    lock_months(july)
    signed: dict[str, Any] = {"author": owner, "at": NOW}
    ReportingPeriod.objects.create(month=date(2026, 9, 1), state="submitted")
    ForecastRevision.objects.create(
        measure=line.measure, line=line, month=AUGUST, after=Decimal("95.00"), reason="Index clause", **signed
    )
    EffectPeriod.objects.create(
        line=line, series="forecast", first_month=july, months=3, amount=Decimal("285.00")
    )  # fmt: skip
    return {
        "correction": Correction.objects.create(
            measure=line.measure, line=line, corrects=july, month=AUGUST, amount=Decimal("10.00"),
            reason="Late invoice",
            entered_by=owner, entered_at=NOW,
        ),
        "leakage": LeakageEntry.objects.create(
            measure=line.measure, line=line, month=july, cause="volume", amount=Decimal("50.00"), reason="Fewer tons",
            **signed,
        ),
        "proof": PriceVolumeProof.objects.create(
            line=line, first_month=date(2026, 6, 1), last_month=date(2026, 6, 1), unit="t", price_before=10,
            volume_before=1000, rate_before=1, price_after=9, volume_after=900, rate_after=Decimal("1.1"),
            source="SAP MM", **signed,
        ),
    }  # fmt: skip


def _parts(world: World, draft: Measure) -> dict[str, TenantModel]:
    day = date(2026, 12, 1)
    owner = world.people["owner"]
    stored = store(world.organization.pk, ContentFile(page_pdf("Offer"), name="offer.pdf"))
    document = Document(
        measure=draft, purpose="background", evidence_class="contract", title="Offer", uploaded_by=owner,
        uploaded_at=NOW, size=stored.size,
        file_name=stored.file_name, content_type=stored.content_type, sha256=stored.sha256,
        storage_key=stored.storage_key,
    )  # fmt: skip
    document.save()
    DocumentOpening.objects.create(document=document, person=world.people["reader"], at=NOW)
    line = _line(world, draft)
    finding = Finding.objects.create(
        measure=draft, code="no_account", key=f"no_account:{line.pk}", sentence="Steel recurs, but names no account.",
        blocked_gates=[2, 3], line=line, opened_at=NOW,
    )  # fmt: skip
    return {
        "line": line,
        "finding": finding,
        "milestone": Milestone.objects.create(measure=draft, name="Tender out", baseline_on=day, forecast_on=day),
        "risk": Risk.objects.create(measure=draft, title="Supplier fails", likelihood="low", owner=owner),
        "baseline": Baseline.objects.create(
            measure=draft, number=1, type="budget", period="FY 2025", source="SAP", amount=Decimal("5000.00"),
            currency="EUR", proposed_by=owner,
        ),
        "document": document,
    }  # fmt: skip


def _requests(world: World, measures: dict[str, Measure]) -> dict[str, TenantModel]:
    def asked(measure: Measure, kind: str, to_doi: int, **facts: Any) -> GateRequest:
        return GateRequest.objects.create(
            measure=measure, kind=kind, from_doi=measure.doi, to_doi=to_doi, state=RequestState.SUBMITTED,
            requested_by=world.people["owner"], submitted_at=NOW, **facts,
        )  # fmt: skip

    return {
        "gate": asked(measures["detailed"], RequestKind.ADVANCE, Doi.DECIDED),
        "hold": asked(
            measures["decided"], RequestKind.HOLD, Doi.DECIDED, hold_reason="budget", comment="No budget this year",
            resume_on=date(2027, 3, 1),
        ),
        "closure": asked(measures["implemented"], RequestKind.ADVANCE, Doi.CLOSED),
        "pack": _records(world, measures["decided"]),
    }  # fmt: skip


def _records(world: World, measure: Measure) -> ProofPack:
    """The first entry of the ledger, and a proof pack that failed."""
    record(world.actor("chair"), "gate.decided", measure, summary="decided", measure_id=measure.pk, ledger=True)
    return ProofPack.objects.create(
        node=world.nodes[Level.ORGANIZATION], state="failed", requested_by=world.people["reader"], requested_at=NOW,
        seen_at=NOW, head_sequence=0, head_hash="0" * 64,
    )  # fmt: skip


def everything(world: World) -> dict[str, list[Any]]:
    """Every row of every tenant table of the organization, to tell whether anything changed at all.

    That somebody opened a document is a trace of reading, not a change.
    """
    with world.inside():
        tables = [
            model for model in apps.get_models() if issubclass(model, TenantModel) and model is not DocumentOpening
        ]
        return {model._meta.label: list(model._default_manager.order_by("pk").values()) for model in tables}


@contextmanager
def nothing_changes(*worlds: World) -> Iterator[None]:
    """Fails when the block changed any row, wrote an audit entry or published anything."""
    before = [everything(world) for world in worlds]
    yield
    assert [everything(world) for world in worlds] == before
