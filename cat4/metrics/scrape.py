"""The page that Prometheus reads: /metrics, for who sends the token; to everybody else there is no such page."""

import hmac
import time
from collections.abc import Callable
from threading import Lock

from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse
from redis.exceptions import RedisError

from cat4.accounts.keys import bearer_key
from cat4.health import broker
from cat4.launcher.probe import WORKER_KEY

from . import gauges
from .requests import REQUESTS
from .samples import CONTENT_TYPE, Family, Sample, text_of

METRICS_PATH = "/metrics"
# Whoever asks more often gets the same numbers of the database and the broker again.
KEPT_SECONDS = 10.0

GetResponse = Callable[[HttpRequest], HttpResponse]


def answer_scrapes(get_response: GetResponse) -> GetResponse:
    """Middleware, to be among the first: who scrapes asks each process by its address, which isn't an allowed host."""
    shared = Shared()

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path != METRICS_PATH or request.method != "GET" or not _has_token(request):
            return get_response(request)
        page = text_of([*REQUESTS.families(), *shared.families()])
        return HttpResponse(page, content_type=CONTENT_TYPE, headers={"Cache-Control": "no-store"})

    return middleware


def _has_token(request: HttpRequest) -> bool:
    given = bearer_key(request.headers.get("Authorization", "")) or ""
    return bool(settings.METRICS_TOKEN) and hmac.compare_digest(given.encode(), settings.METRICS_TOKEN.encode())


class Shared:
    """What every process says alike, read once in KEPT_SECONDS."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now, self._lock = now, Lock()
        self._until, self._kept = 0.0, list[Family]()

    def families(self) -> list[Family]:
        """Of the database and the broker; one that is away says so and nothing more."""
        with self._lock:
            if self._now() >= self._until:
                self._kept = [*_of_parts()]
                self._until = self._now() + KEPT_SECONDS
            return self._kept


def _of_parts() -> list[Family]:
    up = Family("cat4_up", "gauge", "Whether a part answers.")
    by_organization, of_broker = _by_organization(), _of_broker()
    up.samples.append(Sample({"part": "database"}, by_organization is not None))
    up.samples.append(Sample({"part": "broker"}, of_broker is not None))
    waiting = Family("cat4_queue_length", "gauge", "Tasks that no worker has taken up yet.")
    if of_broker is not None:
        length, worker_lives = of_broker
        waiting.samples.append(Sample({}, length))
        up.samples.append(Sample({"part": "worker"}, worker_lives))
    return [up, waiting, *(by_organization or [])]


def _by_organization() -> list[Family] | None:
    try:
        return gauges.families()
    except Error:
        # Thrown away, or the next request would meet the broken connection.
        connection.close()
        return None


def _of_broker() -> tuple[int, bool] | None:
    try:
        return int(broker().llen(settings.CELERY_TASK_DEFAULT_QUEUE)), bool(broker().exists(WORKER_KEY))
    except RedisError:
        return None
