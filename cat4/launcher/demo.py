"""`make demo`: everything on this machine, prepared, watched and stopped in order."""

from __future__ import annotations

import errno
import hashlib
import os
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import FrameType

from cat4.launcher import ports, processes
from cat4.launcher.environment import Services, open_services, owning_environment, serving_environment
from cat4.launcher.errors import LauncherError
from cat4.launcher.procfile import PROCESSES, demo_preparations
from cat4.launcher.state import CHECKOUT, AlreadyRunningError, State
from cat4.launcher.supervisor import TICK_SECONDS, Child, LogTail, Supervisor

DEFAULT_PORT = 8000
EVERY_ADDRESS = "0.0.0.0"  # noqa: S104  # what CAT4_HOST may say; nothing is bound to it here
READY_SECONDS = 90
STEP_WORDS = {
    "migrate": "Migrating the database",
    "grant_app_role": "Granting the serving role its rights",
    "keep_past_acts": "Putting past acts into the ledger",
    "collectstatic": "Collecting static files",
    "load_demo": "Loading the demo data (kept when they are there)",
}


def run(state: State) -> int:
    """Serve until Ctrl-C, SIGTERM or `make stop`; the exit code of the command."""
    # Under make, which passes neither SIGKILL nor SIGINT on: its end must be ours.
    if os.environ.get("MAKELEVEL"):
        processes.die_with_parent()
    # SIGINT too: a shell without job control starts background jobs with it ignored.
    for number in processes.STOPPING:
        signal.signal(number, _interrupt)
    try:
        with ExitStack() as stack:
            stack.enter_context(state.lock())
            _serve(state, stack)
    except AlreadyRunningError:
        print(already_running(state))
    except KeyboardInterrupt:
        print("cat4 has stopped; its data are kept. Start again with `make demo`.", flush=True)
    return 0


def already_running(state: State) -> str:
    """What a second start says; it isn't an error, for what was asked for is there."""
    record = state.record()
    where = f"runs at {record['url']}" if record.get("ready") else "is being started"
    return f"cat4 {where} already (process {record.get('pid', '?')}). Stop it with `make stop`."


def open_port(host: str, port: int) -> socket.socket:
    """The socket that the web processes share. It is ours, so that no killed one can keep the port.

    It listens from now on; who comes before the web is ready waits.

    Raises:
        LauncherError: another process holds the port.
    """
    try:
        return socket.create_server((host, port), backlog=ports.BACKLOG)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
    holder = ports.holder(port)
    raise LauncherError(
        f"Port {port} is taken{f' by {holder}' if holder else ''}. Choose another: PORT={port + 1} make demo"
    )


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _ignore_signals() -> None:
    # While we stop in order, a second signal must not leave half of it running.
    for number in processes.STOPPING:
        signal.signal(number, signal.SIG_IGN)


def _serve(state: State, stack: ExitStack) -> None:
    host, port = os.environ.get("CAT4_HOST") or ports.LOOPBACK, _port()
    url = f"http://{host}:{port}"
    listening = stack.enter_context(open_port(host, port))
    small = _is_small()
    stack.callback(state.clear_record)
    state.write_record(pid=os.getpid(), url=url, ready=False)
    started = time.monotonic()
    print("Starting the database and the broker ...", flush=True)
    services = open_services(state, stack)
    logins = prepare(state, services, small=small)
    supervisor = _supervisor(state, services, listening, _public_url(host, port))
    stack.callback(supervisor.stop)
    # Called first of all when the stack unwinds.
    stack.callback(_ignore_signals)
    supervisor.start()
    _wait_until_ready(supervisor, url, state)
    state.write_record(
        pid=os.getpid(),
        url=url,
        ready=True,
        environment=_connections(owning_environment(state, services, _public_url(host, port))),
    )
    _announce(logins, url, state, time.monotonic() - started)
    supervisor.watch()


def _public_url(host: str, port: int) -> str:
    """Where a mail's links lead: of every address of this machine, to the first host name that is answered."""
    if host == EVERY_ADDRESS:
        given = os.environ.get("CAT4_ALLOWED_HOSTS", "").split(",")[0].strip()
        host = given if given and given != "*" else ports.LOOPBACK
    return f"http://{host}:{port}"


