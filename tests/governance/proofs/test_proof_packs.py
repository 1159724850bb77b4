"""The proof pack: who gets it, what it holds, and that it verifies without cat4 (domain section 13)."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from cat4.audit.models import LedgerEntry
from cat4.errors import Conflict, NotAllowed
from governance.closures.actions.signing import sign_closure
from governance.gates.actions.requests import request_gate
from governance.months.actions.lock import lock_period
from governance.months.models import Snapshot
from governance.proofs.actions.packs import SILENCE, ask_again, ask_for_proof, build_proof, download_proof
from governance.proofs.actions.past_acts import keep_past_acts
from governance.proofs.models import ProofPack
from hierarchy.constants import Level
from hierarchy.models import Node
from measures.evidence.actions import upload_document
from tests.governance.ready import lock_through_september, ready_measure
from tests.pdf_files import page_pdf
from tests.world import PASSWORD, World

AUGUST, SEPTEMBER = date(2026, 8, 1), date(2026, 9, 1)
SECRET = page_pdf("ledger extract")


@pytest.fixture
def inside(world: World) -> Iterator[World]:
    """A measure closed on evidence that has a file."""
    with world.inside():
        measure = ready_measure(world, doi=4)
        upload_document(
            world.actor("owner"), measure.pk, file=ContentFile(SECRET, name="extract.pdf"), title="Extract",
            purpose="evidence", evidence_class="gl_extract", line_ids=[line.pk for line in measure.lines.all()],
        )  # fmt: skip
        lock_through_september()
        request = request_gate(world.actor("owner"), measure.pk)
        sign_closure(world.actor("controller"), request.pk, reason="In the books.", password=PASSWORD)
        keep_past_acts()
        yield world


def built(world: World, folder: Path, **scope: Any) -> Path:
    """The archive as an auditor downloads it."""
    pack = ask_for_proof(world.actor("reader"), **scope)
    assert build_proof(world.organization.pk, pack.pk)
    _, content = download_proof(world.actor("reader"), pack.pk)
    path = folder / "proof.zip"
    with content:
        path.write_bytes(content.read())
    return path


def verify(place: Path) -> tuple[int, str]:
    """The script of the pack in a Python of its own, without this project."""
    unpacked = place if place.is_dir() else place.with_suffix("")
    if not place.is_dir():
        with zipfile.ZipFile(place) as archive:
            archive.extractall(unpacked)
    done = subprocess.run(
        [sys.executable, "-I", str(unpacked / "verify.py")],
        cwd=place.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def flip(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert text.count(old) >= 1
    path.write_text(text.replace(old, new, 1))


def test_a_pack_verifies_in_a_plain_python_and_names_the_head_of_the_ledger(inside: World, tmp_path: Path) -> None:
    archive = built(inside, tmp_path)
    code, words = verify(archive)
    assert code == 0, words
    head = LedgerEntry.objects.get(entry__verb="proof_pack.asked")
    assert f"#{head.sequence} {head.hash}" in words
    assert "4 ledger entries, 1 decisions, 0 approvals, 1 closures, 0 sustain, 6 evidence, 0 snapshots" in words
    read_me = (archive.with_suffix("") / "README.txt").read_text()
    assert f"entry number  {head.sequence}\n  hash          {head.hash}\n" in read_me
    assert "In cat4 open Ledger" in read_me


CLOSING = "line 1 of decisions.jsonl, decision 1 on M-1,"
EXTRACT = "line 5 of evidence.jsonl, document “extract” of M-1,"
CHANGES = [
    ("ledger.jsonl", "In the books", "On the books", "ledger entry 2: its content doesn't match its hash"),
    ("decisions.jsonl", '"to_doi":5', '"to_doi":4', f"{CLOSING} differs from ledger entry 2: to_doi"),
    ("evidence.jsonl", "Extract", "extract", f"{EXTRACT} differs from ledger entry 1: title"),
    ("verify.py", "Verify this", "verify this", "file verify.py is not the one that was packed"),
    ("README.txt", "Proof pack", "proof pack", "file README.txt says something else than the rows of the pack"),
]


def test_one_changed_byte_is_named(inside: World, tmp_path: Path) -> None:
    archive = built(inside, tmp_path)
    assert verify(archive)[0] == 0
    folder = archive.with_suffix("")
    for name, old, new, said in CHANGES:
        before = (folder / name).read_text()
        flip(folder / name, old, new)
        assert verify(folder) == (1, f"Broken: {said}.\n")
        (folder / name).write_text(before)
    (folder / "extra.txt").write_text("x")
    assert verify(folder) == (1, "Broken: file extra.txt is not in the manifest.\n")


def test_a_chain_that_was_made_anew_does_not_reach_the_head(inside: World, tmp_path: Path) -> None:
    archive = built(inside, tmp_path)
    verify(archive)
    (archive.with_suffix("") / "ledger.jsonl").write_text("")
    assert verify(archive.with_suffix("")) == (
        1,
        "Broken: the ledger ends at entry 0 and not at the head of the manifest, 4.\n",
    )


@pytest.fixture
def locked(world: World) -> Iterator[World]:
    """August is locked with everything before it, and its snapshot kept; then September."""
    with world.inside():
        ready_measure(world, doi=4, code="M-1")
        keep_past_acts()
        elsewhere = Node(level=Level.PROGRAM, parent=world.nodes[Level.PORTFOLIO], name="Other program")
        elsewhere.path = [*world.nodes[Level.PORTFOLIO].path, elsewhere.pk]
        elsewhere.save()
        for month in (AUGUST, SEPTEMBER):
            lock_period(world.actor("controller"), month=month)
        yield world


def test_what_each_lock_kept_is_in_the_pack_and_proved_by_the_ledger(locked: World, tmp_path: Path) -> None:
    archive = built(locked, tmp_path)
    code, words = verify(archive)
    assert code == 0, words
    assert "2 snapshots" in words
    manifest = json.loads((archive.with_suffix("") / "manifest.json").read_text())
    assert manifest["snapshots"] == {f"{snapshot.month:%Y-%m}": snapshot.digest for snapshot in Snapshot.objects.all()}
    kept = json.loads((archive.with_suffix("") / "snapshots/2026-08/measures.jsonl").read_text())
    assert [json.loads(kept["content"])[name] for name in ("code", "doi")] == ["M-1", 4]


SNAPSHOTS = [
    ("2026-08/measures.jsonl", "Measure M-1", "Measure M-2", "line 1 of {file} isn't the measure that was kept"),
    ("2026-08/measures.jsonl", '"sha256":"', '"sha256":"0', "line 1 of {file} isn't the measure that was kept"),
    ("2026-09/tree.json", "Other", "other", "file {file} differs from ledger entry 7, the lock of 2026-09"),
    ("2026-09/head.json", "EUR", "USD", "file {file} differs from ledger entry 7, the lock of 2026-09"),
]


def test_one_changed_byte_of_a_snapshot_is_named(locked: World, tmp_path: Path) -> None:
    archive = built(locked, tmp_path)
    assert verify(archive)[0] == 0
    folder = archive.with_suffix("")
    for name, old, new, said in SNAPSHOTS:
        file = f"snapshots/{name}"
        before = (folder / file).read_text()
        flip(folder / file, old, new)
        assert verify(folder) == (1, f"Broken: {said.format(file=file)}.\n")
        (folder / file).write_text(before)
    (folder / "snapshots/2026-08/measures.jsonl").write_text("")
    said = "file snapshots/2026-08/measures.jsonl differs from ledger entry 4, the lock of 2026-08"
    assert verify(folder) == (1, f"Broken: {said}.\n")
    (folder / "snapshots/2026-09/head.json").unlink()
    (folder / "snapshots/2026-08/measures.jsonl").unlink()
    assert verify(folder) == (1, "Broken: file snapshots/2026-08/measures.jsonl is missing.\n")


def test_a_pack_of_some_months_below_a_node_shows_no_other_measures_and_still_verifies(
    locked: World, tmp_path: Path
) -> None:
    archive = built(
        locked, tmp_path, node_id=Node.objects.get(name="Other program").pk, first_month=SEPTEMBER, last_month=SEPTEMBER
    )
    code, words = verify(archive)
    assert (code, "1 snapshots" in words) == (0, True), words
    (kept,) = (archive.with_suffix("") / "snapshots/2026-09/measures.jsonl").read_text().splitlines()
    assert json.loads(kept)["content"] is None
    assert not (archive.with_suffix("") / "snapshots/2026-08").exists()


def test_building_twice_gives_the_same_bytes(inside: World, tmp_path: Path) -> None:
    built(inside, tmp_path)
    pack = ProofPack.objects.get()
    first = pack.sha256
    ProofPack.objects.update(state="queued")
    assert build_proof(inside.organization.pk, pack.pk)
    pack.refresh_from_db()
    assert pack.sha256 == first
    assert not build_proof(inside.organization.pk, pack.pk)


def test_asking_and_downloading_stand_in_the_ledger(inside: World, tmp_path: Path) -> None:
    built(inside, tmp_path)
    verbs = list(LedgerEntry.objects.order_by("sequence").values_list("entry__verb", flat=True))[-3:]
    assert verbs == ["proof_pack.asked", "proof_pack.built", "proof_pack.downloaded"]
    assert ProofPack.objects.get().sha256 == LedgerEntry.objects.latest("sequence").entry.change["sha256"]


@pytest.mark.parametrize("persona", ["owner", "sponsor", "pmo", "chair", "member"])
def test_only_auditors_controllers_and_administrators_have_a_pack(inside: World, persona: str) -> None:
    with pytest.raises(NotAllowed, match="reader of the whole organization"):
        ask_for_proof(inside.actor(persona))
    assert ProofPack.objects.count() == 0


def test_one_at_a_time_and_a_lost_one_is_asked_for_again(inside: World) -> None:
    pack = ask_for_proof(inside.actor("admin"))
    with pytest.raises(Conflict, match="is being built"):
        ask_for_proof(inside.actor("controller"))
    with pytest.raises(Conflict, match="not ready"):
        download_proof(inside.actor("admin"), pack.pk)
    assert ask_again() == 0
    ProofPack.objects.update(seen_at=pack.seen_at - SILENCE - SILENCE, state="running")
    assert ask_again() == 1
    assert ProofPack.objects.get().state == "queued"


def test_a_pack_of_a_program_without_measures_has_the_chain_and_no_decision(inside: World, tmp_path: Path) -> None:
    portfolio = inside.nodes[Level.PORTFOLIO]
    other = Node(level=Level.PROGRAM, parent=portfolio, name="Other program")
    other.path = [*portfolio.path, other.pk]
    other.save()
    archive = built(inside, tmp_path, node_id=other.pk)
    with zipfile.ZipFile(archive) as content:
        assert content.read("decisions.jsonl") == b""
        assert json.loads(content.read("manifest.json"))["scope"] == "Other program"
    assert verify(archive)[0] == 0


def test_the_page_builds_and_hands_out(inside: World, client: Client) -> None:
    client.force_login(inside.people["reader"])
    page = inside.url("/ledger/proofs/")
    assert client.post(page, {"first_month": "", "last_month": ""}).status_code == 302
    build_proof(inside.organization.pk, ProofPack.objects.get().pk)
    assert "Ready" in client.get(page).content.decode()
    answer = client.post(inside.url(f"/ledger/proofs/{ProofPack.objects.get().pk}/"))
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("application/zip", "nosniff")
