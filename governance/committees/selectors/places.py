"""What is being decided right now: a circulation that runs, or an item of a meeting in session."""

from uuid import UUID

from ..constants import RUNNING, MeetingState
from ..models.meetings import AgendaItem
from ..models.resolutions import Circulation


def being_decided(subject_kind: str, subject_id: UUID) -> Circulation | AgendaItem | None:
    """The circulation or the item of an open meeting that is about a subject; None where there is neither."""
    about = {"subject_kind": subject_kind, "subject_id": subject_id}
    circulation = Circulation.objects.filter(state__in=RUNNING, **about).select_related("committee").first()
    if circulation is not None:
        return circulation
    items = AgendaItem.objects.filter(meeting__state=MeetingState.IN_SESSION, decision__isnull=True, **about)
    return items.select_related("meeting__committee").first()
