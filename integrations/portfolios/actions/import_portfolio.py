"""A file into a portfolio: every row gets its own answer, and a bad one never stops the good ones."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction

from cat4 import clock
from cat4.accounts.actor import Actor, Grant, Role
from cat4.audit.actions import record as record_audit
from cat4.errors import Cat4Error, Invalid
from cat4.wording import day_name
from hierarchy.nodes.selectors.nodes import root_node
from hierarchy.organization.selectors import organization
from integrations.constants import Outcome, Verb
from integrations.models import ImportRow, ImportRun
from measures.schedule.actions.network import hold_network

from ..mapping import Mapping
from ..reading import RawRow, SourceFile, rows_of
from ..records import Record, RecordReader
from ..reports import ImportReport, RowReport
from ..selectors import latest_run, measures_not_named
from .placement import Placement
from .rows import Origin, import_record

Progress = Callable[[int], None]


class _Undo(Exception):
    """Leaves the transaction without keeping what was written in it."""


@dataclass(frozen=True, slots=True)
class Options:
    """`dry_run` writes nothing; `all_or_nothing` keeps nothing unless every row went in.

    `as_of` is the day that the file describes: without it the mapping's, else today.
    """

    dry_run: bool = False
    all_or_nothing: bool = False
    as_of: date | None = None


def operator_actor(organization_id: UUID) -> Actor:
    """The operator at the shell, who has no membership: acts as portfolio manager of the whole organization."""
    grants = (Grant(Role.PMO, root_node().pk),)
    return Actor(UUID(int=0), "Import", organization_id, is_admin=True, grants=grants, cause="import")


def import_portfolio(
    actor: Actor, source: SourceFile, mapping: Mapping, *, options: Options, progress: Progress | None = None
) -> ImportReport:
    """Read a file and write what it says, through the same actions as the pages.

    Re-reading the same file changes nothing. Values that were changed here since, and in the file too, are
    left as they are and reported as a conflict. Measures that the file no longer names stay, and are told.

    Raises:
        Invalid: the file as a whole can't be read by this mapping, or describes an earlier day than the last one
            of its source; nothing was written.
    """
    report = ImportReport()
    as_of = _as_of(options, mapping, source)
    reader = RecordReader(mapping, as_of)
    origin = Origin(source.name, as_of, Placement(actor, mapping.source_system))
    try:
        with transaction.atomic():
            hold_network()
            run = ImportRun(
                mapping=mapping.name,
                source_system=mapping.source_system,
                as_of=as_of,
                file_name=source.name[:200],
                sha256=source.sha256,
                dry_run=False,
                started_at=clock.now(),
                started_by_name=actor.name,
            )
            for row in rows_of(source, mapping):
                report.rows.append(_import_row(actor, row, reader, origin))
                (progress or _quiet)(len(report.rows))
            report.rows += _missing(mapping, report)
            if options.dry_run or (options.all_or_nothing and report.rejected):
                raise _Undo
            _keep_report(actor, run, report)
    except _Undo:
        return report
    report.committed = True
    return report


def _quiet(rows: int) -> None:
    """Nobody watches."""


def _as_of(options: Options, mapping: Mapping, source: SourceFile) -> date:
    """The day that the file describes: not in the future, and not before that of the source's last file."""
    today = clock.today(organization().time_zone)
    as_of = options.as_of or mapping.as_of or today
    if as_of > today:
        raise Invalid({"as_of": f"{source.name} describes {day_name(as_of)}, which lies in the future."})
    last = latest_run(mapping.source_system)
    if last is not None and last.as_of is not None and as_of < last.as_of:
        raise Invalid(
            {
                "as_of": f"{source.name} describes {day_name(as_of)}, but {last.file_name} of {day_name(last.as_of)} "
                "was read already. An older file would take newer values back; read files in the order of their days."
            }
        )
    return as_of


def _missing(mapping: Mapping, report: ImportReport) -> list[RowReport]:
    """Open measures of the source that the file doesn't name: told, and left as they are."""
    last = latest_run(mapping.source_system)
    named = {row.external_id for row in report.rows}
    found = []
    for measure, was_in_last in measures_not_named(mapping.source_system, named, last):
        was = f"It was in {last.file_name}, and" if last and was_in_last else "It"
        sentence = f"{measure.code} {measure.name}: {was} isn't in this file. It stays as it is here."
        found.append(RowReport(0, measure.external_id, Outcome.MISSING, [sentence]))
    return found


def _import_row(actor: Actor, row: RawRow, reader: RecordReader, origin: Origin) -> RowReport:
    if row.is_blank:
        return RowReport(row.number, "", Outcome.BLANK, ["The row is blank."])
    record = reader.read(row)
    if record.problems:
        return RowReport(row.number, record.external_id, Outcome.REJECTED, record.problems + record.notes)
    try:
        with transaction.atomic():
            return import_record(actor, record, origin)
    except Cat4Error as error:
        origin.placement.forget()
        return RowReport(row.number, record.external_id, Outcome.REJECTED, [*_in_columns(error, record), *record.notes])


def _in_columns(error: Cat4Error, record: Record) -> list[str]:
    """Why a row went in nowhere, each reason with the column of the file that it is about."""
    if not isinstance(error, Invalid):
        return [str(error)]
    named = {record.columns.get(name, name): " ".join(sentences) for name, sentences in error.errors.items()}
    return [f"{name}: {sentence}" if name else sentence for name, sentence in named.items()]


def _keep_report(actor: Actor, run: ImportRun, report: ImportReport) -> None:
    run.finished_at, run.counts = clock.now(), report.counts
    run.save(force_insert=True)
    ImportRow.objects.bulk_create(
        ImportRow(run=run, number=row.number, external_id=row.external_id, outcome=row.outcome, messages=row.messages)
        for row in report.rows
    )
    counts = ", ".join(f"{count} {outcome}" for outcome, count in sorted(report.counts.items()))
    summary = f"imported {run.file_name} with {run.mapping}: {counts}"
    record_audit(actor, Verb.PORTFOLIO_IMPORTED, run, summary=summary, change={"sha256": run.sha256, **report.counts})
