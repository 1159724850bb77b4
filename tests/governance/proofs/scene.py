"""A proof pack with a row of every kind, what a forger would do to it, and what its own verifier then says."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile

from cat4 import clock
from governance.closures.actions.signing import sign_closure
from governance.closures.models import SustainResult
from governance.gates.actions.requests import give_approval, request_gate
from governance.gates.models import GateDecision
from governance.proofs import verify
from governance.proofs.actions.packs import ask_for_proof, build_proof, download_proof
from governance.proofs.actions.past_acts import keep_past_acts
from governance.proofs.verify_pages import index_page, read_me
from hierarchy.people.actions.deputies import name_deputy
from measures.evidence.actions import open_document, upload_document
from measures.models import Document
from tests.governance.closures.test_signing import add_controller, two_must_sign
from tests.governance.ready import add_person, lock_through_september, ready_measure
from tests.pdf_files import page_pdf
from tests.world import PASSWORD, World

EXTRACT = page_pdf("ledger extract")
Rows = list[dict[str, Any]]


def upload_extract(world: World, measure: Any) -> Document:
    return upload_document(
        world.actor("owner"), measure.pk, file=ContentFile(EXTRACT, name="extract.pdf"), title="Extract",
        purpose="evidence", evidence_class="gl_extract", line_ids=[line.pk for line in measure.lines.all()],
    )  # fmt: skip


def act_on_everything(world: World) -> None:
    """A deputy confirms for the controller; two controllers close on evidence that one of them opened; a check."""
    two_must_sign(world)
    add_controller(world)
    add_person(world, "Dora")
    name_deputy(
        world.actor("controller"), principal_id=world.people["controller"].pk, deputy_id=world.people["dora"].pk,
        first_day=date(2026, 10, 12), last_day=date(2026, 10, 23), reason="Leave",
    )  # fmt: skip
    early = request_gate(world.actor("owner"), ready_measure(world, doi=2, code="M-2").pk, comment="Ready.")
    give_approval(world.actor("dora"), early.pk, kind="size_and_timing", comment="Checked for her.")
    measure = ready_measure(world, doi=4)
    document = upload_extract(world, measure)
    _, content = open_document(world.actor("controller"), document.pk)
    content.close()
    lock_through_september()
    steel = measure.lines.get(name="Steel price")
    request = request_gate(world.actor("owner"), measure.pk, comment="Full.", claims={steel.pk: Decimal(1250)})
    sign_closure(
        world.actor("controller"), request.pk, reason="In the books.", password=PASSWORD,
        confirmed={steel.pk: Decimal(1200)}, reasons={steel.pk: "50 was one-off."},
    )  # fmt: skip
    sign_closure(world.actor("second"), request.pk, reason="Sampled three months.", password=PASSWORD)
    SustainResult.objects.create(
        measure=measure, decision=GateDecision.objects.get(), months_after=6, due_month=date(2027, 4, 1),
        outcome="held", closed_run_rate=1200, needed=1140, run_rate=1200, sentence="It lasts.",
        checked_at=clock.now(),
    )  # fmt: skip
    keep_past_acts()


def built(world: World, **scope: Any) -> bytes:
    """The archive as an auditor downloads it."""
    pack = ask_for_proof(world.actor("reader"), **scope)
    assert build_proof(world.organization.pk, pack.pk)
    _, content = download_proof(world.actor("reader"), pack.pk)
    with content:
        return content.read()


class Forgery:
    """A pack that can be altered, with a manifest and pages made anew as a forger would."""

    def __init__(self, archive: bytes) -> None:
        with zipfile.ZipFile(BytesIO(archive)) as content:
            self.files = {name: content.read(name) for name in content.namelist()}
        self.manifest: dict[str, Any] = json.loads(self.files["manifest.json"])

    def rows(self, name: str) -> Rows:
        return [json.loads(line) for line in self.files[f"{name}.jsonl"].decode().splitlines()]

    def alter(self, name: str, change: Callable[[Rows], object]) -> None:
        rows = self.rows(name)
        change(rows)
        self.files[f"{name}.jsonl"] = "".join(f"{json.dumps(row)}\n" for row in rows).encode()

    def packed(self, *, with_pages: bool = True) -> BytesIO:
        """The archive with a manifest that fits."""
        if with_pages:
            rows = [self.rows(name) for name in ("decisions", "closures", "sustain", "evidence")]
            self.files["index.html"] = "".join(index_page(self.manifest, *rows)).encode()
            self.files["README.txt"] = read_me(self.manifest).encode()
        others = {name: content for name, content in self.files.items() if name != "manifest.json"}
        self.manifest["files"] = [
            {"path": name, "size": len(content), "sha256": sha256(content).hexdigest()}
            for name, content in sorted(others.items())
        ]
        self.files["manifest.json"] = json.dumps(self.manifest).encode()
        packed = BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for name, content in self.files.items():
                archive.writestr(name, content)
        return packed


def said_of(archive: BytesIO) -> str:
    """What the verifier says in this process: what doesn't hold, or that everything does."""
    try:
        return verify.verify(verify.Archive(archive))  # type: ignore[arg-type]
    except verify.Broken as broken:
        return str(broken)


def later(instant: str) -> str:
    """A day after an instant of a row."""
    return (datetime.fromisoformat(instant).astimezone(UTC) + timedelta(days=1)).isoformat(timespec="microseconds")
