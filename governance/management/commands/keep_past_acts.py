"""Put what happened before entries held their facts into the ledger: `manage.py keep_past_acts`, after each upgrade."""

from typing import Any

from django.core.management.base import BaseCommand

from cat4.accounts.selectors import organization_by_id, organization_ids
from cat4.tenancy.context import organization_context
from governance.proofs.actions.past_acts import keep_past_acts


class Command(BaseCommand):
    help = "Write one ledger entry for each measure whose past acts no entry holds. Run again, it writes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        for organization_id in organization_ids():
            with organization_context(organization_id):
                written = keep_past_acts()
            if written:
                slug = organization_by_id(organization_id).slug
                self.stdout.write(f"{slug}: past acts of {written} measures are in the ledger now.")
