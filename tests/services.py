"""Pytest plugin: PostgreSQL and a broker for the test run, before Django reads its settings.

Loaded with -p, because settings are read before any conftest. The process that was called starts the
services; xdist workers inherit their addresses and take a broker database each. Runs in parallel in
one checkout take different slots below var/test; a slot keeps its cluster for the next run.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path

import pytest

from cat4.launcher import roles
from cat4.launcher.broker import DATABASES, Broker
from cat4.launcher.postgres import Postgres
from cat4.launcher.state import CHECKOUT, AlreadyRunningError, State

SLOTS = CHECKOUT / "var" / "test"
LONGEST = ("tests/launcher/test_demo.py", "tests/demo/", "tests/browser/test_journey.py")
SLOT_COUNT = 16
LEFT_OUT = pytest.StashKey[int]()
running = ExitStack()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Generator[None, object, object]:
    """Runs around pytest-django's own hook, which reads the settings."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker is None:
        _start()
    _take_broker_database(worker)
    os.environ["CAT4_STATE_DIR"] = os.environ["CAT4_TEST_SLOT"] + f"/files-{worker or 'main'}"
    shutil.rmtree(os.environ["CAT4_STATE_DIR"], ignore_errors=True)
    # WhiteNoise warns when there's no folder of collected files; tests find them in the apps.
    (Path(os.environ["CAT4_STATE_DIR"]) / "static").mkdir(parents=True)
    return (yield)


def pytest_unconfigure() -> None:
    running.close()


def _start() -> None:
    slot = _free_slot()
    os.environ["CAT4_TEST_SLOT"] = str(slot.root)
    os.environ["SECRET_KEY"] = "only-for-tests"
    os.environ["CAT4_ALLOWED_HOSTS"] = "testserver,localhost,127.0.0.1"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cat4.settings")
    # What a developer exported for the demo must not change what tests see.
    for name in ("CAT4_CLOCK", "CAT4_ROLE", "CAT4_DEBUG"):
        os.environ.pop(name, None)
    _start_postgres(slot)
    _start_broker(slot)


def _free_slot() -> State:
    for number in range(SLOT_COUNT):
        slot = State(SLOTS / str(number))
        try:
            running.enter_context(slot.lock())
        except AlreadyRunningError:
            continue
        return slot
    raise pytest.UsageError(f"{SLOT_COUNT} test runs are under way in this checkout already")


def _start_postgres(slot: State) -> None:
    """An own server, or the one the caller's DATABASE_URL (and DATABASE_OWNER_URL) names."""
    given, owner = os.environ.get("DATABASE_URL"), os.environ.get("DATABASE_OWNER_URL")
    if given and owner:
        return
    # The roles' passwords belong to the server: on the caller's server all slots share them.
    secrets = State(SLOTS / "given-server")
    if not given:
        server = Postgres(slot, throwaway=True)
        running.callback(server.stop)
        server.start()
        given, secrets = server.admin_url, slot
    os.environ["CAT4_TEST_ADMIN_URL"] = given
    urls = roles.prepare(secrets, given, "cat4_tests")
    os.environ["DATABASE_URL"], os.environ["DATABASE_OWNER_URL"] = urls.app, urls.owner


def _start_broker(slot: State) -> None:
    if "REDIS_URL" in os.environ:
        return
    broker = Broker(slot, throwaway=True)
    running.callback(broker.stop)
    broker.start()
    os.environ["REDIS_URL"] = broker.url


def _take_broker_database(worker: str | None) -> None:
    """Database 0 for a run without xdist, 1 and up for its workers."""
    if worker is None:
        return
    number = int(worker.removeprefix("gw")) + 1
    if number >= DATABASES:
        raise pytest.UsageError(f"at most {DATABASES - 1} xdist workers")
    os.environ["REDIS_URL"] = roles.replace_in_url(os.environ["REDIS_URL"], database=str(number))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The longest first, so that no worker waits for them at the end; then what needs real data is left out.

    Tests on real data need the folder that CAT4_REAL_DATA names; the summary says what was left out.
    """
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))
    if os.environ.get("CAT4_REAL_DATA"):
        return
    left_out = [item for item in items if item.get_closest_marker("real_data")]
    config.stash[LEFT_OUT] = len(left_out)
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in set(left_out)]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker tells the controller, which collects nothing itself."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["left_out"] = session.config.stash.get(LEFT_OUT, 0)


class XdistController:
    """Only registered beside xdist, whose hook it implements."""

    def pytest_testnodedown(self, node: object) -> None:
        output = getattr(node, "workeroutput", {})
        stash = node.config.stash  # type: ignore[attr-defined]
        stash[LEFT_OUT] = max(stash.get(LEFT_OUT, 0), output.get("left_out", 0))


def pytest_configure(config: pytest.Config) -> None:
    if config.pluginmanager.hasplugin("xdist"):
        config.pluginmanager.register(XdistController())


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    left_out = terminalreporter.config.stash.get(LEFT_OUT, 0)
    if left_out:
        terminalreporter.write_line(f"{left_out} tests on real data left out: set CAT4_REAL_DATA")
