"""As whom somebody acts: as themselves, or as the deputy of a person who may (domain section 2)."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from cat4.errors import Verdict, denied

from .actor import Actor


def acting_as(actor: Actor, path: tuple[UUID, ...], may: Callable[[Actor], Verdict]) -> tuple[Actor, Verdict]:
    """As whom the actor may do something: as themselves, else for somebody for whom they stand in there.

    Where only their own duties keep them from acting for somebody who may, that is the refusal.
    """
    own = may(actor)
    if own:
        return actor, own
    refusal = own
    for stand_in in actor.stands_in_for:
        if not stand_in.reaches(path):
            continue
        deputy = actor.acting_for(stand_in)
        verdict = may(deputy)
        if verdict:
            return deputy, verdict
        if may(replace(deputy, user_id=stand_in.user_id, on_behalf_of=None, on_behalf_of_name="")):
            refusal = denied(f"{verdict.reason} You stand in for {stand_in.name} and can't do this one for them.")
    return actor, refusal
