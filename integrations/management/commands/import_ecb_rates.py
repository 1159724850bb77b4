"""Take over reference rates: `manage.py import_ecb_rates ORGANIZATION FILE [--dry-run]`."""

from argparse import ArgumentTypeError
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cat4.accounts.selectors import organization_by_slug
from cat4.errors import Cat4Error
from cat4.tenancy.context import organization_context
from cat4.tenancy.models import Organization
from hierarchy.models import RateSet
from integrations.constants import RateFate
from integrations.portfolios.actions.import_portfolio import operator_actor
from integrations.rates.actions import take_over_rates
from integrations.rates.comparison import PlanBasis
from integrations.rates.ecb import MAX_FILE_BYTES, read_quotes
from integrations.rates.selectors import Preview, preview_of, proposed_rates

_SHOWN = 60


class Command(BaseCommand):
    help = "Set average and closing rates from the European Central Bank's file. A second time changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("organization", help="its slug")
        parser.add_argument("file", type=Path, help="eurofxref-hist.zip, or its csv")
        parser.add_argument("--dry-run", action="store_true", help="say what would change, and write nothing")
        parser.add_argument(
            "--currency", action="append", default=[], help="beside those that are used; may be repeated"
        )
        parser.add_argument("--plan", type=int, metavar="YEAR", help="also set the plan rates of this fiscal year")
        parser.add_argument("--from", dest="first", type=_month, metavar="YYYY-MM", help="first month of their mean")
        parser.add_argument("--to", dest="last", type=_month, metavar="YYYY-MM", help="last month of their mean")

    def handle(self, *args: Any, **options: Any) -> None:
        plan = _plan(options)
        try:
            organization = organization_by_slug(options["organization"])
            quotes = read_quotes(_content(options["file"]), options["file"].name)
            with organization_context(organization.pk):
                proposal = proposed_rates(quotes, currencies=options["currency"], plan=plan)
                preview, versions = preview_of(proposal), list[RateSet]()
                if not options["dry_run"]:
                    preview, versions = take_over_rates(operator_actor(organization.pk), proposal)
        except Organization.DoesNotExist as error:
            raise CommandError(f"There is no organization {options['organization']!r}.") from error
        except Cat4Error as error:
            raise CommandError(str(error)) from error
        self._tell(preview)
        for version in versions:
            self.stdout.write(f"{version}.")
        if options["dry_run"]:
            self.stdout.write("Dry run: nothing was written.")
        elif not versions:
            self.stdout.write("Nothing differed: no new version.")

    def _tell(self, preview: Preview) -> None:
        for sentence in preview.proposal.remarks:
            self.stdout.write(sentence)
        for code in preview.proposal.not_quoted:
            self.stdout.write(f"{code} isn't quoted by the bank.")
        spoken = [line for line in preview.lines if line.fate is not RateFate.UNCHANGED]
        for line in spoken[:_SHOWN]:
            before = "none" if line.before is None else f"{line.before:f}"
            rate = f"{line.kind_label} {line.currency} {line.month:%Y-%m}"
            self.stdout.write(f"{rate}: {before} to {line.rate:f}, {line.fate.label.lower()}")
        if len(spoken) > _SHOWN:
            self.stdout.write(f"... and {len(spoken) - _SHOWN} more.")
        self.stdout.write(", ".join(f"{preview.counts[fate.value]} {fate.label.lower()}" for fate in RateFate))


def _month(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007
    except ValueError:
        raise ArgumentTypeError(f"{text} is no month. Write it as 2026-01.") from None


def _plan(options: dict[str, Any]) -> PlanBasis | None:
    given = [options[name] for name in ("plan", "first", "last")]
    if any(given) and not all(given):
        raise CommandError("Plan rates need --plan, --from and --to.")
    return PlanBasis(*given) if all(given) else None


def _content(path: Path) -> bytes:
    if not path.is_file():
        raise CommandError(f"There is no file {path}.")
    if path.stat().st_size > MAX_FILE_BYTES:
        raise CommandError(f"{path.name} has more than {MAX_FILE_BYTES // 1024**2} MB.")
    return path.read_bytes()
