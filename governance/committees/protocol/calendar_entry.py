"""A meeting as a calendar entry (RFC 5545, sent as RFC 5546): called, moved and cancelled under one name."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

# Meetings have no end of their own; calendars want one.
_LASTS = timedelta(hours=1)
_LONGEST_LINE = 73


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """`uid` stays with the meeting; `sequence` counts its changes, and calendars follow the highest."""

    uid: str
    sequence: int
    stamp: datetime
    starts_at: datetime
    title: str
    place: str
    text: str
    url: str
    organizer: str
    attendee: str
    is_cancelled: bool = False

    @property
    def method(self) -> str:
        """What the calendar is asked to do."""
        return "CANCEL" if self.is_cancelled else "REQUEST"


def calendar_file(entry: CalendarEntry) -> bytes:
    """The entry as an .ics file."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//cat4//Meetings//EN",
        f"METHOD:{entry.method}",
        "BEGIN:VEVENT",
        f"UID:{entry.uid}",
        f"SEQUENCE:{entry.sequence}",
        f"DTSTAMP:{_instant(entry.stamp)}",
        f"DTSTART:{_instant(entry.starts_at)}",
        f"DTEND:{_instant(entry.starts_at + _LASTS)}",
        f"SUMMARY:{_escaped(entry.title)}",
        f"LOCATION:{_escaped(entry.place)}",
        f"DESCRIPTION:{_escaped(entry.text)}",
        f"URL:{entry.url}",
        f"ORGANIZER:mailto:{entry.organizer}",
        f"ATTENDEE;ROLE=REQ-PARTICIPANT;RSVP=FALSE:mailto:{entry.attendee}",
        f"STATUS:{'CANCELLED' if entry.is_cancelled else 'CONFIRMED'}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines).encode()


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    r"""Text as the format wants it: `,`, `;` and `\` with a backslash, lines joined by `\n`."""
    for mark in ("\\", ";", ","):
        text = text.replace(mark, f"\\{mark}")
    return "\\n".join(text.splitlines())


def _folded(line: str) -> str:
    """At most 75 octets a line; what goes on begins with a blank. No letter is cut in two."""
    parts, part = [], ""
    for letter in line:
        if len(f"{part}{letter}".encode()) > _LONGEST_LINE:
            parts.append(part)
            part = ""
        part += letter
    return "\r\n ".join([*parts, part])
