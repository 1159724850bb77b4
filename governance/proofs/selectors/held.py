"""Which entries of the ledger hold which rows of a proof pack, and with which words they were written then."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from cat4.audit.facts import Row
from cat4.audit.models import LedgerEntry

_CHUNK = 500
# What a row tells of other rows, which may be called otherwise since: shown as it was hashed.
_AS_THEN = frozenset({
    "measure_code", "measure_name", "person_name", "decided_by_name", "on_behalf_of_name", "requested_by_name",
    "gap_owner_name", "line", "currency", "milestone", "uploaded_by",
})  # fmt: skip
# What a later entry of its own may change of a document.
_CALLED = ("lines", "withdrawn_by")
_CHANGING = ("lines", "withdrawn_at", "withdrawn_by", "withdraw_reason")


@dataclass(slots=True)
class Holding:
    """Since when a row is held, and by which entries; the last one has it as it is shown."""

    since: str
    entries: list[int]


@dataclass(slots=True)
class HeldRows:
    """Filled while the chain is read; a few words for each row, not the rows themselves.

    `head` is the last entry of the pack: what a later one holds had not happened for it.
    """

    head: int
    _holdings: dict[tuple[str, str], Holding] = field(default_factory=dict)
    _later: set[tuple[str, str]] = field(default_factory=set)
    _openings: dict[str, dict[str, Row]] = field(default_factory=dict)

    def read(self, sequence: int, content: str) -> None:
        """Take in an entry."""
        if '"rows":' not in content:
            return
        entry = json.loads(content)
        rows = entry["change"].get("rows")
        for name, found in rows.items() if isinstance(rows, dict) else ():
            for row in found:
                self._take(sequence, entry["at"], name, row)

    def _take(self, sequence: int, at: str, name: str, row: Row) -> None:
        key = name, row["id"]
        if sequence > self.head:
            if key not in self._holdings:
                self._later.add(key)
            return
        self._holdings.setdefault(key, Holding(at, [])).entries.append(sequence)
        if name == "openings":
            opened = {"person_id": row["person_id"], "person": row["person"], "at": row["at"], "entry": sequence}
            known = self._openings.setdefault(row["document_id"], {})
            if row["person_id"] not in known or row["at"] < known[row["person_id"]]["at"]:
                known[row["person_id"]] = opened

    def shown(self, name: str, rows: Iterable[Row]) -> Iterator[Row]:
        """The rows of the database as the pack shows them.

        Amounts, reasons and days are the database's, so that a row which was changed behind the ledger is found by
        whoever verifies; names are those of the entry. A row that no entry holds is shown as such.
        """
        stream = iter(rows)
        while some := list(islice(stream, _CHUNK)):
            known = [row for row in some if (name, row["id"]) not in self._later]
            then = self._as_hashed(name, known)
            for row in known:
                yield self._shown(name, row, then.get(row["id"]))

    def compared(self, name: str, rows: Iterable[Row]) -> Iterator[tuple[Row, Row | None]]:
        """Each row of the database, with names as they were then, beside what its newest entry holds; None: none."""
        stream = iter(rows)
        while some := list(islice(stream, _CHUNK)):
            then = self._as_hashed(name, some)
            for row in some:
                held = then.get(row["id"])
                # Names of lines and people may be others since; which they are, later entries of their own say.
                called = {key: held[key] for key in _CALLED if name == "evidence"} if held else {}
                yield (as_then(row | called, held), held) if held else (row, None)

    def entries_of(self, name: str) -> dict[str, int]:
        """The newest entry of each row that is held, by id."""
        return {pk: holding.entries[-1] for (kind, pk), holding in self._holdings.items() if kind == name}

    def _shown(self, name: str, row: Row, then: Row | None) -> Row:
        holding = self._holdings.get((name, row["id"]))
        shown = as_then(row, then) if then else row
        held = {"since": holding.since, "entries": holding.entries} if holding else None
        if name != "evidence":
            return {**shown, "held": held}
        # As it was at the end of the pack.
        if then:
            shown |= {name: then[name] for name in _CHANGING}
        opened = self._openings.get(row["id"], {}).values()
        return {**shown, "openings": sorted(opened, key=lambda one: (one["at"], one["person_id"])), "held": held}

    def _as_hashed(self, name: str, rows: list[Row]) -> dict[str, Row]:
        wanted = {row["id"] for row in rows}
        last = {self._holdings[name, pk].entries[-1] for pk in wanted if (name, pk) in self._holdings}
        contents = LedgerEntry.objects.filter(sequence__in=last).order_by("sequence").values_list("content", flat=True)
        found: dict[str, Row] = {}
        for content in contents.iterator(chunk_size=_CHUNK):
            held: list[Row] = json.loads(content)["change"]["rows"].get(name, [])
            found |= {row["id"]: row for row in held if row["id"] in wanted}
        return found


def as_then(now: Any, then: Any) -> Any:
    """A row of the database with the names of the row as it was hashed."""
    if isinstance(now, dict) and isinstance(then, dict):
        return {
            key: then[key] if key in _AS_THEN and key in then else as_then(value, then.get(key))
            for key, value in now.items()
        }
    if isinstance(now, list) and isinstance(then, list) and len(now) == len(then):
        return [as_then(one, other) for one, other in zip(now, then, strict=True)]
    return now
