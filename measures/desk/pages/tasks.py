"""One thing to do, as My work lists it."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from cat4.accounts.actor import Actor
from measures.models import Measure


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do: what, where, and until when. What one click settles has an address for that click."""

    title: str
    href: str
    sub: str
    tag: str = ""
    tag_kind: str = ""
    confirm_url: str = ""
    accept_url: str = ""
    measure_id: UUID | None = None


def for_whom(actor: Actor, said: str, holder_id: UUID, holder: str) -> str:
    """What is said of a task; of one that a deputy does, also for whom: `Steel price, for Lucia Moretti`."""
    if holder_id == actor.user_id:
        return said
    return _("%(task)s, for %(principal)s") % {"task": said, "principal": holder}


def for_owner(actor: Actor, said: str, measure: Measure) -> str:
    """The same of a task of the measure's owner."""
    return for_whom(actor, said, measure.owner.pk, measure.owner.name) if measure.owner else said
