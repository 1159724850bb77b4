"""Which measures a person may be told of. Measures live in an app above, which registers how to ask.

From its AppConfig.ready(): `visibility.register(visible_measures)`.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.module_loading import import_string

from cat4.accounts.actor import Actor
from cat4.accounts.models import Membership

SeenMeasures = Callable[[Actor], QuerySet[Any, Any]]

_seen: list[SeenMeasures] = []


def register(seen_measures: SeenMeasures) -> None:
    """Make the query of the measures that an actor sees known; registering again replaces it."""
    _seen[:] = [seen_measures]


def actor_of(membership: Membership) -> Actor:
    """A member as policies see them, at the time of sending."""
    actor: Actor = import_string(settings.ACTOR_LOADER)(membership)
    return actor


def may_be_told(actor: Actor, measure_id: UUID) -> bool:
    """Whether the person sees the measure; nobody is told of one while nothing is registered."""
    return any(seen(actor).filter(pk=measure_id).exists() for seen in _seen)


def tellable(actor: Actor) -> Q:
    """The notices about no measure, or about one that the person still sees."""
    seen = Q(measure_id__isnull=True)
    for measures in _seen:
        # Looked up row by row: an inbox has few rows beside all the measures that somebody may see.
        seen |= Q(Exists(measures(actor).filter(pk=OuterRef("measure_id"))))
    return seen
