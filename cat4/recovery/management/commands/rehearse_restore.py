"""Try a backup: `manage.py rehearse_restore FOLDER`. What a backup is, deploy/postgres/backup.sh says."""

import os
import subprocess
import sys
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import run_checks
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from psycopg.conninfo import conninfo_to_dict

from cat4 import clock
from cat4.launcher.roles import replace_in_url
from cat4.recovery.rehearsal import damaged_files, differing_tables, expected_rows, newest_entry, other_migrations

SCRATCH = "cat4_rehearsal"
ADMINISTRATOR = "CAT4_ADMIN_URL"
# Where nothing listens: old data must not put work on the queue of today.
NO_BROKER = "redis://127.0.0.1:1/0"
_LIBPQ = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "sslmode": "PGSSLMODE"}


class Command(BaseCommand):
    help = (
        "Restore a backup into a scratch database, verify it and its files, and drop it again; exit 1 and "
        "name what doesn't hold. --restored: DATABASE_URL names a database into which it was restored already."
    )
    # Django's own wouldn't say which of them failed.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("backup", type=Path, help="the folder of a backup")
        parser.add_argument("--database", default=SCRATCH, help=f"the scratch database; default: {SCRATCH}")
        parser.add_argument("--restored", action="store_true", help="verify the database that DATABASE_URL names")

    def handle(self, *args: Any, backup: Path, database: str, restored: bool, **options: Any) -> None:
        if restored:
            self._verify(backup)
        else:
            self._rehearse(backup.resolve(), database)

    def _rehearse(self, backup: Path, database: str) -> None:
        administrator = os.environ.get(ADMINISTRATOR)
        if not administrator:
            raise CommandError(f"{ADMINISTRATOR} names no administrator of the database server.", returncode=2)
        login = {_LIBPQ[key]: str(value) for key, value in conninfo_to_dict(administrator).items() if key in _LIBPQ}
        try:
            self._restore(login, str(backup), database)
            verified = _manage(database, "rehearse_restore", "--restored", str(backup))
        finally:
            self._restore(login, "drop", database)
        self.stdout.write(verified.stdout, ending="")
        if verified.returncode:
            raise CommandError(verified.stderr.strip(), returncode=verified.returncode)

    def _restore(self, login: dict[str, str], *arguments: str) -> None:
        script = settings.BASE_DIR / "deploy" / "postgres" / "restore.sh"
        done = _run(["bash", str(script), *arguments], os.environ | login)
        if done.returncode:
            raise CommandError(
                f"The backup can't be restored: {done.stderr.strip() or done.stdout.strip()}", returncode=1
            )

    def _verify(self, backup: Path) -> None:
        problems = other_migrations()
        if not problems:
            problems = [*self._rows(backup), *_failed_checks(), *self._files(backup), *self._ledgers()]
            self._say_age()
        for problem in problems:
            self.stdout.write(f"{problem}.")
        if problems:
            raise CommandError(f"The backup doesn't hold: {len(problems)} found.", returncode=1)
        self.stdout.write("The backup holds.")

    def _rows(self, backup: Path) -> list[str]:
        """First of all: whoever verifies a ledger adds a row."""
        try:
            expected = expected_rows(backup / "rows.tsv")
        except (OSError, ValueError) as error:
            return [f"How many rows the dump has can't be read: {error}"]
        self.stdout.write(f"{len(expected)} tables, {sum(expected.values())} rows in the dump.")
        return differing_tables(expected)

    def _files(self, backup: Path) -> list[str]:
        checked, problems = damaged_files(backup / "files")
        self.stdout.write(f"{checked} files named by rows.")
        return problems

    def _ledgers(self) -> list[str]:
        words = StringIO()
        try:
            call_command("verify_ledger", stdout=words)
        except CommandError as error:
            return [*(line.rstrip(".") for line in words.getvalue().splitlines()), str(error).rstrip(".")]
        self.stdout.write(words.getvalue(), ending="")
        return []

    def _say_age(self) -> None:
        newest = newest_entry()
        if newest is None:
            self.stdout.write("No change is recorded: nothing tells how old the restored state is.")
            return
        age = clock.now() - newest
        self.stdout.write(f"The last change in it is of {newest:%Y-%m-%d %H:%M} UTC, {_in_words(age)} ago.")


def _failed_checks() -> list[str]:
    """What `manage.py check --database default` would say: a role that could pass the policies, above all."""
    found = run_checks(databases=["default"])
    return [f"{message.id}: {message.msg.rstrip('.')}" for message in found if message.is_serious()]


def _manage(database: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own, connected to the scratch database as the serving role."""
    environment = {name: value for name, value in os.environ.items() if name not in {"CAT4_ROLE", ADMINISTRATOR}}
    environment["DATABASE_URL"] = replace_in_url(os.environ["DATABASE_URL"], database=database)
    environment["REDIS_URL"] = NO_BROKER
    return _run([sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments], environment)


def _run(command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603


def _in_words(age: timedelta) -> str:
    hours, minutes = divmod(int(age.total_seconds()) // 60, 60)
    days, hours = divmod(hours, 24)
    parts = ((days, "d"), (hours, "h"), (minutes, "min"))
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or "less than a minute"
