"""Load a portfolio from a file: `manage.py import_portfolio --organization SLUG --mapping NAME FILE`."""

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cat4.accounts.actor import Actor
from cat4.accounts.models import User
from cat4.accounts.selectors import membership_of, organization_by_slug
from cat4.errors import Invalid
from cat4.tenancy.context import organization_context
from cat4.tenancy.models import Organization
from cat4.web.csv_file import csv_bytes
from hierarchy.people.selectors.actors import load_actor
from integrations.constants import Outcome
from integrations.portfolios.actions.import_portfolio import Options, import_portfolio, operator_actor
from integrations.portfolios.mapping import load_mapping, mapping_names
from integrations.portfolios.reading import read_file
from integrations.portfolios.reports import ImportReport, RowReport

_SHOWN = 40
_EVERY = 100


class Command(BaseCommand):
    help = "Read a file with a mapping into an organization. Re-running the same file changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--organization", required=True, help="its slug")
        parser.add_argument("--mapping", required=True, help=f"one of: {', '.join(mapping_names())}")
        parser.add_argument(
            "--as", dest="email", help="act as this member; otherwise as the operator of the installation"
        )
        parser.add_argument("--encoding", default="", help="overrides the mapping's")
        parser.add_argument(
            "--as-of",
            type=date.fromisoformat,
            help="the day that the file describes; otherwise the mapping's, else today",
        )
        parser.add_argument("--dry-run", action="store_true", help="report, and write nothing")
        parser.add_argument("--all-or-nothing", action="store_true", help="keep nothing unless every row goes in")
        parser.add_argument("--report", type=Path, help="write a CSV with a line per row of the file")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            organization = organization_by_slug(options["organization"])
            mapping = load_mapping(options["mapping"])
            source = read_file(options["file"], mapping, encoding=options["encoding"])
            with organization_context(organization.pk):
                report = import_portfolio(
                    _actor(organization, options["email"]),
                    source,
                    mapping,
                    options=Options(options["dry_run"], options["all_or_nothing"], options["as_of"]),
                    progress=self._tell_progress,
                )
        except Organization.DoesNotExist as error:
            raise CommandError(f"There is no organization {options['organization']!r}.") from error
        except Invalid as error:
            raise CommandError(str(error)) from error
        if options["report"]:
            _write_report(options["report"], report)
        self._tell(report, dry_run=options["dry_run"])

    def _tell_progress(self, rows: int) -> None:
        if rows % _EVERY == 0:
            self.stderr.write(f"{rows} rows read")

    def _tell(self, report: ImportReport, *, dry_run: bool) -> None:
        spoken = [row for row in report.rows if row.messages and row.outcome != Outcome.BLANK]
        for row in sorted(spoken, key=lambda row: row.outcome != Outcome.REJECTED)[:_SHOWN]:
            self.stdout.write(_sentence(row))
        if len(spoken) > _SHOWN:
            self.stdout.write(
                f"... and {len(spoken) - _SHOWN} more rows with remarks. See them all with --report FILE."
            )
        self.stdout.write(", ".join(f"{report.count(outcome)} {outcome.label.lower()}" for outcome in Outcome))
        if dry_run:
            self.stdout.write("Dry run: nothing was written.")
        elif not report.committed:
            raise CommandError(
                f"Nothing was written: {len(report.rejected)} rows were rejected, and all or nothing was asked for."
            )


def _actor(organization: Organization, email: str | None) -> Actor:
    if not email:
        return operator_actor(organization.pk)
    user = User.objects.filter(email=email.strip().lower()).first()
    membership = membership_of(user.pk, organization.slug) if user else None
    if membership is None:
        raise CommandError(f"{email} is no member of {organization}.")
    return load_actor(membership, cause="import")


def _sentence(row: RowReport) -> str:
    name = f" {row.external_id}" if row.external_id else ""
    place = f"row {row.number}" if row.number else "no row"
    return f"{place}{name}, {row.outcome.label.lower()}: {' '.join(row.messages)}"


def _write_report(path: Path, report: ImportReport) -> None:
    rows = ([row.number or "", row.external_id, row.outcome.label, " ".join(row.messages)] for row in report.rows)
    path.write_bytes(csv_bytes(["row", "external id", "outcome", "remarks"], rows))
