"""Closures that are open, and those of them that wait for a person's signature."""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from cat4.accounts.actor import Actor, Role
from governance.constants import RequestKind
from governance.gates.models import GateRequest
from governance.gates.selectors.requests import open_requests
from measures.constants import Doi
from measures.models import Correction, EffectMonth

from ..models import ClosureSignature


def closures(actor: Actor) -> QuerySet[GateRequest]:
    """Open closings on measures that the person may see, oldest first."""
    return open_requests(actor).filter(kind=RequestKind.ADVANCE, to_doi=Doi.CLOSED)


def closures_waiting(actor: Actor) -> QuerySet[GateRequest]:
    """Open closings that the actor signs: of measures that they control, or second, after the controller."""
    signed = closures(actor).annotate(is_signed=Exists(_signed_first()))
    entered = EffectMonth.objects.filter(measure=OuterRef("measure"), reported_by_id=actor.user_id)
    corrected = Correction.objects.filter(
        measure=OuterRef("measure"), entered_by_id=actor.user_id, returned_at__isnull=True
    )
    apart = ~Q(measure__controller_id=actor.user_id)
    apart &= ~Q(requested_by_id=actor.user_id) & ~Q(on_behalf_of_id=actor.user_id)
    apart &= ~Q(measure__owner_id=actor.user_id) & ~Q(measure__sponsor_id=actor.user_id)
    controls = Q(measure__package__path__overlap=_nodes_controlled(actor))
    second = Q(is_signed=True) & apart & controls & ~Exists(entered) & ~Exists(corrected)
    return signed.filter(Q(measure__controller_id=actor.user_id, is_signed=False) | second)


def _signed_first() -> QuerySet[ClosureSignature]:
    return ClosureSignature.objects.filter(request=OuterRef("pk"), position=1)


def _nodes_controlled(actor: Actor) -> list[UUID]:
    return [grant.node_id for grant in actor.grants if grant.role == Role.CONTROLLER]
