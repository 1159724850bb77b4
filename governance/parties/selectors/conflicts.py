"""Who declared a conflict of interest, and what it keeps them from."""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from cat4.accounts.actor import Actor
from cat4.errors import ALLOWED, Verdict, denied

from ..models import ConflictDeclaration


def not_declared(actor: Actor, subject_kind: str, subject_id: UUID) -> Verdict:
    """Nobody decides what they declared a conflict of interest in, in the committee or beside it."""
    if actor.user_id in who_declared(subject_kind, subject_id):
        return denied("You declared a conflict of interest on this. Somebody else has to decide it.")
    return ALLOWED


def declared_by(actor: Actor, subject_kind: str) -> Q:
    """Rows of a kind on which the person declared one: `not_declared` as a condition, for lists."""
    found = ConflictDeclaration.objects.filter(subject_kind=subject_kind, subject_id=OuterRef("pk"))
    return Q(Exists(found.filter(member_id=actor.user_id)))


def who_declared(subject_kind: str, subject_id: UUID) -> frozenset[UUID]:
    """The members who declared a conflict of interest in something that is to be decided.

    On trade-offs it is declared on the measure, whichever of its deviations are open: `subject_id` is the measure's.
    """
    found = ConflictDeclaration.objects.filter(subject_kind=subject_kind, subject_id=subject_id)
    return frozenset(found.values_list("member_id", flat=True))
