"""Whether the installation is alive, for load balancers, the launcher and operators.

The worker says so itself: while it consumes it renews a key in the broker, which expires when it
stops, is killed or hangs. Asking is a look at that key; no task is queued behind others.
"""

import logging
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

import redis
from celery import bootsteps
from django.conf import settings
from django.db import Error, connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis.backoff import NoBackoff
from redis.retry import Retry

from cat4.launcher.probe import WORKER_KEY

if TYPE_CHECKING:
    from celery.worker.consumer import Consumer

HEALTH_PATH = "/healthz"
BEAT_SECONDS = 4.0
# A killed worker is known to be dead after this time at the latest; two beats may be late.
EXPIRY_SECONDS = 12
BROKER_TIMEOUT_SECONDS = 1.0

logger = logging.getLogger(__name__)


@cache
def broker() -> redis.Redis:
    """The broker, asked with short patience."""
    # One retry reaches a broker that was restarted, through a new connection; more would only keep the asker.
    return redis.Redis.from_url(
        settings.REDIS_URL,
        socket_connect_timeout=BROKER_TIMEOUT_SECONDS,
        socket_timeout=BROKER_TIMEOUT_SECONDS,
        retry=Retry(NoBackoff(), 1),
    )


@never_cache
@require_safe
@transaction.non_atomic_requests
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when every part is alive, otherwise 503 and the names of the dead. Needs no login, tells no detail."""
    broker, worker = _broker_and_worker()
    alive = {"web": True, "database": _database_answers(), "broker": broker, "worker": worker}
    dead = [name for name, lives in alive.items() if not lives]
    return JsonResponse({**alive, "dead": dead}, status=503 if dead else 200)


def answer_health_checks(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware, to be the first: a health checker asks by address, which isn't an allowed host."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return healthz(request) if request.path == HEALTH_PATH else get_response(request)

    return middleware


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        # Thrown away, or the next request would meet the broken connection.
        connection.close()
        return False
    return True


def _broker_and_worker() -> tuple[bool, bool]:
    """A broker that can't be asked leaves the worker unknown, which counts as dead: it gets no work."""
    try:
        return True, bool(broker().exists(WORKER_KEY))
    except redis.RedisError:
        return False, False


class WorkerHeartbeat(bootsteps.StartStopStep):
    """Part of the worker's consumer, so that it beats only while tasks are fetched."""

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def __init__(self, parent: "Consumer", **options: Any) -> None:
        super().__init__(parent, **options)
        self.timer: Any = None

    def start(self, parent: "Consumer") -> None:
        self.beat()
        self.timer = parent.timer.call_repeatedly(BEAT_SECONDS, self.beat)

    def stop(self, parent: "Consumer") -> None:
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None

    def beat(self) -> None:
        """Renew the key; a broker that doesn't answer is the worker's own business to reconnect to."""
        try:
            broker().set(WORKER_KEY, 1, ex=EXPIRY_SECONDS)
        except redis.RedisError as error:
            logger.warning("No heartbeat: %s", error)
