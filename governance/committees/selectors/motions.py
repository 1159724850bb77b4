"""Reads of motions."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from cat4.accounts.actor import Actor
from governance.parties.constants import SubjectKind

from ..constants import CirculationState
from ..models.meetings import Motion
from ..models.resolutions import Circulation, CommitteeDecision
from .overview import visible_committees


def visible_motions(actor: Actor) -> QuerySet[Motion]:
    """Those before the committees that the person may follow."""
    found = Motion.objects.filter(organization_id=actor.organization_id, committee__in=visible_committees(actor))
    return found.select_related("committee", "committee__node", "proposed_by", "measure")


def visible_motion(actor: Actor, pk: UUID) -> Motion:
    """One of them, or Http404."""
    found = visible_motions(actor).filter(pk=pk).first()
    if found is None:
        raise Http404("There is no such motion.")
    return found


def open_motions(actor: Actor) -> QuerySet[Motion]:
    """Those that stand on the next agenda: neither withdrawn, decided nor in circulation; the latest first."""
    decided = CommitteeDecision.objects.filter(subject_kind=SubjectKind.MOTION).values("subject_id")
    went_round = Circulation.objects.filter(motion__isnull=False).exclude(state=CirculationState.LAPSED)
    found = visible_motions(actor).filter(withdrawn_at__isnull=True).exclude(pk__in=decided)
    return found.exclude(pk__in=went_round.values("motion_id")).order_by("-proposed_at", "-id")
