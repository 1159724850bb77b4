#!/usr/bin/env python3
"""Verify this proof pack, offline and with Python alone.

    python3 verify.py              in the unpacked folder; Python 3.8 or newer
    python3 verify.py pack.zip     without unpacking

It walks the ledger's chain from its first entry to its head, rebuilds from the hashed content of the entries every
decision, confirmation, signature, sustain check and document, and compares each row of the pack with it, field by
field and both ways: nothing differs, nothing is added, nothing that belongs here is left out. Then it checks the
snapshots, that every file is the one that the manifest names, and that index.html and README.txt say what the rows
say. Compare the head that it prints with the one that cat4 shows or that you noted before: only that tells that the
chain itself wasn't made anew. Exit code 0: everything holds; 1: something doesn't, and the first such entry, row or
file is named; 2: it can't be read by this script.
"""

from __future__ import annotations

import hashlib
import io
import json
import sys
import zipfile
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import IO, Any, Union

# Python leaves the folder of a script out when it is told to isolate itself; and nothing is written into the pack.
sys.dont_write_bytecode = True
sys.path.append(str(Path(__file__).resolve().parent))
import verify_pages as pages  # type: ignore[import-not-found]

FORMAT = "cat4 proof pack 2"
GENESIS = "0" * 64
CHUNK = 1 << 20
ASKED = "proof_pack.asked"
# By file: when a row came to be, and how a person is told which one it is.
KINDS = {
    "decisions": ("decided_at", "decision {number} on {measure_code}"),
    "approvals": ("at", "confirmation {kind} of {measure_code} by {person_name}"),
    "closures": ("at", "signature {number} under the closure of {measure_code} by {person_name}"),
    "sustain": ("checked_at", "sustain check of {measure_code} after {months_after} months"),
    "evidence": ("uploaded_at", "document “{title}” of {measure_code}"),
}


class Broken(Exception):
    """What doesn't hold."""


class Unreadable(Exception):
    """A pack of another format."""


class Folder:
    """The unpacked pack."""

    def __init__(self, root: str | Path) -> None:
        self.root = Path(root)

    def names(self) -> set[str]:
        return {str(path.relative_to(self.root)).replace("\\", "/") for path in self.root.rglob("*") if path.is_file()}

    def open(self, name: str) -> IO[bytes]:
        return (self.root / name).open("rb")


class Archive:
    """The pack as it was downloaded."""

    def __init__(self, path: str | Path) -> None:
        self.zip = zipfile.ZipFile(path)

    def names(self) -> set[str]:
        return set(self.zip.namelist())

    def open(self, name: str) -> IO[bytes]:
        return self.zip.open(name)


Pack = Union[Folder, Archive]


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def digest(stream: IO[bytes]) -> tuple[str, int]:
    found, size = hashlib.sha256(), 0
    while chunk := stream.read(CHUNK):
        found.update(chunk)
        size += len(chunk)
    return found.hexdigest(), size


def read(pack: Pack, name: str) -> bytes:
    if name not in pack.names():
        raise Broken(f"file {name} is missing")
    try:
        with pack.open(name) as stream:
            return stream.read()
    except zipfile.BadZipFile:
        raise Broken(f"file {name} is damaged") from None


def lines(pack: Pack, name: str) -> Iterator[Any]:
    if name not in pack.names():
        raise Broken(f"file {name} is missing")
    with pack.open(name) as stream:
        for number, line in enumerate(io.TextIOWrapper(stream, encoding="utf-8"), start=1):
            try:
                yield json.loads(line)
            except ValueError:
                raise Broken(f"line {number} of {name} can't be read") from None
            except zipfile.BadZipFile:
                raise Broken(f"file {name} is damaged") from None


