"""A backup is restored into a database of its own and verified; what doesn't hold is named, with exit code 1."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection

from cat4 import clock
from cat4.audit.models import AuditEntry
from cat4.launcher import roles
from cat4.launcher.state import CHECKOUT
from measures.models import Document
from tests import databases
from tests.recovery import backups
from tests.recovery.conftest import Scene


@pytest.fixture
def scratch(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The name of a database that isn't there yet, and what the command finds in the environment."""
    name = f"{databases.database_name()}_rehearsal"
    present = roles.replace_in_url(os.environ["DATABASE_URL"], database=databases.database_name())
    monkeypatch.setenv("PATH", backups.search_path())
    monkeypatch.setenv("CAT4_ADMIN_URL", backups.administrator_url())
    monkeypatch.setenv("DATABASE_URL", present)
    yield name
    backups.script("restore.sh", "drop", name, **backups.login(backups.administrator_url()))


@pytest.fixture
def backup(scene: Scene) -> Path:
    done = scene.back_up()
    assert done.returncode == 0, done.stderr
    return scene.backup


def rehearse(backup: Path, *arguments: str) -> tuple[int, list[str]]:
    """The exit code, and what the command says, its error last."""
    words = StringIO()
    try:
        call_command("rehearse_restore", str(backup), *arguments, stdout=words)
    except CommandError as error:
        return error.returncode, [*words.getvalue().splitlines(), str(error)]
    return 0, words.getvalue().splitlines()


def databases_named(name: str) -> int:
    with backups.as_administrator("postgres") as administrator:
        query = "SELECT count(*) FROM pg_database WHERE datname = %s"
        (found,) = administrator.execute(query, [name]).fetchone() or (None,)
    assert found is not None
    return int(found)


def test_a_backup_is_restored_into_another_database_verified_and_dropped(
    scene: Scene, backup: Path, scratch: str
) -> None:
    code, said = rehearse(backup, "--database", scratch)
    assert code == 0, said
    rows, files, *ledgers, age, verdict = said
    assert re.fullmatch(r"\d+ tables, \d+ rows in the dump\.", rows)
    assert files == "2 files named by rows."
    assert sorted(ledgers) == ["alder: 1 entries, intact.", "twin: 0 entries, intact."]
    assert re.fullmatch(r"The last change in it is of 2026-10-14 09:00 UTC, .+ ago\.", age)
    assert verdict == "The backup holds."
    assert databases_named(scratch) == 0


