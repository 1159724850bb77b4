"""A part that doesn't answer is left alone for a while, so that only the first who asks has to wait for it."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

REST_SECONDS = 10
# What says that the broker, or the cache in it, is away, hangs or takes nothing more.
AWAY = (OperationalError, RedisError, OSError)


@dataclass
class Circuit:
    """Whether a part may be asked. One of a process: each finds out for itself."""

    name: str
    now: Callable[[], float] = time.monotonic
    rests_until: float = 0

    @property
    def is_open(self) -> bool:
        """Whether the part is being left alone."""
        return self.now() < self.rests_until

    def trip(self, error: Exception) -> None:
        """It didn't answer: ask again after REST_SECONDS."""
        log.warning("%s is away, it is asked again in %s s: %s", self.name, REST_SECONDS, error)
        self.rests_until = self.now() + REST_SECONDS


BROKER = Circuit("the broker")
