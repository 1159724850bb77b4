"""The Celery application: worker and beat are `celery -A cat4 worker` and `celery -A cat4 beat`."""

import inspect
import os
from contextlib import AbstractContextManager
from typing import Any

from celery import Celery
from celery.signals import setup_logging, task_postrun, task_prerun, worker_init

from cat4.capabilities import packages
from cat4.health import WorkerHeartbeat
from cat4.heap import freeze_heap
from cat4.logs import about

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cat4.settings")

app = Celery("cat4")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(lambda: list(packages()))


@worker_init.connect
def refuse_unsafe_role(**kwargs: Any) -> None:
    """A worker may see no more than the web does; its children open connections of their own."""
    from django.db import connection

    from cat4.tenancy import checks

    checks.refuse_unsafe_role()
    connection.close()


@worker_init.connect
def freeze_what_was_loaded(**kwargs: Any) -> None:
    """Before the children are forked, so that they share it."""
    freeze_heap()


@setup_logging.connect
def keep_the_settings_of_logging(**kwargs: Any) -> None:
    """Whoever listens here keeps Celery from setting lines of its own up: one format for all processes."""


# The tasks that this process is at, which is one.
_lines: dict[str, AbstractContextManager[None]] = {}


@task_prerun.connect
def begin_lines(task_id: str, task: Any, args: tuple[Any, ...], kwargs: dict[str, Any], **more: Any) -> None:
    """What a task writes says which one it is, and for which organization."""
    facts = {"task": task.name, "task_id": task_id}
    given = inspect.signature(task.run).bind_partial(*args, **kwargs).arguments
    if "organization_id" in given:
        facts["organization_id"] = str(given["organization_id"])
    _lines[task_id] = about(**facts)
    _lines[task_id].__enter__()


@task_postrun.connect
def end_lines(task_id: str, **more: Any) -> None:
    """The line that says how long it took was written before."""
    lines = _lines.pop(task_id, None)
    if lines is not None:
        lines.__exit__(None, None, None)


app.steps["consumer"].add(WorkerHeartbeat)
