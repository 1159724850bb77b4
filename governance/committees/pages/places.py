"""Where a subject is being decided, in words and with its address."""

from uuid import UUID

from django.conf import settings
from django.urls import reverse

from cat4.wording import day_name
from governance.parties.constants import ResolutionKind
from governance.parties.selectors.places import Place

from ..constants import CirculationState
from ..models.meetings import AgendaItem
from ..models.resolutions import Circulation


def place_in_words(found: Circulation | AgendaItem) -> Place:
    """A circulation that runs, or an item of an open meeting, with its address within the organization."""
    if isinstance(found, Circulation):
        is_open = found.state == CirculationState.OPEN
        state = f"votes until {day_name(found.closes_on)}" if is_open else "carried, and to be confirmed"
        words = f"This is in circulation to {found.committee.name}, {state}."
        return Place(ResolutionKind.CIRCULATION, found.pk, words, _address("circulation", found.pk))
    words = f"This is before the open meeting of {found.meeting.committee.name}, item {found.position}."
    return Place(ResolutionKind.MEETING, found.pk, words, _address("meeting-item", found.meeting_id, found.pk))


def _address(name: str, *ids: UUID) -> str:
    return reverse(f"governance:{name}", urlconf=settings.ORGANIZATION_URLCONF, args=ids)
