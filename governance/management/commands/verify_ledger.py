"""Verify the hash chains: `manage.py verify_ledger [--organization SLUG]`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cat4.accounts.selectors import organization_by_slug, organization_ids
from cat4.tenancy.context import organization_context
from cat4.tenancy.models import Organization
from governance.months.actions.snapshots import broken_snapshot
from governance.proofs.actions.verifying import verify_now


class Command(BaseCommand):
    help = (
        "Walk each organization's ledger and its snapshots, compare it with kept heads and with the rows of today; "
        "exit 1 and name what doesn't hold."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organization", metavar="SLUG", help="only this one")

    def handle(self, *args: Any, organization: str | None = None, **options: Any) -> None:
        broken = [organization for organization in self._chosen(organization) if not self._holds(organization)]
        if broken:
            raise CommandError(f"The ledger is broken in: {', '.join(tenant.slug for tenant in broken)}.", returncode=1)

    def _chosen(self, slug: str | None) -> list[Organization]:
        if slug is None:
            return [Organization.objects.get(pk=pk) for pk in organization_ids()]
        try:
            return [organization_by_slug(slug)]
        except Organization.DoesNotExist:
            raise CommandError(f"There is no organization {slug}.", returncode=2) from None

    def _holds(self, organization: Organization) -> bool:
        with organization_context(organization.pk):
            report, snapshot = verify_now(), broken_snapshot()
        if snapshot:
            self.stdout.write(f"{organization.slug}: {snapshot}.")
        for finding in report.findings:
            self.stdout.write(f"{organization.slug}: {finding}.")
        if report.is_intact:
            self.stdout.write(f"{organization.slug}: {report.entries} entries, intact.")
        elif report.broken_sequence is not None:
            self.stdout.write(f"{organization.slug}: broken at entry {report.broken_sequence}: {report.problem}.")
        return report.is_intact and not snapshot
