"""What a node may name for measures below it: entries in use, and what it names already."""

from uuid import UUID

from django.db.models import Q

from hierarchy.models import BusinessUnit, Committee, Function, LegalEntity, Node
from hierarchy.models.master import MasterRecord


def default_choices(node: Node) -> dict[str, list[tuple[UUID, str]]]:
    """The lists of the form by fact of a measure; people are chosen among the members."""
    committees = Committee.objects.filter(node_id__in=node.path).filter(
        Q(retired_at__isnull=True) | Q(pk=node.default_committee_id)
    )
    return {
        "business_unit_id": _entries(BusinessUnit, node.default_business_unit_id),
        "function_id": _entries(Function, node.default_function_id),
        "legal_entity_id": _entries(LegalEntity, node.default_legal_entity_id),
        "committee_id": [(committee.pk, committee.name) for committee in committees],
    }


def _entries(model: type[MasterRecord], kept: UUID | None) -> list[tuple[UUID, str]]:
    found = model._default_manager.filter(Q(retired_at__isnull=True) | Q(pk=kept)).order_by("code")
    return [(row.pk, f"{row.code} {row.name}") for row in found]
