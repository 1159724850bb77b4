"""Write docs/states.md: `manage.py state_diagrams`."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from governance.diagrams import state_page


class Command(BaseCommand):
    help = "Write docs/states.md from the tables of edges."

    def handle(self, *args: Any, **options: Any) -> None:
        path = settings.BASE_DIR / "docs" / "states.md"
        path.write_text(state_page(), encoding="utf-8")
        self.stdout.write(f"Wrote {path}.")
