"""Telling people what happened to a measure; the words are templates/notices/<kind>.txt."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from cat4.accounts.actor import Actor
from cat4.notices.actions import notify
from measures.models import Measure


def tell(
    kind: str,
    actor: Actor,
    measure: Measure,
    *,
    event: str,
    people: Iterable[UUID | None],
    path: str = "",
    **facts: Any,
) -> int:
    """Tell everybody but the actor, who knows. Without a path the notice leads to the measure."""
    return notify(
        kind,
        event=event,
        people=[person for person in people if person != actor.user_id],
        path=path or f"/measures/{measure.pk}/",
        facts={"measure": str(measure), "who": actor.in_words, **facts},
        measure_id=measure.pk,
    )
