#!/usr/bin/env python3
"""Verify this proof pack, offline and with Python alone.

    python3 verify.py              in the unpacked folder; Python 3.8 or newer
    python3 verify.py pack.zip     without unpacking

It checks that every file is the one that the manifest names, that the ledger's chain holds from its first entry
to the head that the manifest names, and that decisions, snapshots and evidence are those of the ledger. Compare the
head that it prints with the one that cat4 shows or that you noted before: a pack can't prove by itself that it is
the newest. Exit code 0: everything holds; 1: something doesn't, and the first such entry or file is named.
"""

from __future__ import annotations

import hashlib
import io
import json
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Union

GENESIS = "0" * 64
CHUNK = 1 << 20


class Broken(Exception):
    """What doesn't hold."""


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


def digest(stream: IO[bytes]) -> tuple[str, int]:
    found, size = hashlib.sha256(), 0
    while chunk := stream.read(CHUNK):
        found.update(chunk)
        size += len(chunk)
    return found.hexdigest(), size


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


def lines(pack: Pack, name: str) -> Iterator[Any]:
    with pack.open(name) as stream:
        for number, line in enumerate(io.TextIOWrapper(stream, encoding="utf-8"), start=1):
            try:
                yield json.loads(line)
            except ValueError:
                raise Broken(f"line {number} of {name} can't be read") from None


class Chained:
    """What the ledger says of the rest: decisions by id and locked months, each with the number of its entry."""

    def __init__(self) -> None:
        self.decided: dict[str, tuple[int, Any]] = {}
        self.locked: dict[str, tuple[int, str]] = {}

    def read(self, count: int, content: Any) -> None:
        change = content["change"]
        if not isinstance(change, dict):
            return
        if "rules" in change and "number" in change:
            self.decided[content["object_id"]] = (count, change)
        snapshot = change.get("snapshot")
        if isinstance(snapshot, dict) and "digest" in snapshot:
            self.locked[change["month"]] = (count, snapshot["digest"])


def check_chain(pack: Pack, manifest: Any) -> Chained:
    """Each entry carries the hash of its content and of the entry before; the last is the head."""
    previous, count = GENESIS, 0
    chained = Chained()
    for link in lines(pack, "ledger.jsonl"):
        count += 1
        if link["sequence"] != count:
            raise Broken(f"ledger entry {count} is missing")
        if link["previous_hash"] != previous:
            raise Broken(f"ledger entry {count} doesn't carry the hash of the entry before")
        text = f"{previous}\n{count}\n{link['content']}"
        previous = hashlib.sha256(text.encode()).hexdigest()
        if link["hash"] != previous:
            raise Broken(f"ledger entry {count}: its content doesn't match its hash")
        chained.read(count, json.loads(link["content"]))
    head = manifest["ledger"]
    if (count, previous) != (head["entries"], head["hash"]):
        raise Broken(f"the ledger ends at entry {count} and not at the head of the manifest, {head['entries']}")
    return chained


def check_decisions(pack: Pack, decided: dict[str, tuple[int, Any]]) -> int:
    """A decision is the one that the ledger holds, with the same rule results."""
    count = 0
    for decision in lines(pack, "decisions.jsonl"):
        count += 1
        if decision["id"] not in decided:
            raise Broken(f"decision {decision['number']} is not in the ledger")
        entry, change = decided[decision["id"]]
        if (change["number"], change["outcome"], change["rules"]) != (
            decision["number"],
            decision["outcome"],
            decision["rule_results"],
        ):
            raise Broken(f"decision {decision['number']} differs from ledger entry {entry}")
    return count


def check_snapshots(pack: Pack, manifest: Any, locked: dict[str, tuple[int, str]]) -> int:
    """What each lock kept is what its ledger entry says; no locked month of the pack is left out."""
    first, last = manifest["first_month"], manifest["last_month"]
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
    if name not in pack.names():
        raise Broken(f"file {name} is missing")
    every = []
    for number, row in enumerate(lines(pack, name), start=1):
        if row["content"] is not None and sha256(row["content"].encode()) != row["sha256"]:
            raise Broken(f"line {number} of {name} isn't the measure that was kept")
        every.append(row["sha256"])
    return sha256("\n".join(every).encode())


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def read(pack: Pack, name: str) -> bytes:
    if name not in pack.names():
        raise Broken(f"file {name} is missing")
    try:
        with pack.open(name) as stream:
            return stream.read()
    except zipfile.BadZipFile:
        raise Broken(f"file {name} is damaged") from None


def check_evidence(pack: Pack) -> int:
    """Each packed file of the evidence has the hash under which it was signed."""
    count = 0
    names = pack.names()
    for document in lines(pack, "evidence.jsonl"):
        count += 1
        path = f"evidence/{document['sha256']}"
        if path in names:
            with pack.open(path) as stream:
                if digest(stream)[0] != document["sha256"]:
                    raise Broken(f"file {path} is not “{document['title']}”")
    return count


def verify(pack: Pack) -> str:
    try:
        with pack.open("manifest.json") as stream:
            manifest = json.load(stream)
    except (OSError, KeyError):
        raise Broken("file manifest.json is missing") from None
    except ValueError:
        raise Broken("file manifest.json can't be read") from None
    # The chain first: its answer names the entry, where the manifest could only name the file.
    chained = check_chain(pack, manifest)
    decisions = check_decisions(pack, chained.decided)
    snapshots = check_snapshots(pack, manifest, chained.locked)
    check_files(pack, manifest)
    documents = check_evidence(pack)
    head = manifest["ledger"]
    return (
        f"{manifest['organization']}: {head['entries']} ledger entries, {decisions} decisions, {snapshots} snapshots, "
        f"{documents} documents and {len(manifest['files'])} files hold.\n"
        f"Head of the ledger: #{head['entries']} {head['hash']}"
    )


def main(arguments: list[str]) -> int:
    place = arguments[0] if arguments else Path(__file__).resolve().parent
    try:
        pack: Pack = Archive(place) if zipfile.is_zipfile(place) else Folder(place)
        print(verify(pack))
    except (Broken, zipfile.BadZipFile) as broken:
        print(f"Broken: {broken}.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
