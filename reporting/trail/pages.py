"""The audit trail in words: who did what, for whom, what it was before and is now, and why."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.apps import apps
from django.utils.text import capfirst

from cat4.web.csv_file import CsvColumn, csv_table

from .selectors import TrailRow

# An old and a new value.
_PAIR = 2
# What is longer stands in the file and in the ledger entry.
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class TrailChange:
    """A field that changed, or with an empty `old` a fact that the entry rests on."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class TrailLine:
    """An entry as the page shows it. `number` is its place in the ledger, None where it has none."""

    at: datetime
    who: str
    principal: str
    what: str
    changes: tuple[TrailChange, ...]
    reason: str
    measure_id: UUID | None
    measure: str
    object: str
    number: int | None


def trail_lines(rows: Iterable[TrailRow]) -> list[TrailLine]:
    """A line per entry, in the same order."""
    return [
        TrailLine(
            at=row.entry.at,
            who=row.entry.actor_name,
            principal=row.principal,
            what=f"{row.entry.summary}.",
            changes=tuple(changes_of(row.entry.change)),
            reason=row.entry.reason,
            measure_id=row.entry.measure_id,
            measure=row.measure,
            object=object_name(row.entry.object_type),
            number=row.number,
        )
        for row in rows
    ]


def changes_of(change: object) -> list[TrailChange]:
    """Field by field `[old, new]`; facts, which have no old value, as they are."""
    if not isinstance(change, dict):
        return []
    return [_change(str(field), value) for field, value in change.items()]


def _change(field: str, value: object) -> TrailChange:
    name = capfirst(field.removesuffix("_id").replace("_", " "))
    if isinstance(value, list) and len(value) == _PAIR:
        return TrailChange(name, _text(value[0]), _text(value[1]))
    return TrailChange(name, "", _text(value))


def _text(value: object) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def object_name(label: str) -> str:
    """`governance.gatedecision` reads “Gate decision”; what the code no longer has, stays as it is written."""
    try:
        return str(capfirst(apps.get_model(label)._meta.verbose_name))
    except LookupError:
        return label


def verb_choices(verbs: Iterable[str]) -> list[tuple[str, str]]:
    """Each verb in words, after its family where that has several: `committee.` reads “Committee: everything”."""
    known = list(verbs)
    families = [verb.partition(".")[0] for verb in known]
    choices = []
    for number, (family, verb) in enumerate(zip(families, known, strict=True)):
        if families.count(family) > 1 and family not in families[:number]:
            choices.append((f"{family}.", f"{_words(family)}: everything"))
        choices.append((verb, f"{_words(family)}: {_words(verb.partition('.')[2]).lower()}"))
    return choices


def _words(name: str) -> str:
    return str(capfirst(name.replace("_", " ").replace(".", ", ")))


def trail_file(rows: Iterable[TrailRow], zone: ZoneInfo) -> bytes:
    """A CSV for spreadsheets; instants in the organization's time zone, changes whole, as JSON."""
    columns: list[CsvColumn[TrailRow]] = [
        CsvColumn("When", lambda row: row.entry.at.astimezone(zone).isoformat(sep=" ", timespec="seconds")),
        CsvColumn("Who", lambda row: row.entry.actor_name),
        CsvColumn("For", lambda row: row.principal),
        CsvColumn("Verb", lambda row: row.entry.verb),
        CsvColumn("What", lambda row: row.entry.summary),
        CsvColumn("Why", lambda row: row.entry.reason),
        CsvColumn("Measure", lambda row: row.measure),
        CsvColumn("Object", lambda row: row.entry.object_type),
        CsvColumn("Object id", lambda row: str(row.entry.object_id)),
        CsvColumn("Set off by", lambda row: row.entry.cause),
        CsvColumn("Request", lambda row: row.entry.request_id),
        CsvColumn("Ledger", lambda row: row.number if row.number is not None else ""),
        CsvColumn("Change", lambda row: json.dumps(row.entry.change, ensure_ascii=False) if row.entry.change else ""),
    ]
    return csv_table(columns, rows)
