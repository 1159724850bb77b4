"""The first steps of an organization: from nothing to the first measure."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from cat4.accounts.actor import Actor, Role
from cat4.accounts.selectors import active_member_ids
from hierarchy.models import BusinessUnit, Function, LegalEntity, Node, RoleGrant
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
    """The steps that are done; `root_id` is where the first portfolio goes, None once there is one."""

    done: frozenset[FirstStep]
    has_business_unit: bool
    root_id: UUID | None

    @property
    def current(self) -> FirstStep | None:
        """The first that isn't done; None when all are."""
        return next((step for step in FirstStep if step not in self.done), None)


def first_steps(actor: Actor) -> FirstSteps:
    """How far the actor's organization is."""
    has_unit, has_first = BusinessUnit.objects.exists(), has_portfolio()
    is_done = {
        FirstStep.ENTITIES: LegalEntity.objects.exists(),
        FirstStep.UNITS: has_unit and Function.objects.exists(),
        FirstStep.PEOPLE: _has_people(actor),
        FirstStep.PORTFOLIO: has_first,
        FirstStep.MEASURES: Node.objects.filter(measures__isnull=False).exists(),
    }
    return FirstSteps(
        done=frozenset(step for step, done in is_done.items() if done),
        has_business_unit=has_unit,
        root_id=None if has_first else root_node().pk,
    )


def _has_people(actor: Actor) -> bool:
    managed = RoleGrant.objects.filter(role=Role.PMO).exists()
    return managed and len(active_member_ids(actor.organization_id)) > 1
