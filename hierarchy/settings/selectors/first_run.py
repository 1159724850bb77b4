"""The first steps of an organization: from nothing to the first measure."""

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from cat4.accounts.actor import Actor, Role
from cat4.accounts.selectors import active_member_ids
from hierarchy.constants import SeatRole
from hierarchy.models import BusinessUnit, CommitteeMember, Function, LegalEntity, Node, RoleGrant
from hierarchy.nodes.selectors.nodes import has_portfolio, root_node


class FirstStep(StrEnum):
    """What is set up, in this order."""

    ENTITIES = "entities"
    UNITS = "units"
    PEOPLE = "people"
    PORTFOLIO = "portfolio"
    MEASURES = "measures"


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """The steps that are done; `root_id` is where the first portfolio goes, None once there is one.

    Of people only somebody in a committee's chair is missing where `needs_chair`.
    """

    done: frozenset[FirstStep]
    has_business_unit: bool
    needs_chair: bool
    root_id: UUID | None

    @property
    def current(self) -> FirstStep | None:
        """The first that isn't done; None when all are."""
        return next((step for step in FirstStep if step not in self.done), None)


def first_steps(actor: Actor) -> FirstSteps:
    """How far the actor's organization is."""
    active = active_member_ids(actor.organization_id)
    has_roles, has_chair = _has_roles(active), _has_chair(active)
    has_unit, has_first = BusinessUnit.objects.exists(), has_portfolio()
    is_done = {
        FirstStep.ENTITIES: LegalEntity.objects.exists(),
        FirstStep.UNITS: has_unit and Function.objects.exists(),
        FirstStep.PEOPLE: has_roles and has_chair,
        FirstStep.PORTFOLIO: has_first,
        FirstStep.MEASURES: Node.objects.filter(measures__isnull=False).exists(),
    }
    return FirstSteps(
        done=frozenset(step for step, done in is_done.items() if done),
        has_business_unit=has_unit,
        needs_chair=has_roles and not has_chair,
        root_id=None if has_first else root_node().pk,
    )


# Who may write a measure, and answer for it.
AUTHORS = (Role.PMO, Role.OWNER, Role.CONTRIBUTOR)


def _has_roles(active: set[UUID]) -> bool:
    """Whether every part of a measure has somebody, the controller another person than owner and sponsor."""
    holders: dict[str, set[UUID]] = defaultdict(set)
    for role, user_id in RoleGrant.objects.filter(user_id__in=active).values_list("role", "user_id"):
        holders[role].add(user_id)
    authors = set().union(*(holders[role] for role in AUTHORS))
    apart = any(authors - {one} and holders[Role.SPONSOR] - {one} for one in holders[Role.CONTROLLER])
    return bool(holders[Role.PMO]) and apart


def _has_chair(active: set[UUID]) -> bool:
    """Whether a committee has somebody in its chair."""
    seats = CommitteeMember.objects.filter(user_id__in=active, role=SeatRole.CHAIR)
    return seats.filter(committee__retired_at__isnull=True).exists()
