"""Telling people what happened to a measure; the words are templates/notices/<kind>.txt."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from cat4.accounts.actor import Actor
from cat4.notices.actions import notify
from hierarchy.models import CommitteeMember
from measures.models import Measure

_PARTS = ("owner", "sponsor", "controller")


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


def tell_of_new_parts(actor: Actor, measure: Measure, change: Mapping[str, Any]) -> None:
    """Whoever takes over as owner, sponsor or controller, or with the committee, hears of it.

    `change` holds by field what was and what is now, in words.
    """
    event = f"{measure.pk}:{measure.version}"
    for part in _PARTS:
        if f"{part}_id" in change:
            before, _after = change[f"{part}_id"]
            tell(
                "member.successor_named", actor, measure, event=f"successor:{event}:{part}", role=part,
                people=[getattr(measure, f"{part}_id")], before=before or "",
            )  # fmt: skip
    if "committee_id" in change:
        before, after = change["committee_id"]
        seats = CommitteeMember.objects.filter(committee=measure.committee, role="chair")
        chairs = seats.values_list("user_id", flat=True) if measure.committee else ()
        people = [measure.owner_id, measure.sponsor_id, measure.controller_id, *chairs]
        tell(
            "committee.changed", actor, measure, event=f"committee:{event}", people=people, before=before or "",
            after=after or "",
        )  # fmt: skip
