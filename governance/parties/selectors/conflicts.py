"""Who declared a conflict of interest, and what it keeps them from."""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from cat4.accounts.actor import Actor

from ..models import ConflictDeclaration


def declared_by(actor: Actor, subject_kind: str) -> Q:
    """Rows of a kind on which the person declared one: `policies.apart_from` as a condition, for lists."""
    found = ConflictDeclaration.objects.filter(subject_kind=subject_kind, subject_id=OuterRef("pk"))
    both = [user_id for user_id in (actor.user_id, actor.on_behalf_of) if user_id]
    return Q(Exists(found.filter(member_id__in=both)))


def who_declared(subject_kind: str, subject_id: UUID) -> frozenset[UUID]:
    """The members who declared a conflict of interest in something that is to be decided.

    On trade-offs it is declared on the measure, whichever of its deviations are open: `subject_id` is the measure's.
    """
    found = ConflictDeclaration.objects.filter(subject_kind=subject_kind, subject_id=subject_id)
    return frozenset(found.values_list("member_id", flat=True))
