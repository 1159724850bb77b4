"""Agenda, minutes and calendar entry of a meeting as files: to save, and to go with mails (domain section 13)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.http import Http404

from cat4 import clock
from cat4.web import formats
from hierarchy.organization.selectors import organization

from ..constants import HELD, MeetingState
from ..models.meetings import AgendaItem, Meeting, MeetingAgenda
from ..papers import paper_of, sections_of
from ..protocol.calendar_entry import CalendarEntry, calendar_file
from ..protocol.pages_pdf import Signature, agenda_pdf, minutes_pdf
from ..selectors.agenda import agenda_of
from ..selectors.matters import Matter
from ..selectors.meetings import item_from, items_of, kept_agenda
from ..selectors.minutes import content_of, signed_minutes
from ..selectors.subject_papers import papers_on


@dataclass(frozen=True, slots=True)
class MeetingFile:
    """A file of a meeting."""

    name: str
    content: bytes
    content_type: str = "application/pdf"


def agenda_file(meeting: Meeting) -> MeetingFile:
    """The agenda with its papers, as kept; a draft of the present until they lock."""
    home, kept = organization(), kept_agenda(meeting)
    with formats.as_read_in(home):
        facts = _kept_agenda(meeting, kept) if kept else _draft_agenda(meeting)
        made_at = kept.locked_at if kept else clock.now()
        about = {"committee": meeting.committee.name, "starts_at": meeting.starts_at, "place": meeting.place}
        content = agenda_pdf({**about, **facts, "organization": home.name}, made_at)
    return MeetingFile(f"Agenda {_name(meeting)}.pdf", content)


def _kept_agenda(meeting: Meeting, kept: MeetingAgenda) -> dict[str, Any]:
    items = [_item(item, item.paper, papers_on(Matter.of_item(item), kept.locked_at)) for item in items_of(meeting)]
    return {"locked_at": kept.locked_at, "items": items, "sections": kept.sections}


def _draft_agenda(meeting: Meeting) -> dict[str, Any]:
    agenda = agenda_of(meeting)
    items = [
        _item(item_from(meeting, number, subject), paper_of(subject), papers_on(Matter.of_subject(subject), None))
        for number, subject in enumerate(agenda.items, start=1)
    ]
    sections = [asdict(section) for section in sections_of(agenda.opening, organization())]
    return {"locked_at": None, "items": items, "sections": sections}


def _item(item: AgendaItem, paper: Mapping[str, Any], files: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "position": item.position,
        "title": item.title,
        "summary": item.summary,
        "missing": item.missing,
        "paper": paper,
        "files": files,
    }


def minutes_file(meeting: Meeting) -> MeetingFile:
    """The minutes as they were signed, drawn from the content that was hashed; a draft until then.

    Raises:
        Http404: the meeting wasn't held.
    """
    if meeting.state not in HELD:
        raise Http404("This meeting has no minutes.")
    minutes = signed_minutes(meeting)
    with formats.as_read_in(organization()):
        if minutes is None:
            content = minutes_pdf(content_of(meeting), None, meeting.closed_at or clock.now())
        else:
            signature = Signature(minutes.signed_by.name, minutes.signed_at, minutes.hash)
            content = minutes_pdf(minutes.facts, signature, minutes.signed_at)
    return MeetingFile(f"Minutes {_name(meeting)}.pdf", content)


def _name(meeting: Meeting) -> str:
    return f"{meeting.committee.name} {meeting.starts_at:%Y-%m-%d}"


def calendar_of(meeting: Meeting, address: str) -> MeetingFile:
    """The meeting as it is now for the calendar of who reads mail at `address`."""
    facts = {
        "committee": meeting.committee.name,
        "starts_at": meeting.starts_at,
        "place": meeting.place,
        "reason": meeting.reason,
        "meeting_id": str(meeting.pk),
        "sequence": meeting.sequence,
        "told_at": meeting.called_at,
        "word": "cancelled" if meeting.state == MeetingState.CANCELLED else "",
    }
    return calendar_entry(facts, address)


def calendar_entry(facts: Mapping[str, Any], address: str) -> MeetingFile:
    """The same of what a notice told: it stays as it was told, however late its mail goes out."""
    entry = entry_of(facts, address)
    starts_at: datetime = facts["starts_at"]
    return MeetingFile(f"{facts['committee']} {starts_at:%Y-%m-%d}.ics", calendar_file(entry), "text/calendar")


def entry_of(facts: Mapping[str, Any], address: str) -> CalendarEntry:
    """The facts of a notice about a meeting as an entry of a calendar."""
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    path = f"/o/{organization().slug}/committee/meetings/{facts['meeting_id']}/"
    return CalendarEntry(
        uid=f"{facts['meeting_id']}@{host}",
        sequence=facts["sequence"],
        stamp=facts["told_at"],
        starts_at=facts["starts_at"],
        title=facts["committee"],
        place=facts["place"],
        text=facts.get("reason", ""),
        url=f"{settings.PUBLIC_URL}{path}",
        organizer=parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
        attendee=address,
        is_cancelled=facts.get("word") == "cancelled",
    )


def meeting_of(facts: Mapping[str, Any]) -> Meeting | None:
    """The meeting that a notice is about; None of one that was told before notices named it."""
    found = Meeting.objects.select_related("committee", "committee__node", "chaired_by")
    return found.filter(pk=UUID(facts["meeting_id"])).first() if "meeting_id" in facts else None
