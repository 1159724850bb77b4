"""Who still owes something for a month, by unit and person (domain section 12)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from cat4 import clock
from cat4.fiscal import add_months, first_of_month, month_range
from hierarchy.calendar.selectors.periods import last_locked_month
from hierarchy.organization.selectors import organization_settings
from measures.money.selectors.month_progress import MeasureMonth


class Owes(StrEnum):
    """What somebody has to do for the month of a measure."""

    REPORT = "report"
    HAND_IN = "hand_in"
    VALIDATE = "validate"

    @property
    def words(self) -> str:
        return {"report": "to report", "hand_in": "to hand in", "validate": "to validate"}[self]


@dataclass(frozen=True, slots=True)
class Owed:
    """A measure and what its person owes for the month; `lines` are those that it is about."""

    row: MeasureMonth
    what: Owes
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Debt:
    """A person of a unit with everything that they owe for a month. `person_id` is None where nobody is named."""

    unit: str
    person_id: UUID | None
    name: str
    is_controller: bool
    owed: tuple[Owed, ...]


def owed_by_owner(row: MeasureMonth) -> Owed | None:
    """What the owner owes: missing figures, else the word that they are complete."""
    if row.unreported:
        return Owed(row, Owes.REPORT, row.unreported)
    return None if row.is_submitted else Owed(row, Owes.HAND_IN, ())


def owed_by_controller(row: MeasureMonth) -> Owed | None:
    """What the controller owes: reported figures that aren't validated."""
    return Owed(row, Owes.VALIDATE, row.unvalidated) if row.unvalidated else None


def debts(rows: Iterable[MeasureMonth]) -> list[Debt]:
    """By unit and person; owners before controllers."""
    found: dict[tuple[str, bool, str, UUID | None], list[Owed]] = defaultdict(list)
    for row in rows:
        measure = row.measure
        unit = measure.business_unit.name if measure.business_unit else "Without a unit"
        for is_controller, person, owed in (
            (False, measure.owner, owed_by_owner(row)),
            (True, measure.controller, owed_by_controller(row)),
        ):
            if owed is not None:
                name, pk = (person.name, person.pk) if person else ("Nobody", None)
                found[unit, is_controller, name, pk].append(owed)
    return [
        Debt(unit, pk, name, is_controller, tuple(owed))
        for (unit, is_controller, name, pk), owed in sorted(
            found.items(), key=lambda item: (item[0][:3], str(item[0][3]))
        )
    ]


def open_months(today: date) -> list[date]:
    """Months that are over and not locked; before the first lock the last one alone."""
    settings = organization_settings()
    ended = add_months(first_of_month(today), -1)
    last = last_locked_month()
    first = add_months(last, 1) if last else ended
    return list(month_range(max(first, settings.first_month), min(ended, settings.last_month)))


def present_day() -> date:
    """Today in the organization's time zone."""
    return clock.today(organization_settings().organization.time_zone)
