"""The cache: values are JSON, and where the broker is away each process goes on with its own memory.

Whoever can write to the broker could run code here if values were pickled. A value that can't be read counts as absent.
Counters (rate limits, wrong passwords) go on in the process while the broker is away: a limit is looser then by the
number of processes, and nobody is shut out or let in for free.
"""

import json
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import RedisError

from .circuit import BROKER

_UNREADABLE = object()


class JsonSerializer:
    """Whole numbers as they are, so that the server can count; everything else as JSON."""

    def dumps(self, value: Any) -> int | bytes:
        """What is kept.

        Raises:
            TypeError: the value is no plain one.
        """
        return value if type(value) is int else json.dumps(value, separators=(",", ":")).encode()

    def loads(self, data: Any) -> Any:
        """The value, or a mark that there is none that could be read."""
        try:
            return json.loads(data)
        except ValueError:
            return _UNREADABLE


class JsonCacheClient(RedisCacheClient):
    """Django's, to which an unreadable value is an absent one."""

    def __init__(self, servers: Any, **options: Any) -> None:
        serializer: Any = JsonSerializer()
        super().__init__(servers, serializer=serializer, **options)

    def get(self, key: Any, default: Any) -> Any:
        """The value, or `default`."""
        found = super().get(key, default)
        return default if found is _UNREADABLE else found

    def get_many(self, keys: Any) -> dict[Any, Any]:
        """Those that are there."""
        return {key: value for key, value in super().get_many(keys).items() if value is not _UNREADABLE}


def _guarded(name: str) -> Callable[..., Any]:
    """The method of that name, answered from the process' memory while the broker is away."""

    def ask(self: "SharedCache", *arguments: Any, **options: Any) -> Any:
        if not BROKER.is_open:
            try:
                return getattr(RedisCache, name)(self, *arguments, **options)
            except (RedisError, OSError) as error:
                BROKER.trip(error)
        return getattr(self.own_memory, name)(*arguments, **options)

    ask.__name__ = name
    return ask


class SharedCache(RedisCache):
    """The one cache of all processes, while the broker answers."""

    def __init__(self, server: str, parameters: dict[str, Any]) -> None:
        super().__init__(server, parameters)
        self._class = JsonCacheClient
        self.own_memory = LocMemCache("while the broker is away", parameters)

    add = _guarded("add")
    get = _guarded("get")
    set = _guarded("set")
    touch = _guarded("touch")
    delete = _guarded("delete")
    has_key = _guarded("has_key")
    incr = _guarded("incr")
    get_many = _guarded("get_many")
    set_many = _guarded("set_many")
    delete_many = _guarded("delete_many")
    clear = _guarded("clear")
