"""On which measures a part is a person's: what `parties_of` says of one measure, as conditions on rows that have one.

A test compares lists that are made with it with the policies, for everybody and every part.
"""

from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from uuid import UUID

from django.db.models import Q

from cat4.accounts.actor import Actor, Role
from governance.rules.constants import Approver, Decider
from hierarchy.constants import Level
from hierarchy.models import CommitteeMember, Node

from .authorities import RECORDING_SEATS

ANY, NONE = Q(), Q(pk__in=[])


class Held:
    """The parts of an actor, or of the one for whom they act; what asks the database is asked once."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor

    def part(self, name: str, *, person_id: UUID | None = None, committee_id: UUID | None = None) -> Q:
        """Rows on whose measure the part is theirs; `name` is a Decider or an Approver.

        What is given to a person or committee by name is theirs on every measure or on none.
        """
        if name in _PARTS:
            return _PARTS[name](self)
        is_theirs = committee_id in self.bodies if name == Decider.BODY else person_id == self.actor.holder_id
        return ANY if is_theirs else NONE

    def bound(self, *parts: str) -> Q:
        """Rows on whose measure they, or the one for whom they act, are one of `parts`: owner, sponsor, controller."""
        both = [user_id for user_id in (self.actor.user_id, self.actor.on_behalf_of) if user_id]
        found = NONE
        for part in parts:
            found |= Q(**{f"measure__{part}_id__in": both})
        return found

    def works_as(self, *roles: Role) -> Q:
        """Rows on whose measure they hold one of `roles`."""
        nodes = [grant.node_id for grant in self.actor.grants if grant.role in roles]
        return Q(measure__package__path__overlap=nodes)

    @cached_property
    def led(self) -> list[UUID]:
        """The programs and projects that they lead."""
        led = Node.objects.filter(lead_id=self.actor.holder_id, level__in=[Level.PROGRAM, Level.PROJECT])
        return list(led.values_list("pk", flat=True))

    @property
    def chaired(self) -> list[UUID]:
        """The committees for which they speak."""
        return list(self._chaired)

    @property
    def bodies(self) -> list[UUID]:
        """Those of them that are in use: by name, or as the body to escalate to, a retired one decides nothing."""
        return [committee_id for committee_id, retired_at in self._chaired.items() if retired_at is None]

    @cached_property
    def _chaired(self) -> dict[UUID, datetime | None]:
        seats = CommitteeMember.objects.filter(user_id=self.actor.holder_id, role__in=RECORDING_SEATS)
        return dict(seats.values_list("committee_id", "committee__retired_at"))


# Those that depend on the measure, and no name.
_PARTS: dict[str, Callable[[Held], Q]] = {
    Approver.OWNER: lambda held: Q(measure__owner_id=held.actor.holder_id),
    Decider.SPONSOR: lambda held: Q(measure__sponsor_id=held.actor.holder_id),
    Decider.CONTROLLER: lambda held: Q(measure__controller_id=held.actor.holder_id),
    Decider.PMO: lambda held: held.works_as(Role.PMO),
    Decider.LEAD: lambda held: Q(measure__package__path__overlap=held.led),
    Decider.CHAIR: lambda held: Q(measure__committee_id__in=held.chaired),
    Decider.ESCALATION: lambda held: Q(measure__committee__escalation_id__in=held.bodies),
}
