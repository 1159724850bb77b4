"""Who acts: a person in one organization, with the roles granted there."""

from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from django.utils.translation import gettext as _


class Role(StrEnum):
    """Roles granted at a node; they hold for its subtree (domain section 2)."""

    PMO = "pmo"
    OWNER = "owner"
    SPONSOR = "sponsor"
    CONTROLLER = "controller"
    CHAIR = "chair"
    MEMBER = "member"
    CONTRIBUTOR = "contributor"
    VIEWER = "viewer"
    AUDITOR = "auditor"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Role.PMO: "Portfolio manager",
    Role.OWNER: "Measure owner",
    Role.SPONSOR: "Sponsor",
    Role.CONTROLLER: "Controller",
    Role.CHAIR: "Committee chair",
    Role.MEMBER: "Committee member",
    Role.CONTRIBUTOR: "Contributor",
    Role.VIEWER: "Reader",
    Role.AUDITOR: "Auditor",
}


@dataclass(frozen=True, slots=True)
class Grant:
    """A role at a node; it holds for every node whose path contains it."""

    role: Role
    node_id: UUID


@dataclass(frozen=True, slots=True)
class StandIn:
    """Somebody for whom a person may act today, as their deputy: below `node_id`, everywhere without one.

    Grants and seats are the principal's: what they may see and decide.
    """

    user_id: UUID
    name: str
    node_id: UUID | None = None
    grants: tuple[Grant, ...] = ()
    committee_ids: frozenset[UUID] = frozenset()

    def reaches(self, path: tuple[UUID, ...] | list[UUID]) -> bool:
        """Whether the delegation holds at the node at the end of `path`."""
        return self.node_id is None or self.node_id in path


def acting_for_words(name: str, principal: str) -> str:
    """Who acted, and for whom: "Dora for Carl"; the name alone where somebody acted as themselves."""
    return _("%(name)s for %(principal)s") % {"name": name, "principal": principal} if principal else name


@dataclass(frozen=True, slots=True)
class Actor:
    """A person acting in one organization. Actions take it first, policies ask it.

    `on_behalf_of` is the person for whom a deputy acts, `on_behalf_of_name` their name then; `cause` says what set
    the work off ("user", "schedule", "import", "rule", "ripple"). All of it is written into every record.
    """

    user_id: UUID
    name: str
    organization_id: UUID
    is_admin: bool = False
    grants: tuple[Grant, ...] = ()
    on_behalf_of: UUID | None = None
    on_behalf_of_name: str = ""
    cause: str = "user"
    request_id: str = ""
    committee_ids: frozenset[UUID] = frozenset()
    stands_in_for: tuple[StandIn, ...] = ()

    def acting_for(self, stand_in: StandIn) -> "Actor":
        """The same person, acting for somebody else: with that one's roles, and bound by both their duties."""
        return replace(
            self,
            grants=stand_in.grants,
            committee_ids=stand_in.committee_ids,
            on_behalf_of=stand_in.user_id,
            on_behalf_of_name=stand_in.name,
            is_admin=False,
            stands_in_for=(),
        )

    @property
    def in_words(self) -> str:
        """The name, of a deputy also for whom: as notices, mails and pages tell who acted."""
        return acting_for_words(self.name, self.on_behalf_of_name)

    @property
    def holder_id(self) -> UUID:
        """Whose right is used: the principal's while acting as a deputy."""
        return self.on_behalf_of or self.user_id

    def is_bound_as(self, user_id: UUID | None) -> bool:
        """Whether what is forbidden to this person is forbidden here: it is the actor, or the one they act for."""
        return user_id is not None and user_id in {self.user_id, self.on_behalf_of}

    def has_role(self, path: tuple[UUID, ...] | list[UUID], *roles: Role) -> bool:
        """Whether any of `roles` is granted at a node on `path` (root first, the node itself last)."""
        return any(grant.role in roles and grant.node_id in path for grant in self.grants)

    def holds(self, *roles: Role) -> bool:
        """Whether any of `roles` is granted anywhere in the organization."""
        return any(grant.role in roles for grant in self.grants)

    def sees(self, path: tuple[UUID, ...] | list[UUID]) -> bool:
        """Whether any grant, or administration, opens the node at the end of `path`; to a deputy the principal's do."""
        if self.is_admin or any(grant.node_id in path for grant in self.grants):
            return True
        theirs = (stand_in for stand_in in self.stands_in_for if stand_in.reaches(path))
        return any(grant.node_id in path for stand_in in theirs for grant in stand_in.grants)
