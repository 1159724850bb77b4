"""The server goes back to a moment: from a copy of it, and from the archive of its log."""

from __future__ import annotations

import gzip
import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psycopg
import pytest
import yaml

from cat4.launcher import account, ports, processes, roles
from cat4.launcher.postgres import Postgres
from cat4.launcher.state import CHECKOUT, State
from tests.recovery import backups

PIECE = "000000010000000000000001"
DATABASE = "cat4"


@dataclass
class Archiving:
    """A server that archives as docker-compose.yml says, and its login of backups."""

    server: Postgres
    archive: Path
    backup_url: str = ""

    def ask(self, statement: str) -> list[tuple[object, ...]]:
        url = roles.replace_in_url(self.server.admin_url, database=DATABASE)
        with psycopg.connect(url, autocommit=True) as connection:
            found = connection.execute(statement)
            return found.fetchall() if found.description else []

    def finish_piece(self) -> None:
        """Begin a new piece of the log, and wait until the last one is archived."""
        ((piece,),) = self.ask("SELECT pg_walfile_name(pg_switch_wal())")
        assert wait_for((self.archive / f"{piece}.gz").exists)


def wait_for(condition: Callable[[], bool]) -> bool:
    return processes.wait_until(condition, seconds=60) or condition()


def archive_command(script: Path, archive: Path) -> str:
    """That of the container, with the places of this machine."""
    compose = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text())
    (command,) = [part for part in compose["services"]["postgres"]["command"] if part.startswith("archive_command=")]
    program, written, *pieces, place = command.removeprefix("archive_command=").split()
    assert (written, place) == ("/usr/local/bin/archive.sh", "/archive")
    return " ".join([program, str(script), *pieces, str(archive)])


@pytest.fixture
def archiving(tmp_path: Path) -> Iterator[Archiving]:
    server = Postgres(State(tmp_path / "state"), throwaway=True, port=ports.free_port())
    server.start()
    try:
        place = server.data.parent
        archive = account.private_folder(place / "archive", server.account)
        script = account.private_file(
            place / "archive.sh", (backups.SCRIPTS / "archive.sh").read_text(), server.account
        )
        with psycopg.connect(server.admin_url, autocommit=True) as administrator:
            administrator.execute(f"CREATE DATABASE {DATABASE}")
            administrator.execute("ALTER SYSTEM SET archive_mode = 'on'")
            wanted = archive_command(script, archive).replace("'", "''")
            administrator.execute(f"ALTER SYSTEM SET archive_command = '{wanted}'")
        server.stop()
        server.start()
        found = Archiving(server, archive)
        found.backup_url = backups.make_backup_login(server.admin_url, DATABASE, server.data)
        yield found
    finally:
        server.stop()


def hand_over(folder: Path, user: account.Account | None) -> None:
    """What the container does at its start: the data folder becomes the server's own."""
    for path in (folder, *folder.rglob("*")):
        if user is not None:
            os.chown(path, user.uid, user.gid)


def test_the_server_goes_back_to_a_moment_between_two_changes(archiving: Archiving, tmp_path: Path) -> None:
    archiving.ask("CREATE TABLE acts (name text)")
    archiving.ask("INSERT INTO acts VALUES ('before the backup')")
    kept = tmp_path / "backups"
    done = backups.back_up(archiving.backup_url, kept, tmp_path / "files", str(archiving.archive))
    assert done.returncode == 0, done.stderr
    archiving.ask("INSERT INTO acts VALUES ('after the backup')")
    ((moment,),) = archiving.ask("SELECT clock_timestamp()")
    archiving.ask("INSERT INTO acts VALUES ('a mistake')")
    archiving.finish_piece()
    server = archiving.server
    server.stop()
    assert isinstance(moment, datetime)
    recovered = recover(archiving, kept / "latest", moment.isoformat())
    assert recovered.returncode == 0, recovered.stderr
    assert re.fullmatch(
        rf"The data of before are kept in {server.data}\.before-\S+\nStart the server: it recovers to \S+\n",
        recovered.stdout,
    )
    hand_over(server.data, server.account)
    server.start()
    assert wait_for(lambda: archiving.ask("SELECT pg_is_in_recovery()") == [(False,)])
    assert archiving.ask("SELECT name FROM acts") == [("before the backup",), ("after the backup",)]
    # It is a server again: it takes changes, and archives them beside those of before.
    archiving.ask("INSERT INTO acts VALUES ('the right thing')")
    archiving.finish_piece()


def recover(archiving: Archiving, *arguments: object) -> backups.Done:
    facts = backups.login(archiving.server.admin_url)
    return backups.script(
        "recover.sh", *arguments, **facts, PGDATA=str(archiving.server.data), CAT4_ARCHIVE=str(archiving.archive)
    )


def test_a_running_server_is_not_touched(archiving: Archiving, tmp_path: Path) -> None:
    done = recover(archiving, tmp_path)
    assert (done.returncode, done.stderr) == (1, "The server still runs: stop it first\n")
    assert archiving.ask("SELECT 1") == [(1,)]


def test_of_the_archive_stays_what_the_oldest_backup_needs(archiving: Archiving, tmp_path: Path) -> None:
    for _ in range(3):
        archiving.ask("CREATE TABLE IF NOT EXISTS acts (name text); INSERT INTO acts VALUES ('x')")
        archiving.finish_piece()
    kept = tmp_path / "backups"
    backups.back_up(archiving.backup_url, kept, tmp_path / "files", str(archiving.archive))
    first = (kept / "latest" / "base" / "first-piece").read_text().strip()
    oldest = min(path.name for path in archiving.archive.glob("0*.gz") if "backup" not in path.name)
    assert wait_for((archiving.archive / f"{first}.gz").exists)
    assert oldest >= f"{first}.gz" > f"{PIECE}.gz"


@pytest.fixture
def piece(tmp_path: Path) -> Path:
    path = tmp_path / PIECE
    path.write_bytes(b"what happened" * 1000)
    (tmp_path / "archive").mkdir()
    return path


def archive(piece: Path) -> backups.Done:
    return backups.script("archive.sh", piece, PIECE, piece.parent / "archive")


def kept_pieces(piece: Path) -> dict[str, bytes]:
    return {path.name: gzip.decompress(path.read_bytes()) for path in (piece.parent / "archive").iterdir()}


def test_a_piece_is_archived_once_and_the_same_one_taken_again(piece: Path) -> None:
    for _ in range(2):
        assert archive(piece).returncode == 0
        assert kept_pieces(piece) == {f"{PIECE}.gz": piece.read_bytes()}


def test_no_piece_is_ever_written_over(piece: Path) -> None:
    archive(piece)
    before = piece.read_bytes()
    piece.write_bytes(b"of another server")
    done = archive(piece)
    assert done.returncode == 1
    assert "holds another piece" in done.stderr
    assert kept_pieces(piece) == {f"{PIECE}.gz": before}


def test_a_piece_that_could_not_be_kept_is_not_said_to_be(piece: Path) -> None:
    shutil.rmtree(piece.parent / "archive")
    assert archive(piece).returncode != 0
