"""The part of the network that a date can reach, ready for a pass. Preview and action read the same."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from hierarchy.calendar.selectors.calendar import work_calendar
from hierarchy.calendar.workdays import WorkCalendar
from measures.facts.calendar import calendar
from measures.formulas.dates import expected_date, own_date
from measures.formulas.network import Link, Network, Node, Pin
from measures.formulas.ripple import Move, move_of

from . import network_reads
from .network_reads import NodeRow


@dataclass(frozen=True, slots=True)
class Stretch:
    """Milestones that may move, those just before them, which are fixed here, and the links into the first."""

    rows: dict[UUID, NodeRow]
    before: dict[UUID, NodeRow]
    links: list[Link]
    today: date
    calendar: WorkCalendar

    def network(self) -> Network:
        """Sorted for a pass; what will not come drops out.

        Raises:
            Circle: never with what the actions wrote.
        """
        return Network(self._nodes(), self.links, self.calendar)

    def _nodes(self) -> Iterator[Node]:
        today = self.today
        for row in self.rows.values():
            if not row.is_dropped:
                yield Node(row.id, own_date(row, today), row.duration_days, row.actual_on is not None)
        for row in self.before.values():
            if not row.is_dropped:
                yield Node(row.id, expected_date(row, today), row.duration_days, is_fixed=True)

    def forecast(self, milestone_id: UUID, forecast_on: date) -> "Stretch":
        """As if the owner forecast this day."""
        changed = self.rows[milestone_id]._replace(forecast_on=forecast_on)
        return replace(self, rows={**self.rows, milestone_id: changed})

    def move(self, trigger: UUID, before: Pin) -> Move:
        """What follows from the trigger, which was as pinned, being as it is here."""
        return move_of(self.network(), trigger, before)

    def pushed_dates(self, finish_on: Mapping[UUID, date]) -> dict[UUID, date | None]:
        """The computed dates that differ from those stored: where predecessors push beyond the owner's own date."""
        changed = {}
        for key, row in self.rows.items():
            finish = finish_on.get(key)
            computed = None
            if finish is not None and row.actual_on is None and finish > own_date(row, self.today):
                computed = finish
            if computed != row.computed_on:
                changed[key] = computed
        return changed


def stretch_from(milestone_ids: Collection[UUID]) -> Stretch:
    """All that waits for these milestones, in two or three queries; its size is that of the part, not of the whole."""
    rows = network_reads.downstream(milestone_ids)
    links = network_reads.links_into(rows)
    outside = {link.predecessor for link in links} - rows.keys()
    return Stretch(rows, network_reads.named(outside), links, calendar().today, work_calendar())


def stretch_around(milestone_ids: Collection[UUID]) -> Stretch:
    """The whole networks that these milestones are part of."""
    rows = network_reads.around(milestone_ids)
    return Stretch(rows, {}, network_reads.links_into(rows), calendar().today, work_calendar())


def pin_of(row: NodeRow, today: date) -> Pin:
    """A milestone as it is expected now."""
    return Pin(expected_date(row, today), row.duration_days)
