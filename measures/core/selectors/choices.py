"""What can be chosen in the forms of measures: entries in use, of this organization only."""

from dataclasses import dataclass
from uuid import UUID

from cat4.accounts.actor import Actor
from cat4.accounts.models import User
from cat4.wording import month_name
from hierarchy.constants import Level
from hierarchy.models import Account, BusinessUnit, Committee, Function, LegalEntity, Node
from hierarchy.models.master import MasterRecord
from hierarchy.nodes.selectors.nodes import visible_nodes
from hierarchy.organization.selectors import active_people
from measures.models import Measure

Entries = list[tuple[UUID, str]]


@dataclass(frozen=True, slots=True)
class Choices:
    """The lists of the edit form; what a measure already has stays in them after its retirement.

    `currency` is that of the legal entity, empty while there is none.
    """

    people: list[User]
    business_units: Entries
    functions: Entries
    legal_entities: Entries
    committees: Entries
    currency: str


def choices_for(actor: Actor, measure: Measure) -> Choices:
    """The lists for one measure."""
    named = [person for person in (measure.owner, measure.sponsor, measure.controller) if person]
    people = {person.pk: person for person in [*active_people(actor), *named]}
    committees = Committee.objects.filter(node_id__in=measure.package.path, retired_at__isnull=True)
    return Choices(
        people=sorted(people.values(), key=lambda person: person.name.casefold()),
        business_units=entries(BusinessUnit, measure.business_unit_id, measure.receiving_unit_id),
        functions=entries(Function, measure.function_id),
        legal_entities=entries(LegalEntity, measure.legal_entity_id),
        committees=[(committee.pk, committee.name) for committee in committees],
        currency=measure.legal_entity.currency if measure.legal_entity else "",
    )


def entries(model: type[MasterRecord], *kept: UUID | None) -> Entries:
    """The entries of a master list in use, and those to be kept, by code."""
    found = model._default_manager.order_by("code")
    return [(row.pk, f"{row.code} {row.name}") for row in found if row.retired_at is None or row.pk in kept]


def legal_entity_entries(kept: UUID | None = None) -> Entries:
    """Legal entities with their currency."""
    found = LegalEntity.objects.order_by("code")
    return [
        (row.pk, f"{row.code} {row.name}, {row.currency}") for row in found if row.retired_at is None or row.pk == kept
    ]


def account_entries(kept: UUID | None = None) -> Entries:
    """Accounts by code."""
    return entries(Account, kept)


def milestone_entries(measure: Measure) -> Entries:
    """The milestones of a measure with their baseline month."""
    return [(row.pk, f"{row.name}, {month_name(row.baseline_on)}") for row in measure.milestones.all()]


def packages(actor: Actor) -> list[Node]:
    """The measure packages in use that the person sees."""
    return list(visible_nodes(actor).filter(level=Level.PACKAGE, retired_at__isnull=True))
