"""python -m cat4.launcher demo | stop | reset-demo | day | env"""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta

from cat4.launcher import demo, processes
from cat4.launcher.account import service_account, services_home
from cat4.launcher.environment import demo_clock
from cat4.launcher.errors import LauncherError
from cat4.launcher.state import CHECKOUT, State

STOP_SECONDS = 120


def stop(state: State) -> int:
    """End the running demo in order; 0 also when none runs."""
    if not state.locked:
        print("cat4 isn't running.")
        return 0
    pid = state.record().get("pid")
    if pid is None:
        raise LauncherError(f"{state.root} is in use, but not by a demo.")
    with suppress(ProcessLookupError):
        os.kill(int(pid), signal.SIGTERM)
    if not processes.wait_until(lambda: not state.locked, seconds=STOP_SECONDS):
        raise LauncherError(f"cat4 (process {pid}) is still stopping after {STOP_SECONDS} s. Logs: {state.logs}")
    print("cat4 has stopped; its data are kept.")
    return 0


def reset_demo(state: State) -> int:
    """Delete the embedded database, the queue and the files; asks first, unless YES=1."""
    if os.environ.get("DATABASE_URL"):
        raise LauncherError("DATABASE_URL names a database that isn't the demo's own: drop it yourself.")
    with state.lock():
        home = services_home(state.root, service_account())
        doomed = [home / "postgres", home / "broker", *(state.root / name for name in ("files", "static", "secrets"))]
        doomed += [*state.root.glob("celerybeat-schedule*"), state.root / "static.sha256", state.root / "clock"]
        print("This deletes the demo for good:", *doomed, sep="\n  ")
        if os.environ.get("YES") != "1" and input("Type yes to go on: ").strip() != "yes":
            print("Nothing was deleted.")
            return 1
        for path in doomed:
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
    print("The demo is empty; `make demo` loads it anew.")
    return 0


def day(state: State) -> int:
    """Turn the running demo to the day named by DAY, and let what comes with it happen: clocks, reminders."""
    environment, clock = _connections(state), demo_clock(state)
    before = date.fromisoformat(clock.read_text().strip())
    try:
        wanted = date.fromisoformat(os.environ.get("DAY") or (before + timedelta(days=1)).isoformat())
    except ValueError as error:
        raise LauncherError(f"DAY={os.environ['DAY']} isn't a date such as {before}.") from error
    if wanted < before:
        raise LauncherError(f"The demo is at {before} already; what was recorded can't be before it happened.")
    # Aside and renamed: a process that reads the clock meanwhile finds a whole day.
    aside = clock.with_suffix(".next")
    aside.write_text(wanted.isoformat())
    aside.replace(clock)
    command = [sys.executable, str(CHECKOUT / "manage.py"), "run_duties"]
    done = subprocess.run(command, env=os.environ | environment, check=False)
    if done.returncode:
        raise LauncherError(f"The demo is at {wanted}, but its duties failed; the next hour tries them again.")
    print(f"The demo is at {wanted:%A} {wanted}.")
    return 0


def _connections(state: State) -> dict[str, str]:
    environment: dict[str, str] | None = state.record().get("environment")
    if not environment or not state.locked:
        raise LauncherError("cat4 isn't running: start it with `make demo`.")
    return environment


def env(state: State) -> int:
    """Shell lines for manage.py beside the running demo: eval "$(make -s env)"."""
    environment = _connections(state)
    for name, value in environment.items():
        print(f"export {name}={shlex.quote(value)}")
    return 0


COMMANDS: dict[str, Callable[[State], int]] = {
    "demo": demo.run,
    "stop": stop,
    "reset-demo": reset_demo,
    "day": day,
    "env": env,
}


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in COMMANDS:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        return COMMANDS[arguments[0]](State.of_checkout())
    except LauncherError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
