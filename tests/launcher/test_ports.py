"""A taken port is named, with its holder and a way out."""

from __future__ import annotations

import os
import socket

import pytest

from cat4.launcher import demo, ports
from cat4.launcher.errors import LauncherError


def test_a_taken_port_names_its_holder_and_a_way_out() -> None:
    with socket.socket() as taken:
        taken.bind((ports.LOOPBACK, 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(LauncherError) as refusal:
            demo.open_port(ports.LOOPBACK, port)
    assert f"Port {port} is taken by " in str(refusal.value)
    assert f"(pid {os.getpid()})" in str(refusal.value)
    assert f"PORT={port + 1} make demo" in str(refusal.value)


def test_who_comes_before_the_web_is_ready_waits_instead_of_being_refused() -> None:
    port = ports.free_port()
    with demo.open_port(ports.LOOPBACK, port), socket.create_connection((ports.LOOPBACK, port), timeout=5) as early:
        assert early.getpeername() == (ports.LOOPBACK, port)


@pytest.mark.parametrize("given", ["eighty", "0", "65536", "-1"])
def test_a_port_that_is_none_is_refused(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", given)
    with pytest.raises(LauncherError, match="isn't a port"):
        demo._port()