class Chain:
    """What the entries hold: rows by file and id, locked months, and what entries said before they held rows."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Any]] = {name: {} for name in KINDS}
        self.held: dict[str, dict[str, Any]] = {name: {} for name in KINDS}
        self.openings: dict[str, dict[str, Any]] = {}
        self.earlier: dict[str, tuple[int, Any]] = {}
        self.locked: dict[str, tuple[int, str]] = {}
        self.last: Any = None

    def read(self, entry: int, content: Any) -> None:
        self.last, change = content, content["change"]
        if not isinstance(change, dict):
            return
        rows = change.get("rows")
        if isinstance(rows, dict):
            self._hold(entry, content["at"], rows)
        else:
            said = said_before(content, change)
            if said:
                self.earlier.setdefault(content["object_id"], (entry, said))
        snapshot = change.get("snapshot")
        if isinstance(snapshot, dict) and "digest" in snapshot:
            self.locked[change["month"]] = (entry, snapshot["digest"])

    def _hold(self, entry: int, at: str, rows: Any) -> None:
        for name in KINDS:
            for row in rows.get(name, []):
                held = self.held[name].setdefault(row["id"], {"since": at, "entries": []})
                held["entries"].append(entry)
                # A document is withdrawn, or attached to other lines, by a later entry; all else stays as it was.
                if name == "evidence" or row["id"] not in self.rows[name]:
                    self.rows[name][row["id"]] = row
        for row in rows.get("openings", []):
            opened = {"person_id": row["person_id"], "person": row["person"], "at": row["at"], "entry": entry}
            known = self.openings.setdefault(row["document_id"], {})
            if row["person_id"] not in known or row["at"] < known[row["person_id"]]["at"]:
                known[row["person_id"]] = opened

    def expected(self, name: str, pk: str) -> Any:
        """The row as the pack has to show it."""
        row = {**self.rows[name][pk], "held": self.held[name][pk]}
        if name == "evidence":
            row["openings"] = sorted(self.openings.get(pk, {}).values(), key=lambda one: (one["at"], one["person_id"]))
        return row


def said_before(content: Any, change: Any) -> Any:
    """What an entry from before it held rows says of the row of its act: fewer fields, and hashed all the same."""
    actor, words = content["actor_id"], content["reason"]
    if "rules" in change and "number" in change:
        named = {"number": change["number"], "outcome": change["outcome"], "rule_results": change["rules"]}
        return {**named, "reason": words}
    if content["verb"] == "gate.approval_given":
        return {"kind": change["kind"], "granted": change["granted"], "comment": words, "person_id": actor}
    if content["verb"] == "closure.signed":
        money = {"run_rate": change["run_rate"], "amount": change["amount"], "position": change["position"]}
        return {**money, "comment": words, "person_id": actor}
    if content["verb"] == "closure.sustain_checked":
        return {name: change[name] for name in ("months_after", "needed", "run_rate")}
    return None


def check_chain(pack: Pack, manifest: Any) -> Chain:
    """Each entry carries the hash of its content and of the entry before; the last is the head."""
    previous, count = GENESIS, 0
    chain = Chain()
    for link in lines(pack, "ledger.jsonl"):
        count += 1
        if link["sequence"] != count:
            raise Broken(f"ledger entry {count} is missing")
        if link["previous_hash"] != previous:
            raise Broken(f"ledger entry {count} doesn't carry the hash of the entry before")
        text = f"{previous}\n{count}\n{link['content']}"
        previous = sha256(text.encode())
        if link["hash"] != previous:
            raise Broken(f"ledger entry {count}: its content doesn't match its hash")
        chain.read(count, json.loads(link["content"]))
    head = manifest["ledger"]
    if (count, previous) != (head["entries"], head["hash"]):
        raise Broken(f"the ledger ends at entry {count} and not at the head of the manifest, {head['entries']}")
    covers = chain.last["change"].get("covers") if chain.last["verb"] == ASKED else None
    if not covers or covers != {name: manifest.get(name) for name in covers}:
        raise Broken(f"the manifest covers something else than was asked for in ledger entry {count}")
    return chain


def is_covered(row: Any, name: str, covers: Any) -> bool:
    at = row[KINDS[name][0]]
    if covers["measures"] is not None and row["measure_id"] not in covers["measures"]:
        return False
    return bool((covers["first"] is None or covers["first"] <= at) and at <= covers["end"])


def check_rows(pack: Pack, chain: Chain, name: str, covers: Any) -> list[Any]:
    """Every row is the one that its ledger entry holds, and none is left out."""
    found: dict[str, Any] = {}
    for number, row in enumerate(lines(pack, f"{name}.jsonl"), start=1):
        which = f"line {number} of {name}.jsonl, {named(name, row)},"
        pk = row.get("id")
        if pk not in chain.rows[name]:
            raise Broken(f"{which} is in no ledger entry")
        if pk in found:
            raise Broken(f"{which} stands there twice")
        found[pk] = row
        expected = chain.expected(name, pk)
        field = difference(row, expected)
        if field:
            raise Broken(f"{which} differs from ledger entry {expected['held']['entries'][-1]}: {field}")
        entry, said = chain.earlier.get(pk, (0, {}))
        field = next((key for key, value in said.items() if not same(row.get(key), value)), "")
        if field:
            raise Broken(f"{which} differs from ledger entry {entry}: {field}")
    for pk, row in chain.rows[name].items():
        if pk not in found and is_covered(row, name, covers):
            entry = chain.held[name][pk]["entries"][-1]
            raise Broken(f"{named(name, row)}, of ledger entry {entry}, is missing in {name}.jsonl")
    return list(found.values())


def named(name: str, row: Any) -> str:
    try:
        return KINDS[name][1].format(**row)
    except KeyError:
        return f"row {row.get('id')}"


def difference(shown: Any, held: Any, at: str = "") -> str:
    """The first field in which two rows differ, such as `lines.0.confirmed`; empty where they don't."""
    if isinstance(shown, dict) and isinstance(held, dict):
        pairs = [(key, shown.get(key), held.get(key)) for key in sorted({*shown, *held})]
        if shown.keys() == held.keys():
            return next(filter(None, (difference(a, b, f"{at}.{key}" if at else key) for key, a, b in pairs)), "")
        return ".".join(filter(None, [at, sorted(shown.keys() ^ held.keys())[0]]))
    if isinstance(shown, list) and isinstance(held, list) and len(shown) == len(held):
        pairs = [(str(key), a, b) for key, (a, b) in enumerate(zip(shown, held))]
        return next(filter(None, (difference(a, b, f"{at}.{key}") for key, a, b in pairs)), "")
    return "" if shown == held and type(shown) is type(held) else at or "the row"


