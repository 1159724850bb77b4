"""Who PostgreSQL and the broker run as, and a folder which that user can reach.

PostgreSQL refuses to run as root. Started by root, it runs as an unprivileged user, who often can't
enter the checkout (below /root, say): then programs and data live under /var/lib/cat4 instead.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from cat4.launcher.errors import LauncherError

USABLE_ACCOUNTS = ("cat4", "nobody", "daemon")
SYSTEM_HOME = Path("/var/lib/cat4")


@dataclass(frozen=True)
class Account:
    name: str
    uid: int
    gid: int


def service_account() -> Account | None:
    """None when we aren't root: then the services run as the caller."""
    if os.geteuid() != 0:
        return None
    for name in USABLE_ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(name, entry.pw_uid, entry.pw_gid)
    raise LauncherError(
        "PostgreSQL doesn't run as root and none of the users "
        f"{', '.join(USABLE_ACCOUNTS)} exists. Add one (useradd --system cat4) or start as a normal user."
    )


def can_reach(account: Account, path: Path) -> bool:
    """Asked of the kernel, as that user, rather than guessed from mode bits."""
    probe = subprocess.run(
        ["/usr/bin/env", "test", "-x", str(path)],
        user=account.uid,
        group=account.gid,
        extra_groups=[],
        cwd="/",
        check=False,
    )
    return probe.returncode == 0


def services_home(state: Path, account: Account | None) -> Path:
    """The folder below which the services keep their data; made when absent.

    The state folder, or for an account that can't reach it a folder named after it in /var/lib/cat4.
    """
    home = state / "services"
    home.mkdir(parents=True, exist_ok=True)
    home.chmod(0o755)
    if account is None or can_reach(account, home):
        return home
    elsewhere = SYSTEM_HOME / hashlib.sha256(str(home.resolve()).encode()).hexdigest()[:12]
    elsewhere.mkdir(parents=True, exist_ok=True)
    for folder in (SYSTEM_HOME, elsewhere):
        folder.chmod(0o755)
    return elsewhere


def private_folder(path: Path, account: Account | None) -> Path:
    """A folder only the service's user may enter."""
    path.mkdir(exist_ok=True)
    if account is not None:
        os.chown(path, account.uid, account.gid)
    path.chmod(0o700)
    return path


def private_file(path: Path, text: str, account: Account | None) -> Path:
    """A file only the service's user may read, never readable in between."""
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text)
    if account is not None:
        os.chown(path, account.uid, account.gid)
    return path


def reachable_program(program: Path, trees: list[Path], home: Path, account: Account | None) -> Path:
    """The program where the service's user can run it: in place, or in a copy of its trees in home.

    trees are folders below one parent that belong together (a package and its libraries); the
    program lies in the first. A newer package replaces the copy.
    """
    if account is None or can_reach(account, program):
        return program
    parent = trees[0].parent
    stamp = f"{parent} {program.stat().st_mtime_ns} {program.stat().st_size}"
    copy, stamp_file = home / "programs", home / f"programs-{trees[0].name}.stamp"
    if not stamp_file.exists() or stamp_file.read_text() != stamp:
        for tree in trees:
            shutil.rmtree(copy / tree.name, ignore_errors=True)
            shutil.copytree(tree, copy / tree.name)
        copy.chmod(0o755)
        stamp_file.write_text(stamp)
    return copy / program.relative_to(parent)
