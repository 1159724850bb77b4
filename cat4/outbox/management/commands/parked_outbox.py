"""Show what could not be settled, and let it be tried again."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from cat4.accounts.selectors import organization_by_id, organization_ids
from cat4.outbox.actions import release_parked
from cat4.outbox.models import OutboxRow
from cat4.tenancy.context import organization_context


class Command(BaseCommand):
    help = "List the parked outbox rows of every organization with their errors; --release tries them again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--release", action="store_true", help="make them due again, after the cause is mended")

    def handle(self, *args: Any, release: bool, **options: Any) -> None:
        total = 0
        for organization_id in organization_ids():
            with organization_context(organization_id):
                parked = list(OutboxRow.objects.filter(parked_at__isnull=False).order_by("parked_at"))
                for row in parked:
                    slug = organization_by_id(organization_id).slug
                    self.stdout.write(f"{slug}: {row.topic} {row.object_id}, {row.attempts} attempts: {row.error}")
                total += len(parked)
                if release:
                    release_parked()
        verb = "released" if release else "parked"
        self.stdout.write(f"{total} rows {verb}.")
