"""Who is asked for the cause of a deviation: who brought it about (domain section 9)."""

from uuid import UUID

from django.db.models import Q

from cat4.accounts.actor import Actor
from cat4.accounts.models import User
from measures.core.selectors.mine import held_by

from ..constants import Trigger
from ..models import Deviation

# A month that was locked without a validated actual is the controller's omission; everything else is the owner's.
_UNVALIDATED = {"rule": Trigger.UNVALIDATED.value}
_STALE = {"rule": Trigger.STALE.value}


def whose_to_answer(deviation: Deviation) -> tuple[bool, bool]:
    """Whether the measure's owner is asked, and whether its controller is."""
    rules = {trigger["rule"] for trigger in deviation.triggers}
    return rules != {Trigger.UNVALIDATED.value}, Trigger.UNVALIDATED.value in rules


def asked_people(deviation: Deviation) -> tuple[User, ...]:
    """The people, as they are now; nobody twice."""
    measure, (by_owner, by_controller) = deviation.measure, whose_to_answer(deviation)
    people = (measure.owner if by_owner else None, measure.controller if by_controller else None)
    return tuple(dict.fromkeys(person for person in people if person is not None))


def asked_ids(deviation: Deviation) -> list[UUID]:
    """Their ids."""
    return [person.pk for person in asked_people(deviation)]


def asked_names(deviation: Deviation) -> list[str]:
    """Their names."""
    return [person.name for person in asked_people(deviation)]


def asked_of(actor: Actor) -> Q:
    """Deviations for whose cause somebody, or who they act for, is asked: `asked_people` as a condition, for lists."""
    unvalidated = Q(triggers__contains=[_UNVALIDATED])
    by_owner = held_by(actor, "owner", to="measure__") & (~unvalidated | Q(triggers__contains=[_STALE]))
    return by_owner | unvalidated & held_by(actor, "controller", to="measure__")
