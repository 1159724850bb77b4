"""Whatever is altered in a proof pack, with a fresh manifest and pages that fit: the verifier names it (domain 13)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from governance.proofs import verify
from hierarchy.constants import Level
from tests.governance.proofs.scene import Forgery, Rows, act_on_everything, built, later, said_of, upload_extract
from tests.governance.ready import ready_measure
from tests.world import World

DIFFERS = "differs from ledger entry {}"
CLOSING = "line 1 of decisions.jsonl, decision 1 on M-1,"
CONFIRMED = "line 1 of approvals.jsonl, confirmation size_and_timing of M-2 by Dora,"
FIRST = "line 1 of closures.jsonl, signature 1 under the closure of M-1 by Controller Alder,"
CHECK = "line 1 of sustain.jsonl, sustain check of M-1 after 6 months,"
EXTRACT = "document “Extract” of M-1,"


def put(*path: str | int, value: Any) -> Callable[[Rows], object]:
    """Write a value into the rows."""

    def change(rows: Rows) -> None:
        place: Any = rows
        for step in path[:-1]:
            place = place[step]
        assert place[path[-1]] != value
        place[path[-1]] = value

    return change


def extract(rows: Rows) -> dict[str, Any]:
    return next(row for row in rows if row["title"] == "Extract")


def on_extract(**facts: Any) -> Callable[[Rows], object]:
    return lambda rows: extract(rows).update(facts)


# File, what is done to its rows, what is said; `{}` stands for the number of the ledger entry.
FORGERIES: list[tuple[str, Callable[[Rows], object], str]] = [
    ("decisions", put(0, "reason", value="No."), f"{CLOSING} {DIFFERS}: reason"),
    ("decisions", put(0, "outcome", value="hold"), f"{CLOSING} {DIFFERS}: outcome"),
    ("decisions", put(0, "to_doi", value=4), f"{CLOSING} {DIFFERS}: to_doi"),
    ("decisions", put(0, "decided_by_name", value="X"), f"{CLOSING} {DIFFERS}: decided_by_name"),
    ("decisions", put(0, "on_behalf_of_name", value="X"), f"{CLOSING} {DIFFERS}: on_behalf"),
    ("decisions", lambda rows: put(0, "decided_at", value=later(rows[0]["decided_at"]))(rows), "{}: decided_at"),
    ("decisions", put(0, "rule_results", 0, "passed", value=False), f"{CLOSING} {DIFFERS}: rule"),
    ("decisions", put(0, "request", "comment", value="Half."), "{}: request.comment"),
    ("decisions", put(0, "manner", value="chair"), "{}: manner"),
    ("decisions", put(0, "weight", value="1.00"), "{}: weight"),
    ("decisions", put(0, "urgent_reason", value="Now."), "{}: urgent_reason"),
    ("decisions", put(0, "resolution_id", value="x"), "{}: resolution_id"),
    ("decisions", put(0, "cause", value={"kind": "sustain"}), "{}: cause"),
    ("decisions", put(0, "consequences", value={"gaps": []}), "{}: consequences"),
    ("decisions", put(0, "held", "since", value="2020-01-01T00:00:00.000000+00:00"), "{}: held.since"),
    ("decisions", put(0, "held", "entries", value=[1]), "{}: held.entries.0"),
    ("decisions", list.clear, "decision 1 on M-1, of ledger entry {}, is missing in decisions.jsonl"),
    ("decisions", lambda rows: rows.append(rows[0] | {"id": "x"}), "line 2 of decisions.jsonl"),
    ("decisions", lambda rows: rows.append(rows[0]), "decision 1 on M-1, stands there twice"),
    ("approvals", put(0, "granted", value=False), f"{CONFIRMED} {DIFFERS}: granted"),
    ("approvals", put(0, "comment", value=""), f"{CONFIRMED} {DIFFERS}: comment"),
    ("approvals", put(0, "kind", value="sponsor"), "{}: kind"),
    ("approvals", put(0, "person_name", value="Carl"), "{}: person_name"),
    ("approvals", put(0, "on_behalf_of_name", value=""), "{}: on_behalf_of_name"),
    ("approvals", list.clear, "confirmation size_and_timing of M-2 by Dora, of ledger entry {}, is missing in"),
    ("closures", put(0, "lines", 0, "confirmed", value="1250.00"), f"{FIRST} {DIFFERS}: lines.0.confirmed"),
    ("closures", put(0, "lines", 0, "claimed", value="1200.00"), "{}: lines.0.claimed"),
    ("closures", put(0, "lines", 0, "reason", value=""), "{}: lines.0.reason"),
    ("closures", lambda rows: rows[0]["lines"].pop(), "{}: lines"),
    ("closures", put(0, "run_rate", value="1250.00"), "{}: run_rate"),
    ("closures", put(0, "comment", value="Fine."), "{}: comment"),
    ("closures", put(1, "comment", value="In the books."), "by Second, differs"),
    ("closures", put(0, "unopened", value=[]), "{}: unopened"),
    ("closures", lambda rows: rows.pop(1), "closure of M-1 by Second, of ledger entry {}, is missing"),
    ("sustain", put(0, "run_rate", value="1.00"), f"{CHECK} {DIFFERS}: run_rate"),
    ("sustain", put(0, "outcome", value="reversal"), "{}: outcome"),
    ("sustain", list.clear, "after 6 months, of ledger entry {}, is missing in sustain.jsonl"),
    ("evidence", on_extract(sha256="1" * 64), f"{EXTRACT} {DIFFERS}: sha256"),
    ("evidence", on_extract(title="Other"), "document “Other” of M-1, differs from ledger entry"),
    ("evidence", on_extract(evidence_class="contract"), "{}: evidence_class"),
    ("evidence", on_extract(withdrawn_at="2026-10-15"), "{}: withdrawn_at"),
    ("evidence", on_extract(lines=[]), "{}: lines"),
    ("evidence", on_extract(openings=[]), "{}: openings"),
    ("evidence", lambda rows: extract(rows)["openings"][0].update(person="Owner Alder"), "{}: openings.0.person"),
    ("evidence", lambda rows: rows.remove(extract(rows)), "“Extract” of M-1, of ledger entry {}, is missing"),
]  # fmt: skip


def test_every_altered_row_is_named_although_manifest_and_pages_fit(world: World, tmp_path: Path) -> None:
    with world.inside():
        act_on_everything(world)
        archive = built(world, with_files=False)
    said = said_of(Forgery(archive).packed())
    assert "1 decisions, 1 approvals, 2 closures, 1 sustain," in said, said
    wrong = {}
    for name, change, expected in FORGERIES:
        forged = Forgery(archive)
        forged.alter(name, change)
        said = said_of(forged.packed())
        before, _, after = expected.partition("{}")
        if before not in said or after not in said or (not expected and "hold" in said):
            wrong[expected] = said
    assert wrong == {}
    forged.alter("decisions", put(0, "reason", value="No."))
    place = tmp_path / "forged.zip"
    place.write_bytes(forged.packed().getvalue())
    assert verify.main([str(place)]) == 1


def _narrow(forged: Forgery) -> None:
    forged.manifest["measures"] = []
    for name in verify.KINDS:
        forged.alter(name, list.clear)


def _shorten(forged: Forgery) -> None:
    forged.manifest["end"] = "2026-01-01T00:00:00.000000+00:00"


def _cut(forged: Forgery) -> None:
    """The chain without its last entry, and the head of the one before."""
    rows = forged.rows("ledger")[:-1]
    forged.alter("ledger", lambda every: every.pop())
    forged.manifest["ledger"] = {"entries": rows[-1]["sequence"], "hash": rows[-1]["hash"]}


def _replace_file(forged: Forgery) -> None:
    name = next(name for name in forged.files if name.startswith("evidence/"))
    forged.files[name] = b"%PDF-1.4 another"


def _drop_file(forged: Forgery) -> None:
    del forged.files[next(name for name in forged.files if name.startswith("evidence/"))]


def _add_file(forged: Forgery) -> None:
    forged.files["evidence/contract.pdf"] = b"%PDF-1.4 another"


def _add_month(forged: Forgery) -> None:
    forged.manifest["snapshots"]["2026-07"] = "1" * 64


OTHERS: list[tuple[Callable[[Forgery], object], str]] = [
    (_narrow, "the manifest covers something else than was asked for in ledger entry"),
    (_shorten, "the manifest covers something else than was asked for in ledger entry"),
    (_cut, "the manifest covers something else than was asked for in ledger entry"),
    (lambda forged: forged.manifest.update(scope="All"), "the manifest covers something else than was asked for"),
    (_add_month, "the snapshot of 2026-07 is in no ledger entry"),
    (_replace_file, "is not “Extract”"),
    (_drop_file, "of document “Extract” of M-1 is missing"),
    (_add_file, "file evidence/contract.pdf belongs to no document of the pack"),
]


def test_what_a_pack_covers_its_files_and_its_pages_cannot_be_altered_either(world: World) -> None:
    with world.inside():
        upload_extract(world, ready_measure(world))
        archive = built(world, with_files=True, node_id=world.nodes[Level.PORTFOLIO].pk)
    wrong = {}
    for change, expected in OTHERS:
        forged = Forgery(archive)
        change(forged)
        said = said_of(forged.packed())
        if expected not in said:
            wrong[expected] = said
    for page in ("index.html", "README.txt"):
        forged = Forgery(archive)
        forged.files[page] = forged.files[page].replace(b"Alder", b"Elder", 1)
        said = said_of(forged.packed(with_pages=False))
        if said != f"file {page} says something else than the rows of the pack":
            wrong[page] = said
    assert wrong == {}
