"""Values that a page may show a little late, kept in the cache, and computed when there is none."""

import logging
from collections.abc import Callable
from typing import TypeVar

from django.core.cache import cache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)
T = TypeVar("T")


def remembered(key: str, seconds: int, compute: Callable[[], T]) -> T:
    """The kept value, or a fresh one that is kept for `seconds`. Without a cache pages work on, only slower.

    The key names organization and person wherever the value depends on them.
    """
    try:
        kept: T | None = cache.get(key)
        if kept is None:
            kept = compute()
            cache.set(key, kept, seconds)
    except RedisError as error:
        log.warning("no cache for %s: %s", key, error)
        return compute()
    return kept


def forget(key: str) -> None:
    """Let the next page compute it anew."""
    try:
        cache.delete(key)
    except RedisError as error:
        log.warning("no cache for %s: %s", key, error)
