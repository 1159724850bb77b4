"""What waits for a person: closures to sign, decisions, confirmations. One query each, whatever the number."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import BooleanField, OuterRef, Q, QuerySet, Subquery

from cat4.accounts.actor import Actor, Role
from hierarchy.constants import Level
from hierarchy.models import CommitteeMember, Node
from measures.constants import Doi

from ..constants import ApprovalKind, RequestKind, RequestState
from ..models import GateApproval, GateRequest
from .parties import ACCEPTING_ROLES, RECORDING_SEATS
from .requests import open_requests


@dataclass(frozen=True, slots=True)
class WaitingCounts:
    """The numbers beside the side navigation."""

    closures: int
    decisions: int


def waiting_counts(actor: Actor) -> WaitingCounts:
    """How many closures wait for the actor's signature, and how many decisions and confirmations for their word."""
    return WaitingCounts(closures_waiting(actor).count(), decisions_waiting(actor).count())


def closures(actor: Actor) -> QuerySet[GateRequest]:
    """Open closings on measures that the person may see, oldest first."""
    return open_requests(actor).filter(kind=RequestKind.ADVANCE, to_doi=Doi.CLOSED)


def closures_waiting(actor: Actor) -> QuerySet[GateRequest]:
    """Open closings of measures that the actor controls."""
    return closures(actor).filter(measure__controller_id=actor.user_id)


def decisions_waiting(actor: Actor) -> QuerySet[GateRequest]:
    """Requests that the actor decides, or owes a confirmation to, oldest first. Closings are listed apart."""
    waiting = _decided_by(actor) | _confirmed_by(actor)
    requests = GateRequest.objects.filter(organization_id=actor.organization_id, state=RequestState.SUBMITTED)
    with_words = requests.annotate(
        **{f"has_{kind.value}": _given(kind) for kind in ApprovalKind},
    )
    return (
        with_words.filter(waiting)
        .exclude(kind=RequestKind.ADVANCE, to_doi=Doi.CLOSED)
        .select_related("measure", "measure__package", "requested_by", "gap_owner")
        .order_by("submitted_at", "id")
    )


def _given(kind: ApprovalKind) -> Subquery:
    last = GateApproval.objects.filter(request=OuterRef("pk"), kind=kind).order_by("-id")
    return Subquery(last.values("granted")[:1], output_field=BooleanField())


def _decided_by(actor: Actor) -> Q:
    """The same right as `policies.may_decide`, as conditions on rows."""
    own = Q(measure__owner_id=actor.user_id) | Q(measure__sponsor_id=actor.user_id)
    advance = Q(kind=RequestKind.ADVANCE) & ~Q(requested_by_id=actor.user_id)
    managed = Q(measure__package__path__overlap=_nodes_with(actor, Role.PMO))
    led = Q(measure__package__path__overlap=_nodes_led(actor))
    chaired = Q(measure__committee_id__in=_committees_chaired(actor)) & ~Q(measure__controller_id=actor.user_id)
    steered = Q(kind__in=[RequestKind.HOLD, RequestKind.RESUME, RequestKind.CANCEL])
    early = advance & ((managed & Q(to_doi__in=[1, 2])) | (led & Q(to_doi=1)) | (chaired & Q(to_doi=3)))
    gate_4 = advance & Q(to_doi=4, measure__sponsor_id=actor.user_id) & ~Q(measure__owner_id=actor.user_id)
    reopened = Q(kind=RequestKind.REOPEN) & (Q(measure__controller_id=actor.user_id) | (chaired & ~own))
    changed = Q(kind=RequestKind.CHANGE) & chaired & ~Q(requested_by_id=actor.user_id)
    return (~own & (early | (steered & chaired) | changed)) | gate_4 | reopened


def _confirmed_by(actor: Actor) -> Q:
    """Confirmations that only this person can give, or that anybody of the receiving unit can, and nobody has."""
    own = Q(measure__owner_id=actor.user_id) | Q(measure__sponsor_id=actor.user_id)
    gate = Q(kind=RequestKind.ADVANCE)
    receives = Q(measure__package__path__overlap=_nodes_with(actor, *ACCEPTING_ROLES))
    size = gate & Q(to_doi=3, measure__controller_id=actor.user_id, has_size_and_timing__isnull=True)
    sponsor = gate & Q(to_doi=3, measure__sponsor_id=actor.user_id, has_sponsor__isnull=True)
    hand_over = gate & Q(to_doi=4, has_hand_over__isnull=True) & receives & ~own
    plan = Q(kind=RequestKind.CHANGE, measure__controller_id=actor.user_id, has_plan_change__isnull=True)
    return size | sponsor | hand_over | plan


def _nodes_with(actor: Actor, *roles: Role) -> list[UUID]:
    return [grant.node_id for grant in actor.grants if grant.role in roles]


def _nodes_led(actor: Actor) -> list[UUID]:
    led = Node.objects.filter(lead_id=actor.user_id, level__in=[Level.PROGRAM, Level.PROJECT])
    return list(led.values_list("pk", flat=True))


def _committees_chaired(actor: Actor) -> list[UUID]:
    seats = CommitteeMember.objects.filter(user_id=actor.user_id, role__in=RECORDING_SEATS)
    return list(seats.values_list("committee_id", flat=True))
