"""Lines of JSON hold what a line is about, whatever is written; and tasks say for which organization they work."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Callable, Iterator
from os import environ
from uuid import UUID

import pytest
import redis
from celery import shared_task

from cat4 import celery as application
from cat4.launcher import processes
from cat4.launcher.state import CHECKOUT
from cat4.logs import about
from cat4.outbox.tasks import drain, sweep
from tests.log_lines import Lines, written_lines
from tests.workers import CeleryWorker
from tests.world import World

PATIENCE = 60
log = logging.getLogger("any")


@pytest.fixture
def lines() -> Iterator[Lines]:
    with written_lines() as found:
        yield found


def test_facts_hold_inside_their_block_and_nest(lines: Lines) -> None:
    with about(task="outer", task_id="1"):
        with about(task="inner"):
            log.warning("a")
        log.warning("b")
    log.warning("c")
    found = [{key: line[key] for key in ("task", "task_id") if key in line} for line in lines.by("any")]
    assert found == [{"task": "inner", "task_id": "1"}, {"task": "outer", "task_id": "1"}, {}]


def test_whatever_is_written_is_one_line(lines: Lines) -> None:
    log.warning("two\nlines of %s", {UUID(int=1)}, extra={"fields": {"odd": UUID(int=2)}})
    assert lines.text.count("\n") == 1
    (line,) = lines.by("any")
    assert line["odd"] == "00000000-0000-0000-0000-000000000002"
    assert line["message"] == "two\nlines of {UUID('00000000-0000-0000-0000-000000000001')}"


def test_an_error_is_in_its_line(lines: Lines) -> None:
    try:
        raise ValueError("wrong")
    except ValueError:
        log.exception("it failed")
    (line,) = lines.by("any")
    assert (line["level"], line["message"]) == ("ERROR", "it failed")
    assert line["error"].startswith("Traceback")
    assert line["error"].endswith("ValueError: wrong")


def test_lines_inside_an_organization_name_it(world: World, lines: Lines) -> None:
    with world.inside():
        log.warning("inside")
    log.warning("outside")
    assert [line.get("organization_id") for line in lines.by("any")] == [str(world.organization.pk), None]


@shared_task(name="tests.writes_a_line")
def writes_a_line(organization_id: str, other: str = "") -> None:
    log.warning("at work")


@pytest.mark.parametrize(("arguments", "named"), [(("o-1",), {}), ((), {"organization_id": "o-1"})])
def test_a_task_s_lines_name_the_task_and_its_organization(
    lines: Lines, arguments: tuple[str, ...], named: dict[str, str]
) -> None:
    writes_a_line.apply(arguments, named, task_id="t-1")
    log.warning("after it")
    inside, after = lines.by("any")
    assert (inside["task"], inside["task_id"], inside["organization_id"]) == ("tests.writes_a_line", "t-1", "o-1")
    assert after.keys() == {"at", "level", "logger", "message"}
    assert application._lines == {}


def test_a_task_with_wrong_arguments_fails_as_before(lines: Lines) -> None:
    assert drain.apply(("a", "b", "c")).failed()
    assert application._lines == {}


@pytest.mark.worker
def test_a_worker_writes_json_lines_alone_with_organization_and_duration(
    world: World,
    empty_broker: redis.Redis,
    start_celery_worker: Callable[..., CeleryWorker],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CAT4_LOG_FORMAT", "json")
    worker = start_celery_worker()
    first, second = drain.delay(str(world.organization.pk)), sweep.delay()
    assert processes.wait_until(lambda: worker.has_done(first.id) and worker.has_done(second.id), seconds=PATIENCE)
    # Celery greets with its own lines on the screen, before it logs.
    written = [json.loads(line) for line in worker.log.read_text().splitlines() if line.startswith("{")]
    done = {line["task_id"]: line for line in written if "succeeded" in line["message"]}
    assert done[first.id]["task"] == "cat4.outbox.drain"
    assert done[first.id]["organization_id"] == str(world.organization.pk)
    assert isinstance(done[first.id]["duration_ms"], int)
    assert "organization_id" not in done[second.id]


def test_another_format_is_refused_at_the_start() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import cat4.settings"],
        cwd=CHECKOUT,
        env=environ | {"CAT4_LOG_FORMAT": "xml"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr.splitlines()[-1].endswith("CAT4_LOG_FORMAT is xml: text or json. See docs/operations.md.")
