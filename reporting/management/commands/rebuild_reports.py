"""`manage.py rebuild_reports`: compute every roll-up anew, of one organization or of all."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cat4.accounts.selectors import organization_by_slug, organization_ids
from cat4.tenancy.context import organization_context
from cat4.tenancy.models import Organization
from reporting.rollups.actions.rebuild import begin, run_rebuild


class Command(BaseCommand):
    """Safe at any time: climbs wait meanwhile, and rows that were right are left alone."""

    help = "Compute the roll-ups of every node anew from the measures' totals."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--organization", metavar="SLUG", help="only this organization")

    def handle(self, *args: Any, **options: Any) -> None:
        slug = options["organization"]
        try:
            wanted = [organization_by_slug(slug).pk] if slug else organization_ids()
        except Organization.DoesNotExist as error:
            raise CommandError(f"There is no organization “{slug}”.") from error
        for organization_id in wanted:
            with organization_context(organization_id):
                run = begin()
            nodes = run_rebuild(organization_id, run.pk)
            self.stdout.write(f"{organization_id}: {nodes} nodes")
