"""The Celery application: worker and beat are `celery -A cat4 worker` and `celery -A cat4 beat`."""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_init

from cat4.capabilities import packages
from cat4.health import WorkerHeartbeat
from cat4.heap import freeze_heap

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


app.steps["consumer"].add(WorkerHeartbeat)
