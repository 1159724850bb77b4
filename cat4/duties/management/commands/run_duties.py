"""manage.py run_duties: the hourly round, now."""

from typing import Any

from django.core.management.base import BaseCommand

from cat4.duties.tasks import run_duties


class Command(BaseCommand):
    """For operators after a standstill, and for the demo when its day turns."""

    help = "Do what is due by today in every organization; a second run finds nothing to do."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{run_duties()} done.")
