"""The roadmap as its page takes it: the drawing, and the same as lines of a table."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.urls import reverse
from django.utils.translation import ngettext

from cat4.web import formats, timeline
from cat4.web.csv_file import CsvColumn, csv_table
from cat4.web.timeline import Look, Zoom
from measures.constants import DependencyKind

from ..selectors.roadmap import Dated, Roadmap, RoadmapRow, State

WORDS = {State.DONE: "Done", State.LATE: "Late", State.MOVED: "Moved by a slip", State.PLAN: "On plan"}
_LOOKS = {State.DONE: Look.DONE, State.LATE: Look.LATE, State.MOVED: Look.MOVED, State.PLAN: Look.PLAN}


@dataclass(frozen=True, slots=True)
class TableLine:
    """A milestone in words; `waits_for` names what it waits for among what is shown."""

    group: str
    row: RoadmapRow
    milestone: Dated
    waits_for: str

    @property
    def state(self) -> str:
        return WORDS[self.milestone.state]


# In the order of the file.
COLUMNS: tuple[CsvColumn[TableLine], ...] = (
    CsvColumn("Program", lambda line: line.group),
    CsvColumn("Code", lambda line: line.row.code),
    CsvColumn("Measure", lambda line: line.row.name),
    CsvColumn("Owner", lambda line: line.row.owner),
    CsvColumn("Milestone", lambda line: line.milestone.number),
    CsvColumn("Name", lambda line: line.milestone.name),
    CsvColumn("Baseline", lambda line: line.milestone.baseline_on.isoformat()),
    CsvColumn("Expected", lambda line: line.milestone.expected_on.isoformat()),
    CsvColumn("Working days against baseline", lambda line: line.milestone.days),
    CsvColumn("State", lambda line: line.state),
    CsvColumn("Waits for", lambda line: line.waits_for),
)


def drawing(found: Roadmap, *, first: date, zoom: Zoom, today: date, fiscal_year_start: int) -> timeline.Plot:
    """The geometry of the rows."""
    groups = [timeline.Group(name, [_lane(row) for row in rows]) for name, rows in found.groups]
    names = _names(found)
    links = [
        timeline.Link(
            str(link.predecessor_id),
            str(link.successor_id),
            link.is_hot,
            f"{names[link.successor_id]} waits for {names[link.predecessor_id]}{terms(link.kind, link.lag_days)}",
        )
        for link in found.links
    ]
    on = timeline.scale(first, zoom)
    return timeline.plot(groups, links, on, zoom, today=today, fiscal_year_start=fiscal_year_start)


def terms(kind: DependencyKind, lag_days: int) -> str:
    """`, start to start, 5 working days later`; nothing for the plain kind."""
    parts = [] if kind == DependencyKind.FINISH_START else [str(kind.label).lower()]
    if lag_days:
        days = ngettext("%d working day", "%d working days", abs(lag_days)) % abs(lag_days)
        parts.append(f"{days} {'later' if lag_days > 0 else 'earlier'}")
    return "".join(f", {part}" for part in parts)


def table_lines(found: Roadmap) -> list[TableLine]:
    """Every milestone of the shown measures."""
    names, waits = _names(found), defaultdict(list)
    for link in found.links:
        waits[link.successor_id].append(f"{names[link.predecessor_id]}{terms(link.kind, link.lag_days)}")
    return [
        TableLine(group, row, milestone, "; ".join(waits[milestone.id]))
        for group, rows in found.groups
        for row in rows
        for milestone in row.milestones
    ]


def open_milestones(found: Roadmap) -> list[tuple[str, list[tuple[UUID, str]]]]:
    """What can slip, by measure, for a list to choose from."""
    listed = []
    for row in found.rows:
        choices = [
            (milestone.id, f"{row.code}, {milestone.number} {milestone.name}")
            for milestone in row.milestones
            if milestone.state != State.DONE
        ]
        if choices:
            listed.append((row.name, choices))
    return listed


def csv_of(found: Roadmap) -> bytes:
    """The shown milestones as CSV, dates as year-month-day."""
    return csv_table(COLUMNS, table_lines(found))


def _names(found: Roadmap) -> dict[UUID, str]:
    return {milestone.id: f"{row.code} {milestone.number}" for row in found.rows for milestone in row.milestones}


def _lane(row: RoadmapRow) -> timeline.Lane:
    marks = [
        timeline.Mark(
            key=str(milestone.id),
            on=milestone.expected_on,
            was_on=milestone.baseline_on,
            look=_LOOKS[milestone.state],
            label=f"{milestone.number} {formats.signed(milestone.days)}" if milestone.days else milestone.number,
            words=_in_words(row, milestone),
            href=f"{reverse('measures:milestones', args=[row.id])}#milestone-{milestone.id}",
        )
        for milestone in row.milestones
    ]
    return timeline.Lane(marks, row.start_on, row.end_on, row.done_until)


def _in_words(row: RoadmapRow, dated: Dated) -> str:
    """`OPS-011 M3 Line 4 dismantled: 24 Sep 2026, late, +21 working days against 26 Aug 2026`."""
    said = f"{row.code} {dated.number} {dated.name}: {formats.day(dated.expected_on)}, {WORDS[dated.state].lower()}"
    if not dated.days:
        return said
    days = ngettext("%s working day", "%s working days", abs(dated.days)) % formats.signed(dated.days)
    return f"{said}, {days} against {formats.day(dated.baseline_on)}"