def same(shown: Any, said: Any) -> bool:
    """Equal, or the same amount with more or fewer digits."""
    try:
        return bool(shown == said or Decimal(shown) == Decimal(said))
    except (InvalidOperation, TypeError, ValueError):
        return False


def check_snapshots(pack: Pack, manifest: Any, locked: dict[str, tuple[int, str]]) -> int:
    """What each lock kept is what its ledger entry says; no locked month of the pack is left out."""
    first, last = manifest["first_month"], manifest["last_month"]
    extra = sorted(month for month in manifest["snapshots"] if month not in locked)
    if extra:
        raise Broken(f"the snapshot of {extra[0]} is in no ledger entry")
    for month, (entry, kept) in sorted(locked.items()):
        if (first and month < first[:7]) or (last and month > last[:7]):
            continue
        if manifest["snapshots"].get(month) != kept:
            raise Broken(f"the manifest names another snapshot of {month} than ledger entry {entry}")
        folder = f"snapshots/{month}"
        content, measures = read(pack, f"{folder}/head.json"), check_measures(pack, f"{folder}/measures.jsonl")
        if sha256(content) != kept:
            raise Broken(f"file {folder}/head.json differs from ledger entry {entry}, the lock of {month}")
        head = json.loads(content)
        if head["measures_digest"] != measures:
            raise Broken(f"file {folder}/measures.jsonl differs from ledger entry {entry}, the lock of {month}")
        if head["tree_digest"] != sha256(read(pack, f"{folder}/tree.json")):
            raise Broken(f"file {folder}/tree.json differs from ledger entry {entry}, the lock of {month}")
    return len(manifest["snapshots"])


