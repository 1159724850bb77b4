"""Closures that are open, and those of them that wait for a person's signature."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from cat4.accounts.actor import Actor, Role
from governance.constants import RequestKind
from governance.gates.models import GateRequest
from governance.gates.rules import OWN_PARTS
from governance.gates.selectors.requests import open_requests
from governance.gates.selectors.waiting import asked_by
from governance.parties.selectors.held import Held
from measures.constants import Doi
from measures.models import Correction, EffectMonth

from ..models import ClosureSignature


def closures(actor: Actor) -> QuerySet[GateRequest]:
    """Open closings on measures that the person may see, oldest first."""
    return open_requests(actor).filter(kind=RequestKind.ADVANCE, to_doi=Doi.CLOSED)


def closures_waiting(actor: Actor) -> QuerySet[GateRequest]:
    """Open closings that the actor may sign: of measures that they control, or second, after the controller.

    The same right as `policies.may_sign_next`, as conditions on rows: in person, and without another part in it.
    """
    held = Held(actor)
    first = Q(measure__controller_id=actor.user_id, is_signed=False)
    second = Q(is_signed=True) & held.works_as(Role.CONTROLLER) & ~held.bound("controller")
    entered = EffectMonth.objects.filter(measure=OuterRef("measure"), reported_by_id=actor.user_id)
    corrected = Correction.objects.filter(
        measure=OuterRef("measure"), entered_by_id=actor.user_id, returned_at__isnull=True
    )
    apart = ~held.bound(*OWN_PARTS) & ~asked_by(actor) & ~Exists(entered) & ~Exists(corrected)
    signed = closures(actor).annotate(is_signed=Exists(_signed_first()))
    return signed.filter(first | second, apart)


def _signed_first() -> QuerySet[ClosureSignature]:
    return ClosureSignature.objects.filter(request=OuterRef("pk"), position=1)