def _port() -> int:
    given = os.environ.get("PORT") or str(DEFAULT_PORT)
    if not given.isdecimal() or not 0 < int(given) < 65536:
        raise LauncherError(f"PORT={given} isn't a port: 1 to 65535")
    return int(given)


def _is_small() -> bool:
    given = os.environ.get("DEMO") or "full"
    if given not in {"full", "small"}:
        raise LauncherError(f"DEMO={given} isn't a demo: full or small")
    return given == "small"


def _supervisor(state: State, services: Services, listening: socket.socket, url: str) -> Supervisor:
    env = serving_environment(state, services, url)
    children = []
    for process in PROCESSES:
        if process.listens:
            numbers = range(1, int(env["WEB_CONCURRENCY"]) + 1)
            children += [Child(process, state, env, listening, number) for number in numbers]
        else:
            children.append(Child(process, state, env))
    verbose = os.environ.get("VERBOSE", "") not in {"", "0"}
    tails = [LogTail(child.name, child.log, verbose) for child in children]
    return Supervisor(services.own, children, tails)


def _connections(environment: Mapping[str, str]) -> dict[str, str]:
    """What `manage.py` needs in another terminal, for `make env`."""
    names = (
        "DATABASE_URL",
        "DATABASE_OWNER_URL",
        "REDIS_URL",
        "SECRET_KEY",
        "CAT4_STATE_DIR",
        "CAT4_CLOCK",
        "CAT4_PUBLIC_URL",
    )
    return {name: environment[name] for name in (*names, "CAT4_DEMO")}


def prepare(state: State, services: Services, *, small: bool = False) -> str:
    """Migrate, grant, collect, load; returns what the demo data say about logins."""
    environments = {"owner": owning_environment(state, services), "app": serving_environment(state, services)}
    static, collected = static_fingerprint(), state.root / "static.sha256"
    said = ""
    for role, arguments in demo_preparations(small=small):
        if arguments[0] == "collectstatic" and collected.exists() and collected.read_text() == static:
            continue
        print(f"{STEP_WORDS[arguments[0]]} ...", flush=True)
        said = _manage(state, environments[role], *arguments)
        if arguments[0] == "collectstatic":
            collected.write_text(static)
    return said


def static_fingerprint() -> str:
    """Of our static files and the packages that bring others: copying them all takes seconds."""
    digest = hashlib.sha256((CHECKOUT / "requirements" / "base.lock").read_bytes())
    for path in sorted((CHECKOUT / "static").rglob("*")):
        if path.is_file():
            digest.update(str(path.relative_to(CHECKOUT)).encode() + path.read_bytes())
    return digest.hexdigest()


def _manage(state: State, env: Mapping[str, str], *arguments: str) -> str:
    log, output = state.logs / "prepare.log", state.logs / f"{arguments[0]}.out.log"
    with log.open("wb") as errors, output.open("wb") as out:
        child = processes.spawn(
            [sys.executable, "manage.py", *arguments], env=env, cwd=CHECKOUT, output=out, errors=errors
        )
        try:
            code = child.wait()
        finally:
            processes.stop_child(child, seconds=10)
    if code != 0:
        raise LauncherError(f"manage.py {arguments[0]} failed. The end of {log}:\n{_tail(log)}")
    return output.read_text(errors="replace")


def _tail(log: Path, lines: int = 15) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:]) if log.exists() else ""


def _wait_until_ready(supervisor: Supervisor, url: str, state: State) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not _healthy(url):
        supervisor.tick()
        if time.monotonic() > deadline:
            tails = "\n".join(
                f"{child.name}.log:\n{_tail(state.logs / f'{child.name}.log')}" for child in supervisor.children
            )
            raise LauncherError(f"cat4 wasn't ready after {READY_SECONDS} s. Logs: {state.logs}\n{tails}")
        time.sleep(2 * TICK_SECONDS)


def _healthy(url: str) -> bool:
    # Straight to the address: a proxy of the environment doesn't lead to this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{url}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _announce(logins: str, url: str, state: State, seconds: float) -> None:
    print(f"\n{logins.rstrip()}\n" if logins.strip() else "")
    print(f"cat4 runs at {url} (ready after {seconds:.0f} s)")
    print(f"Stop it with Ctrl-C, or `make stop` in another terminal. Data are kept. Logs: {state.logs}", flush=True)
