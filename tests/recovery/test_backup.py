"""What the daily backup holds, for how long it is kept, and what happens when it fails."""

from __future__ import annotations

import os
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from cat4.launcher import roles
from tests import databases
from tests.recovery import backups
from tests.recovery.conftest import Scene


def rows_of(backup: Path) -> dict[str, int]:
    lines = (line.split("\t") for line in (backup / "rows.tsv").read_text().splitlines())
    return {table: int(rows) for table, rows in lines}


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_backup_holds_the_database_its_rows_by_table_and_the_files(scene: Scene) -> None:
    done = scene.back_up()
    assert (done.returncode, done.stdout) == (0, f"Backup {scene.backup}\n"), done.stderr
    assert names(scene.backup) == ["SHA256SUMS", "cat4.dump", "files", "rows.tsv"]
    rows = rows_of(scene.backup)
    assert (rows["measures_document"], rows["tenancy_organization"], rows["measures_risk"]) == (2, 2, 0)
    for document in scene.documents:
        assert (scene.backup / "files" / document.storage_key).is_file()
    assert (scene.backup / "cat4.dump").stat().st_mode & 0o077 == 0
    check = subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=scene.backup, check=False)
    assert check.returncode == 0


def test_a_text_that_looks_like_the_end_of_a_table_is_a_row(scene: Scene) -> None:
    with scene.world.inside():
        for number, text in enumerate(("\\.", "a\n\\.\nb", "COPY public.x (y) FROM stdin;"), start=2):
            scene.world.measure(f"M-{number}", description=text)
    scene.back_up()
    assert rows_of(scene.backup)["measures_measure"] == 4


def test_the_login_of_backups_reads_every_organization_and_writes_nothing(scene: Scene) -> None:
    with psycopg.connect(scene.backup_url, autocommit=True) as connection:
        assert connection.execute("SELECT count(DISTINCT organization_id) FROM hierarchy_node").fetchone() == (2,)
        for statement in ("DELETE FROM measures_document", "CREATE TABLE own (id int)", "SET ROLE cat4_owner"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)


def test_the_login_of_backups_may_be_made_again_with_another_password(scene: Scene, tmp_path: Path) -> None:
    url = backups.make_backup_login(backups.administrator_url(), databases.database_name(), tmp_path)
    assert url == scene.backup_url
    assert (tmp_path / "pg_hba.conf").read_text() == "host replication cat4_backup samenet scram-sha-256\n"


def test_a_login_to_which_the_policies_apply_makes_no_backup(scene: Scene) -> None:
    """Its dump would lack every row, and nobody would notice before it is needed."""
    owner = roles.replace_in_url(os.environ["DATABASE_OWNER_URL"], database=databases.database_name())
    done = backups.back_up(owner, scene.folder, scene.folder)
    assert done.returncode != 0
    assert "row-level security" in done.stderr
    assert names(scene.folder) == [".partial"]


def test_a_backup_that_fails_leaves_the_last_one_as_the_last(scene: Scene) -> None:
    scene.back_up()
    before = scene.backup
    done = scene.back_up(PGPASSWORD="wrong")
    assert done.returncode != 0
    assert scene.backup == before
    assert names(scene.folder) == [".partial", before.name, "latest"]


def stamp(days_ago: float) -> str:
    return f"{datetime.now(UTC) - timedelta(days=days_ago):%Y-%m-%dT%H%M%SZ}"


def test_backups_are_kept_for_their_days(scene: Scene) -> None:
    for days in (1, 6.9, 7.1, 30):
        (scene.folder / stamp(days)).mkdir(parents=True)
    (scene.folder / "of-a-colleague").mkdir()
    kept = [stamp(6.9), stamp(1)]
    assert scene.back_up(CAT4_BACKUP_DAYS="7").returncode == 0
    found = names(scene.folder)
    # A second may have passed since.
    assert [name[:15] for name in found[:2]] == [name[:15] for name in kept]
    assert found[2:] == [scene.backup.name, "latest", "of-a-colleague"]


def daily(folder: Path, **environment: str) -> tuple[int, str]:
    """What the daily job does in its first seconds, with programs that only note that they were called."""
    bin_folder = folder / "bin"
    bin_folder.mkdir(exist_ok=True)
    (folder / "files").mkdir(exist_ok=True)
    for name, does in {
        # While it runs, somebody uploads a file whose row it no longer sees.
        "pg_dump": 'echo late > "$CAT4_FILES/late"; echo dump > "$(sed "s/.*--file=//; s/ .*//" <<< "$*")"',
        "pg_restore": "printf 'COPY public.a (id) FROM stdin;\\n1\\n\\\\.\\n'",
        "sleep": "exit 1",
        "sync": "exit 0",
    }.items():
        (bin_folder / name).write_text(f"#!/bin/bash\n{does}\n")
        (bin_folder / name).chmod(0o755)
    done = subprocess.run(
        ["bash", str(backups.SCRIPTS / "backup.sh"), "daily"],
        env={"PATH": f"{bin_folder}:{os.environ['PATH']}", "CAT4_BACKUPS": str(folder / "kept"), "CAT4_ARCHIVE": ""}
        | {"CAT4_FILES": str(folder / "files")}
        | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    return done.returncode, done.stdout


def test_the_first_backup_is_made_at_once_and_the_next_one_tomorrow(tmp_path: Path) -> None:
    """The job ends here where it would wait for ten minutes."""
    assert daily(tmp_path, CAT4_BACKUP_HOUR="00")[1].startswith("Backup ")
    assert daily(tmp_path, CAT4_BACKUP_HOUR="00")[1] == ""


def test_files_are_copied_after_the_database(tmp_path: Path) -> None:
    """A row whose file came later would be a loss; a file whose row came later is none."""
    daily(tmp_path)
    assert (tmp_path / "kept" / "latest" / "files" / "late").read_text() == "late\n"


def test_the_last_backup_is_never_forgotten(scene: Scene) -> None:
    assert scene.back_up(CAT4_BACKUP_DAYS="-1").returncode == 0
    assert scene.backup.is_dir()


def test_the_next_backup_waits_for_its_day_and_its_hour(tmp_path: Path) -> None:
    yesterday = tmp_path / "kept" / stamp(1)
    yesterday.mkdir(parents=True)
    (tmp_path / "kept" / "latest").symlink_to(yesterday.name)
    assert daily(tmp_path, CAT4_BACKUP_HOUR="24")[1] == ""
    assert daily(tmp_path, CAT4_BACKUP_HOUR="00")[1].startswith("Backup ")


@pytest.mark.parametrize(("hours", "code"), [(25, 0), (27, 1)])
def test_the_job_is_healthy_while_its_last_backup_is_of_the_last_day(tmp_path: Path, hours: int, code: int) -> None:
    backup = tmp_path / "2026-10-14T020000Z"
    backup.mkdir()
    (tmp_path / "latest").symlink_to(backup.name)
    then = (datetime.now(UTC) - timedelta(hours=hours)).timestamp()
    os.utime(backup, (then, then))
    assert backups.script("backup.sh", "check", CAT4_BACKUPS=str(tmp_path)).returncode == code


def test_a_job_without_any_backup_is_not_healthy(tmp_path: Path) -> None:
    assert backups.script("backup.sh", "check", CAT4_BACKUPS=str(tmp_path)).returncode == 1
