"""Who draws the consequences of which topic. Apps register in their `consumers.py`."""

from collections.abc import Callable
from uuid import UUID

Consumer = Callable[[UUID], None]

_consumers: dict[str, list[Consumer]] = {}


def consumes(topic: str) -> Callable[[Consumer], Consumer]:
    """Register an idempotent function of the object's id. It runs inside the organization's context."""

    def register(consumer: Consumer) -> Consumer:
        _consumers.setdefault(topic, []).append(consumer)
        return consumer

    return register


def consumers_of(topic: str) -> list[Consumer]:
    """In order of registration, which is the order of INSTALLED_APPS: lower apps first."""
    return _consumers.get(topic, [])
