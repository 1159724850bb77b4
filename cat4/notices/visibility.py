"""Which measures a person may be told of. Measures live in an app above, which registers how to ask.

In its `seams.py`: `visibility.register(visible_measures)`.
"""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet, TextField, Value
from django.utils.module_loading import import_string

from cat4.accounts.actor import Actor
from cat4.accounts.models import Membership

SeenMeasures = Callable[[Actor], QuerySet[Any, Any]]

_seen: list[SeenMeasures] = []


def register(seen_measures: SeenMeasures) -> None:
    """Make the query of the measures that an actor sees known; registering again replaces it."""
    _seen[:] = [seen_measures]


def actors_of(memberships: Iterable[Membership]) -> list[Actor]:
    """Members as policies see them, at the time of sending."""
    actors: list[Actor] = import_string(settings.ACTORS_LOADER)(memberships)
    return actors


def who_may_be_told(memberships: Iterable[Membership], measure_id: UUID) -> set[UUID]:
    """Those of the members who see the measure, by one query; nobody is told while nothing is registered."""
    asked = [
        seen(actor).filter(pk=measure_id).order_by().values_list(Value(str(actor.user_id), TextField()))
        for actor in actors_of(memberships)
        for seen in _seen
    ]
    if not asked:
        return set()
    first, *others = asked
    return {UUID(user_id) for (user_id,) in first.union(*others, all=True)}


def tellable(actor: Actor) -> Q:
    """The notices about no measure, or about one that the person still sees."""
    seen = Q(measure_id__isnull=True)
    for measures in _seen:
        # Looked up row by row: an inbox has few rows beside all the measures that somebody may see.
        seen |= Q(Exists(measures(actor).filter(pk=OuterRef("measure_id"))))
    return seen