def check_measures(pack: Pack, name: str) -> str:
    """The hash over the hashes of all measures; those that are told are as they were hashed."""
    every = []
    for number, row in enumerate(lines(pack, name), start=1):
        if row["content"] is not None and sha256(row["content"].encode()) != row["sha256"]:
            raise Broken(f"line {number} of {name} isn't the measure that was kept")
        every.append(row["sha256"])
    return sha256("\n".join(every).encode())


def check_files(pack: Pack, manifest: Any) -> None:
    """Every file is there, as listed, and nothing besides."""
    listed = {entry["path"]: entry for entry in manifest["files"]}
    names = pack.names()
    for path, entry in listed.items():
        if path not in names:
            raise Broken(f"file {path} is missing")
        try:
            with pack.open(path) as stream:
                found, size = digest(stream)
        except zipfile.BadZipFile:
            raise Broken(f"file {path} is damaged") from None
        if (found, size) != (entry["sha256"], entry["size"]):
            raise Broken(f"file {path} is not the one that was packed")
    extra = sorted(names - listed.keys() - {"manifest.json"})
    if extra:
        raise Broken(f"file {extra[0]} is not in the manifest")


def check_evidence(pack: Pack, manifest: Any, documents: list[Any]) -> None:
    """Each packed file has the hash that the ledger holds; none is left out where files were asked for."""
    names, expected = pack.names(), {pages.file_of(document): document for document in documents}
    for path, document in expected.items():
        if path not in names:
            if manifest["with_files"]:
                raise Broken(f"file {path} of {named('evidence', document)} is missing")
            continue
        with pack.open(path) as stream:
            if digest(stream)[0] != document["sha256"]:
                raise Broken(f"file {path} is not “{document['title']}”")
    extra = sorted(name for name in names if name.startswith("evidence/") and name not in expected)
    if extra:
        raise Broken(f"file {extra[0]} belongs to no document of the pack")


def check_pages(pack: Pack, manifest: Any, rows: dict[str, list[Any]]) -> None:
    """What people read says what the rows say."""
    index = pages.index_page(manifest, *(rows[name] for name in ("decisions", "closures", "sustain", "evidence")))
    for name, text in (("index.html", "".join(index)), ("README.txt", pages.read_me(manifest))):
        if read(pack, name).decode() != text:
            raise Broken(f"file {name} says something else than the rows of the pack")


def verify(pack: Pack) -> str:
    try:
        manifest = json.loads(read(pack, "manifest.json"))
    except ValueError:
        raise Broken("file manifest.json can't be read") from None
    if manifest.get("format") != FORMAT:
        raise Unreadable(f"This is a {manifest.get('format')}: verify it with the verify.py that lies in it")
    # The chain first: its answer names the entry, where the manifest could only name the file.
    chain = check_chain(pack, manifest)
    rows = {name: check_rows(pack, chain, name, manifest) for name in KINDS}
    snapshots = check_snapshots(pack, manifest, chain.locked)
    check_evidence(pack, manifest, rows["evidence"])
    check_pages(pack, manifest, rows)
    check_files(pack, manifest)
    head, counts = manifest["ledger"], ", ".join(f"{len(found)} {name}" for name, found in rows.items())
    return (
        f"{manifest['organization']}, {manifest['scope']}: {head['entries']} ledger entries, {counts}, "
        f"{snapshots} snapshots and {len(manifest['files'])} files hold.\n"
        f"Compare with the page of the ledger, or with a head noted before: #{head['entries']} {head['hash']}"
    )


def main(arguments: list[str]) -> int:
    place = arguments[0] if arguments else Path(__file__).resolve().parent
    try:
        pack: Pack = Archive(place) if zipfile.is_zipfile(place) else Folder(place)
        print(verify(pack))
    except (Broken, zipfile.BadZipFile) as broken:
        print(f"Broken: {broken}.")
        return 1
    except Unreadable as unreadable:
        print(f"{unreadable}.")
        return 2
    except (KeyError, TypeError, AttributeError, ValueError) as odd:
        print(f"Broken: a file of the pack isn't made as packs are: {odd!r}.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