def test_a_changed_file_and_a_missing_row_are_each_named(scene: Scene, backup: Path, scratch: str) -> None:
    """Restored by the script as in the containers, and verified by the command in a process of its own."""
    restored = backups.script("restore.sh", backup, scratch, **backups.login(backups.administrator_url()))
    assert restored.returncode == 0, restored.stderr
    first, second = scene.documents
    with backups.as_administrator(scratch) as administrator:
        # Without its triggers, as a damaged disk would.
        administrator.execute("SET session_replication_role = replica")
        administrator.execute("DELETE FROM measures_document WHERE id = %s", [second.pk])
    (backup / "files" / first.storage_key).write_bytes(b"month;amount\nSep;9")
    url = roles.replace_in_url(os.environ["DATABASE_URL"], database=scratch)
    done = subprocess.run(
        [sys.executable, "manage.py", "rehearse_restore", "--restored", str(backup)],
        cwd=CHECKOUT,
        env=os.environ | {"DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    found = done.stdout.splitlines()
    assert "measures_document: 1 row instead of 2 rows." in found
    assert f"alder: document {first.pk}, {first.storage_key}: the file's content has changed." in found
    assert done.stderr == "CommandError: The backup doesn't hold: 2 found.\n"


def test_a_missing_file_is_named(scene: Scene, backup: Path) -> None:
    first, _ = scene.documents
    (backup / "files" / first.storage_key).unlink()
    code, said = rehearse(backup, "--restored")
    assert code == 1
    assert f"alder: document {first.pk}, {first.storage_key}: the file is missing." in said
    assert said[-1] == "The backup doesn't hold: 1 found."


def test_rows_that_the_dump_lacks_are_named_too(scene: Scene, backup: Path) -> None:
    with scene.world.inside():
        scene.world.measure("M-2")
    code, said = rehearse(backup, "--restored")
    assert (code, said[-2:]) == (
        1,
        ["measures_measure: 2 rows instead of 1 row.", "The backup doesn't hold: 1 found."],
    )


def test_a_table_that_one_of_them_lacks_is_named(backup: Path) -> None:
    listing = backup / "rows.tsv"
    lines = [line for line in listing.read_text().splitlines() if not line.startswith("measures_risk\t")]
    listing.write_text("\n".join([*lines, "measures_past\t3"]) + "\n")
    code, said = rehearse(backup, "--restored")
    assert (code, said[-3:]) == (
        1,
        [
            "measures_past: no table instead of 3 rows.",
            "measures_risk: 0 rows instead of no table.",
            "The backup doesn't hold: 2 found.",
        ],
    )


def test_a_broken_ledger_is_named(scene: Scene, backup: Path) -> None:
    with scene.world.inside():
        entry = AuditEntry.objects.filter(ledger__isnull=False).latest("at")
    with backups.as_administrator(databases.database_name()) as administrator:
        administrator.execute("SET session_replication_role = replica")
        administrator.execute("UPDATE audit_auditentry SET summary = 'refused' WHERE id = %s", [entry.pk])
    code, said = rehearse(backup, "--restored")
    assert code == 1
    assert "alder: broken at entry 1: the audit entry it stands for was changed." in said
    assert "The ledger is broken in: alder." in said


def test_how_old_the_restored_state_is_is_said(backup: Path) -> None:
    with clock.at(datetime(2026, 10, 16, 12, 34, tzinfo=UTC)):
        code, said = rehearse(backup, "--restored")
    assert code == 0
    assert said[-2] == "The last change in it is of 2026-10-14 09:00 UTC, 2 d 3 h 34 min ago."


def test_a_role_that_could_pass_the_policies_verifies_nothing(backup: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cat4.tenancy.checks._serving_role", lambda: ("postgres", "superuser"))
    code, said = rehearse(backup, "--restored")
    assert code == 1
    assert "tenancy.E003: The database role postgres could bypass row-level security: superuser." in said


def test_a_backup_of_another_version_is_told_apart(transactional_db: None, tmp_path: Path) -> None:
    with databases.as_owner(databases.database_name()) as owner:
        owner.execute("UPDATE django_migrations SET name = '0099_of_tomorrow' WHERE name = '0004_second_factor'")
    code, said = rehearse(tmp_path, "--restored")
    assert code == 1
    assert "The backup has accounts.0099_of_tomorrow, which this version doesn't know." in said
    assert "The backup is from before accounts.0004_second_factor: rehearse with its own version." in said


def test_a_folder_that_is_no_backup_restores_nothing(tmp_path: Path, transactional_db: None, scratch: str) -> None:
    code, said = rehearse(tmp_path, "--database", scratch)
    assert code == 1
    assert said[-1].startswith("The backup can't be restored: ")
    assert databases_named(scratch) == 0


def test_without_an_administrator_nothing_is_restored(
    tmp_path: Path, transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CAT4_ADMIN_URL", raising=False)
    assert rehearse(tmp_path) == (2, ["CAT4_ADMIN_URL names no administrator of the database server."])


def test_only_a_database_for_rehearsals_is_ever_replaced(scene: Scene, backup: Path) -> None:
    name = databases.database_name()
    done = backups.script("restore.sh", backup, name, **backups.login(backups.administrator_url()))
    assert (done.returncode, done.stderr) == (
        2,
        f"{name} would be replaced: name one that ends with _rehearsal\n",
    )
    connection.close()
    with scene.world.inside():
        assert Document.objects.count() == 2


def test_a_damaged_dump_isn_t_restored(backup: Path, scratch: str) -> None:
    with (backup / "cat4.dump").open("r+b") as dump:
        dump.seek(5000)
        dump.write(b"damaged")
    done = backups.script("restore.sh", backup, scratch, **backups.login(backups.administrator_url()))
    assert done.returncode == 1
    assert done.stdout == "./cat4.dump: FAILED\n"
    assert databases_named(scratch) == 0


def test_files_of_the_test_lie_where_the_backup_takes_them(scene: Scene, backup: Path) -> None:
    kept = {path.relative_to(backup / "files").as_posix() for path in (backup / "files").rglob("*") if path.is_file()}
    assert kept >= {document.storage_key for document in scene.documents}
    for document in scene.documents:
        assert (backup / "files" / document.storage_key).read_bytes() == default_storage.open(
            document.storage_key
        ).read()
