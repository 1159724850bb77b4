"""Make the virtual environment what the lock says, then run Python in it.

    python3 cat4/launcher/bootstrap.py base|dev [arguments of python ...]

Runs before anything is installed, so it uses the standard library alone and imports nothing of ours.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent.parent
VENV = CHECKOUT / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST = (3, 11)
SUITABLE = ("python3.13", "python3.12", "python3.11")


def main(arguments: list[str]) -> None:
    if len(arguments) < 1 or arguments[0] not in ("base", "dev"):
        sys.exit(__doc__)
    require_python()
    if os.name != "posix":
        sys.exit("cat4 runs on Linux and macOS; on Windows use WSL 2 or docker-compose.yml.")
    (CHECKOUT / "var").mkdir(exist_ok=True)
    with (CHECKOUT / "var" / "bootstrap.lock").open("w") as lock:
        # Two calls at once must not install into one environment.
        fcntl.flock(lock, fcntl.LOCK_EX)
        ensure_venv()
        ensure_packages(arguments[0])
        ensure_import_path()
    if arguments[1:]:
        os.chdir(str(CHECKOUT))
        os.execv(str(PYTHON), [str(PYTHON), *arguments[1:]])  # noqa: S606


def dotted(version: tuple[object, ...]) -> str:
    return f"{version[0]}.{version[1]}"


def require_python() -> None:
    """Go on in a newer Python of this machine when the called one is too old."""
    if sys.version_info >= OLDEST:
        return
    for name in SUITABLE:
        if shutil.which(name):
            os.execvp(name, [name, *sys.argv])  # noqa: S606
    sys.exit(
        f"cat4 needs Python {dotted(OLDEST)} or newer, this is {dotted(sys.version_info)} ({sys.executable}). "
        "Install one (Debian, Ubuntu: apt-get install python3.11 python3.11-venv; or https://docs.astral.sh/uv) "
        "and call it: make PYTHON=python3.11 ..."
    )


def ensure_venv() -> None:
    if PYTHON.exists() and succeeds([PYTHON, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]):
        return
    print("Creating .venv ...", flush=True)
    if VENV.exists():
        shutil.rmtree(str(VENV))
    command: list[object]
    if shutil.which("uv"):
        command = ["uv", "venv", "--quiet", "--python", sys.executable, str(VENV)]
    elif importlib.util.find_spec("ensurepip"):
        command = [sys.executable, "-m", "venv", str(VENV)]
    elif importlib.util.find_spec("virtualenv"):
        command = [sys.executable, "-m", "virtualenv", "--quiet", str(VENV)]
    else:
        sys.exit(
            "This Python can't make virtual environments. Debian, Ubuntu: apt-get install "
            f"python{dotted(sys.version_info)}-venv. Or install uv: https://docs.astral.sh/uv"
        )
    require(command)


def ensure_packages(name: str) -> None:
    """Install the lock, unless exactly it was installed before."""
    # Whoever developed here keeps the tools: the demo must not remove them.
    if stamp_of("dev").exists():
        name = "dev"
    lock, stamp = CHECKOUT / "requirements" / f"{name}.lock", stamp_of(name)
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    print(f"Installing the {name} packages (pinned, by hash) ...", flush=True)
    if not (shutil.which("uv") and sync_with_uv(lock)):
        install_with_pip(lock)
    stamp.write_text(wanted)


def stamp_of(name: str) -> Path:
    return VENV / f"cat4-{name}.sha256"


def sync_with_uv(lock: Path) -> bool:
    return succeeds(["uv", "pip", "sync", "--quiet", "--python", PYTHON, "--require-hashes", lock])


def install_with_pip(lock: Path) -> None:
    if not succeeds([PYTHON, "-c", "import pip"]):
        require([PYTHON, "-m", "ensurepip"])
    require([PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r", lock])


def ensure_import_path() -> None:
    """Programs of the environment (pytest, celery) find the checkout from any folder."""
    for site in VENV.glob("lib/python3*/site-packages"):
        (site / "cat4-checkout.pth").write_text(str(CHECKOUT) + "\n")


def succeeds(command: list[object]) -> bool:
    return subprocess.call([str(part) for part in command], stdin=subprocess.DEVNULL) == 0


def require(command: list[object]) -> None:
    if not succeeds(command):
        sys.exit("Failed: " + " ".join(str(part) for part in command))


if __name__ == "__main__":
    main(sys.argv[1:])
