"""Loopback ports: free ones, and who holds a taken one."""

from __future__ import annotations

import socket
from pathlib import Path

LOOPBACK = "127.0.0.1"
LISTENING = "0A"
# Connections that may wait while a web process starts anew.
BACKLOG = 1024


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def holder(port: int) -> str | None:
    """The process that listens on the port as "name (pid N)"; None where it can't be seen."""
    inodes = _listening_inodes(port)
    if not inodes:
        return None
    for process in Path("/proc").glob("[0-9]*"):
        if inodes & _socket_inodes(process):
            name = (process / "comm").read_text().strip()
            return f"{name} (pid {process.name})"
    return None


def _listening_inodes(port: int) -> set[str]:
    found = set()
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        if not table.exists():
            continue
        for line in table.read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == LISTENING and int(fields[1].rsplit(":", 1)[1], 16) == port:
                found.add(fields[9])
    return found


def _socket_inodes(process: Path) -> set[str]:
    found = set()
    try:
        for handle in (process / "fd").iterdir():
            target = str(handle.readlink())
            if target.startswith("socket:["):
                found.add(target[len("socket:[") : -1])
    except OSError:
        # Another user's process, or one that ended while we looked.
        return found
    return found
