"""The environment is made once, renewed with its lock, and what is missing is said in words."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from cat4.launcher import bootstrap


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A checkout with locks and an empty environment; the names of the locks that get installed."""
    calls: list[str] = []
    (tmp_path / "requirements").mkdir()
    (tmp_path / ".venv").mkdir()
    for name in ("base", "dev"):
        (tmp_path / "requirements" / f"{name}.lock").write_text(name)
    monkeypatch.setattr(bootstrap, "CHECKOUT", tmp_path)
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "sync_with_uv", lambda lock: False)
    monkeypatch.setattr(bootstrap, "install_with_pip", lambda lock: calls.append(lock.stem))
    return calls


def test_packages_are_installed_once_per_lock(installed: list[str]) -> None:
    bootstrap.ensure_packages("base")
    bootstrap.ensure_packages("base")
    assert installed == ["base"]
    (bootstrap.CHECKOUT / "requirements" / "base.lock").write_text("newer")
    bootstrap.ensure_packages("base")
    assert installed == ["base", "base"]


def test_the_demo_does_not_take_the_tools_away(installed: list[str]) -> None:
    bootstrap.ensure_packages("dev")
    bootstrap.ensure_packages("base")
    assert installed == ["dev"]


def test_a_failed_installation_is_tried_again(installed: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(lock: Path) -> None:
        sys.exit("no network")

    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr(bootstrap, "install_with_pip", fail)
        bootstrap.ensure_packages("base")
    bootstrap.ensure_packages("base")
    assert installed == ["base"]


def test_an_old_python_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "SUITABLE", ())
    monkeypatch.setattr("sys.version_info", (3, 9, 2))
    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or newer, this is 3\.9"):
        bootstrap.require_python()


def test_a_python_without_venv_is_told_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(SystemExit, match=r"apt-get install python3\.\d+-venv"):
        bootstrap.ensure_venv()


def test_it_runs_before_anything_is_installed() -> None:
    script = Path(bootstrap.__file__)
    done = subprocess.run([sys.executable, "-I", "-S", str(script)], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "base|dev" in done.stderr
