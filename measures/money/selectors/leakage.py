"""Missing money of a measure: by cause, and month by month with what somebody said about it (domain 6.8)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from measures.constants import LeakageCause
from measures.formulas.facts import DECIDED, Group, MeasureFacts
from measures.formulas.leakage import leakage_of_month, missing_in
from measures.formulas.money import Worked
from measures.models import EffectLine, LeakageEntry, Measure

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class MissingMonth:
    """A locked month of a line in which money is missing, in the line's currency."""

    line: EffectLine
    month: date
    missing: Decimal
    unnamed: Decimal
    computed: tuple[tuple[LeakageCause, Decimal], ...]
    entries: tuple[LeakageEntry, ...]


def missing_of(line: EffectLine, month: date) -> Decimal:
    """Plan minus validated of a month of a line; positive is missing."""
    entry = line.months.filter(month=month).first()
    return ZERO if entry is None else (entry.plan or ZERO) - (entry.validated or ZERO)


def named_for(line: EffectLine, month: date, *, but: str = "") -> Decimal:
    """What was named for a month of a line, one cause left out."""
    entries = LeakageEntry.objects.filter(line=line, month=month).exclude(cause=but)
    return sum(entries.values_list("amount", flat=True), ZERO)


def leakage_entries(measure: Measure) -> list[LeakageEntry]:
    """Every named cause of a measure with its line and author."""
    return list(measure.leakage_entries.select_related("line", "author"))


def missing_months(
    facts: MeasureFacts, worked: Iterable[Worked], lines: Iterable[EffectLine], entries: Iterable[LeakageEntry]
) -> list[MissingMonth]:
    """The locked months in which hard EBITDA is missing, newest first."""
    if facts.doi < DECIDED:
        return []
    rows, named = {line.pk: line for line in lines}, list(entries)
    found = [
        _missing(facts, result, rows[result.line.id], month.month, named)
        for result in worked
        if result.line.group is Group.HARD and result.line.id in rows
        for month in result.line.months
        if month.month in facts.organization.locked and missing_in(result.line, month.month) > 0
    ]
    return sorted(found, key=lambda missing: (missing.month, missing.line.name), reverse=True)


def _missing(
    facts: MeasureFacts, worked: Worked, line: EffectLine, month: date, named: list[LeakageEntry]
) -> MissingMonth:
    mine = tuple(entry for entry in named if entry.line_id == line.pk and entry.month == month)
    missing = missing_in(worked.line, month)
    causes = {entry.cause for entry in mine}
    computed = tuple(
        (LeakageCause(cause), amount)
        for cause, amount in leakage_of_month(facts, worked, month).items()
        if cause not in causes
    )
    unnamed = max(missing - sum((entry.amount for entry in mine), ZERO), ZERO)
    return MissingMonth(line, month, missing, unnamed, computed, mine)
