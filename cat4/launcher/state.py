"""The state folder: secrets, logs, pid files and the lock that says a launcher runs."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cat4.launcher.errors import LauncherError

CHECKOUT = Path(__file__).resolve().parents[2]


class AlreadyRunningError(LauncherError):
    """Another launcher holds the state folder."""


@dataclass(frozen=True)
class State:
    """Everything of one installation that isn't in the database lies below root."""

    root: Path

    @classmethod
    def of_checkout(cls) -> State:
        """CAT4_STATE_DIR, or var/ in the checkout."""
        return cls(Path(os.environ.get("CAT4_STATE_DIR") or CHECKOUT / "var").resolve())

    @property
    def logs(self) -> Path:
        return self._folder("logs")

    @property
    def run(self) -> Path:
        return self._folder("run")

    @property
    def secrets(self) -> Path:
        folder = self._folder("secrets")
        folder.chmod(0o700)
        return folder

    def _folder(self, name: str) -> Path:
        folder = self.root / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def has_secret(self, name: str) -> bool:
        return (self.secrets / name).exists()

    def secret(self, name: str, make: Callable[[], str] = lambda: secrets.token_urlsafe(32)) -> str:
        """The secret of that name, made at the first request; only the owner can read the file."""
        path = self.secrets / name
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text()
        with os.fdopen(handle, "w") as file:
            file.write(value := make())
        return value

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the installation; the kernel lets go of it when we die, however we die."""
        with (self.run / "lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise AlreadyRunningError(f"{self.root} is in use by another launcher") from error
            yield

    @property
    def locked(self) -> bool:
        try:
            with self.lock():
                return False
        except AlreadyRunningError:
            return True

    def write_record(self, **facts: Any) -> None:
        """Where the running installation is, for `make stop` and for a second start."""
        path = self.run / "launcher.json"
        path.touch(mode=0o600)
        path.chmod(0o600)
        path.write_text(json.dumps(facts))

    def record(self) -> dict[str, Any]:
        """The facts of the running installation, empty when there are none."""
        try:
            facts: dict[str, Any] = json.loads((self.run / "launcher.json").read_text())
        except (FileNotFoundError, ValueError):
            return {}
        return facts

    def clear_record(self) -> None:
        (self.run / "launcher.json").unlink(missing_ok=True)
