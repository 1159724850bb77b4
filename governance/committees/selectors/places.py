"""Where something is being decided right now: a circulation that runs, or a meeting in session."""

from uuid import UUID

from django.conf import settings
from django.urls import reverse

from cat4.wording import day_name
from governance.parties.constants import ResolutionKind
from governance.parties.selectors.places import Place

from ..constants import CirculationState, MeetingState
from ..models.meetings import AgendaItem
from ..models.resolutions import Circulation


def place_before_committee(subject_kind: str, subject_id: UUID) -> Place | None:
    """The circulation or the item of an open meeting that is about it; None where there is neither."""
    about = {"subject_kind": subject_kind, "subject_id": subject_id}
    running = [CirculationState.OPEN, CirculationState.CARRIED]
    circulation = Circulation.objects.filter(state__in=running, **about).select_related("committee").first()
    if circulation is not None:
        until = f"votes until {day_name(circulation.closes_on)}"
        state = until if circulation.state == CirculationState.OPEN else "carried, and to be confirmed"
        words = f"This is in circulation to {circulation.committee.name}, {state}."
        path = _path("circulation", circulation.pk)
        return Place(ResolutionKind.CIRCULATION, circulation.pk, words, path)
    items = AgendaItem.objects.filter(meeting__state=MeetingState.IN_SESSION, decision__isnull=True, **about)
    item = items.select_related("meeting__committee").first()
    if item is None:
        return None
    words = f"This is before the open meeting of {item.meeting.committee.name}, item {item.position}."
    path = _path("meeting-item", item.meeting_id, item.pk)
    return Place(ResolutionKind.MEETING, item.pk, words, path)


def _path(name: str, *ids: UUID) -> str:
    """Its address; within the organization where no page is being asked for."""
    return reverse(f"governance:{name}", urlconf=settings.ORGANIZATION_URLCONF, args=ids)
