"""A file into a portfolio: every row gets its own answer, and a bad one never stops the good ones."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from cat4 import clock
from cat4.accounts.actor import Actor, Grant, Role
from cat4.audit.actions import record as record_audit
from cat4.errors import Cat4Error
from hierarchy.selectors.nodes import root_node
from hierarchy.selectors.settings import organization

from ..constants import Outcome, Verb
from ..mapping import Mapping
from ..models import ImportRow, ImportRun
from ..reading import RawRow, SourceFile, rows_of
from ..records import RecordReader
from ..reports import ImportReport, RowReport
from .placement import Placement
from .rows import import_record

Progress = Callable[[int], None]


class _Undo(Exception):
    """Leaves the transaction without keeping what was written in it."""


@dataclass(frozen=True, slots=True)
class Options:
    """`dry_run` writes nothing; `all_or_nothing` keeps nothing unless every row went in."""

    dry_run: bool = False
    all_or_nothing: bool = False


def operator_actor(organization_id: UUID) -> Actor:
    """The operator at the shell, who has no membership: acts as portfolio manager of the whole organization."""
    grants = (Grant(Role.PMO, root_node().pk),)
    return Actor(UUID(int=0), "Import", organization_id, is_admin=True, grants=grants, cause="import")


def import_portfolio(
    actor: Actor, source: SourceFile, mapping: Mapping, *, options: Options, progress: Progress | None = None
) -> ImportReport:
    """Read a file and write what it says, through the same actions as the pages.

    Re-reading the same file changes nothing. Values that were changed here since, and in the file too, are
    left as they are and reported as a conflict.

    Raises:
        Invalid: the file as a whole can't be read by this mapping; nothing was written.
    """
    report = ImportReport()
    try:
        with transaction.atomic():
            started_at = clock.now()
            _import_rows(actor, rows_of(source, mapping), mapping, report, progress or (lambda _: None))
            if options.dry_run or (options.all_or_nothing and report.rejected):
                raise _Undo
            _keep_report(actor, source, mapping, report, started_at)
    except _Undo:
        return report
    report.committed = True
    return report


def _import_rows(
    actor: Actor, rows: Iterable[RawRow], mapping: Mapping, report: ImportReport, progress: Progress
) -> None:
    reader = RecordReader(mapping, clock.today(organization().time_zone))
    placement = Placement(actor, mapping.source_system)
    for row in rows:
        report.rows.append(_import_row(actor, row, reader, placement))
        progress(len(report.rows))


def _import_row(actor: Actor, row: RawRow, reader: RecordReader, placement: Placement) -> RowReport:
    if row.is_blank:
        return RowReport(row.number, "", Outcome.BLANK, ["The row is blank."])
    record = reader.read(row)
    if record.problems:
        return RowReport(row.number, record.external_id, Outcome.REJECTED, record.problems + record.notes)
    try:
        with transaction.atomic():
            return import_record(actor, record, placement)
    except Cat4Error as error:
        placement.forget()
        return RowReport(row.number, record.external_id, Outcome.REJECTED, [str(error), *record.notes])


def _keep_report(
    actor: Actor, source: SourceFile, mapping: Mapping, report: ImportReport, started_at: datetime
) -> None:
    run = ImportRun.objects.create(
        mapping=mapping.name,
        file_name=source.name[:200],
        sha256=source.sha256,
        dry_run=False,
        started_at=started_at,
        finished_at=clock.now(),
        started_by_name=actor.name,
        counts=report.counts,
    )
    ImportRow.objects.bulk_create(
        ImportRow(run=run, number=row.number, external_id=row.external_id, outcome=row.outcome, messages=row.messages)
        for row in report.rows
    )
    counts = ", ".join(f"{count} {outcome}" for outcome, count in sorted(report.counts.items()))
    summary = f"imported {source.name} with {mapping.name}: {counts}"
    record_audit(
        actor, Verb.PORTFOLIO_IMPORTED, run, summary=summary, change={"sha256": source.sha256, **report.counts}
    )
