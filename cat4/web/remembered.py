"""Values that a page may show a little late, kept in the cache, and computed when there is none."""

from collections.abc import Callable
from typing import TypeVar

from django.core.cache import cache

T = TypeVar("T")


def remembered(key: str, seconds: int, compute: Callable[[], T]) -> T:
    """The kept value, or a fresh one that is kept for `seconds`; a plain one, for it is kept as JSON.

    The key names organization and person wherever the value depends on them.
    """
    kept: T | None = cache.get(key)
    if kept is None:
        kept = compute()
        cache.set(key, kept, seconds)
    return kept


def forget(key: str) -> None:
    """Let the next page compute it anew."""
    cache.delete(key)
