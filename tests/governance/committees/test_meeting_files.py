"""Agenda, minutes and calendar entries as files: what they say, and that they reach every member by mail."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any
from unittest.mock import patch

import pytest
from django.core import mail
from django.core.files.base import ContentFile
from django.db import DatabaseError, transaction
from django.http import Http404
from django.test import Client

from cat4 import clock
from cat4.errors import NotAllowed
from cat4.notices.inbox import save_preferences
from cat4.notices.mail import ServerDown, send_due
from cat4.notices.models import Notice
from governance.committees.actions import documents
from governance.committees.actions.circulations import withdraw_circulation
from governance.committees.actions.closing import close_meeting
from governance.committees.actions.documents import minutes_file
from governance.committees.actions.meetings import call_meeting, cancel_meeting, move_meeting, put_motion
from governance.committees.actions.minutes import sign_minutes
from governance.committees.actions.resolving import ConditionAsk
from governance.committees.actions.subject_papers import attach_paper
from governance.committees.duties import lock_papers
from governance.committees.models.meetings import AgendaItem, Meeting, Minutes
from governance.committees.models.subject_papers import SubjectPaper
from governance.committees.protocol.calendar_entry import CalendarEntry, calendar_file
from governance.committees.protocol.pages_pdf import agenda_pdf, minutes_pdf
from governance.committees.selectors.minutes import content_of
from governance.gates.actions.requests import request_gate
from measures.models import Measure
from tests.governance.changing import confirmed, propose
from tests.governance.changing import decided as planned
from tests.governance.meeting import MEETING, called, decided, opened, votes_of
from tests.governance.ready import ready_measure
from tests.governance.sitting import circulate, complete_request, seat_five
from tests.measures.steps import invalid, refused
from tests.pdf_files import page_pdf
from tests.world import PASSWORD, World

PDF = page_pdf("Hotels")


def lines_of(ics: bytes) -> dict[str, str]:
    """The entry's lines by name, put together again."""
    lines = ics.decode().replace("\r\n ", "").split("\r\n")
    return dict(line.partition(":")[::2] for line in lines if line)


def words_of(draw: Any, *facts: Any) -> list[str]:
    """Every paragraph and cell that a PDF writes."""
    from cat4.web.pdf import Sheet

    said: list[str] = []
    text, row = Sheet.text, Sheet.row

    def spoken(sheet: Sheet, words: str, **how: Any) -> None:
        said.append(words)
        text(sheet, words, **how)

    def listed(sheet: Sheet, cells: Any, **how: Any) -> None:
        listed_cells = list(cells)
        said.append(" | ".join(words for words, *_ in listed_cells))
        row(sheet, listed_cells, **how)

    with patch.object(Sheet, "text", spoken), patch.object(Sheet, "row", listed):
        assert draw(*facts).startswith(b"%PDF-")
    return said


def test_an_entry_is_folded_escaped_and_in_universal_time() -> None:
    at = datetime(2026, 10, 19, 8, tzinfo=UTC)
    entry = CalendarEntry(
        "m@cat4.example", 2, at, at, "Ä" * 60, "Room 3; second floor", "First,\nsecond", "https://cat4.example/",
        "cat4@cat4.example", "mona@alder.example", is_cancelled=True,
    )  # fmt: skip
    ics = calendar_file(entry)
    assert max(len(line) for line in ics.split(b"\r\n")) <= 75
    assert lines_of(ics) == {
        "BEGIN": "VEVENT", "VERSION": "2.0", "PRODID": "-//cat4//Meetings//EN", "METHOD": "CANCEL",
        "UID": "m@cat4.example", "SEQUENCE": "2", "DTSTAMP": "20261019T080000Z", "DTSTART": "20261019T080000Z",
        "DTEND": "20261019T090000Z", "SUMMARY": "Ä" * 60, "LOCATION": "Room 3\\; second floor",
        "DESCRIPTION": "First\\,\\nsecond", "URL": "https://cat4.example/", "ORGANIZER": "mailto:cat4@cat4.example",
        "ATTENDEE;ROLE=REQ-PARTICIPANT;RSVP=FALSE": "mailto:mona@alder.example", "STATUS": "CANCELLED",
        "END": "VCALENDAR",
    }  # fmt: skip


def test_called_moved_and_cancelled_meetings_go_into_calendars_and_minutes_reach_every_member(
    world: World, settings: Any
) -> None:
    settings.PUBLIC_URL = "https://cat4.example:8443"
    seat_five(world)
    with world.inside():
        save_preferences(world.actor("mona"), mail="at_once")
        meeting = called(world)
        move_meeting(world.actor("chair"), meeting.pk, starts_at=datetime(2026, 10, 20, 8, tzinfo=UTC), reason="Travel")
        cancel_meeting(world.actor("chair"), meeting.pk, reason="Nothing waits.")
    assert send_due(world.organization.pk) == 3
    entries = []
    for letter in mail.outbox:
        [part] = [part for part in letter.message().walk() if part.get_content_type() == "text/calendar"]
        entries.append((part.get_param("method"), lines_of(part.get_payload(decode=True))))  # type: ignore[arg-type]
    assert [(method, entry["SEQUENCE"], entry["DTSTART"]) for method, entry in entries] == [
        ("REQUEST", "0", "20261019T080000Z"), ("REQUEST", "1", "20261020T080000Z"), ("CANCEL", "2", "20261020T080000Z"),
    ]  # fmt: skip
    assert {entry["UID"] for _, entry in entries} == {f"{meeting.pk}@cat4.example"}
    assert entries[2][1]["STATUS"] == "CANCELLED"

    mail.outbox.clear()
    with world.inside():
        put_motion(world.actor("pmo"), world.committee.pk, title="Meet in Brno")
        held = opened(world, "member")
        close_meeting(world.actor("chair"), held.pk, confirmed=True)
        sign_minutes(world.actor("chair"), held.pk, password=PASSWORD)
        told = set(Notice.objects.filter(kind="meeting.minutes_signed").values_list("person__name", flat=True))
        assert told == {"Chair Alder", "Deputy", "Member Alder", "Milo", "Mona"}
    # The mail server is away, then back: the same file goes out.
    away = patch("django.core.mail.backends.locmem.EmailBackend.send_messages", side_effect=OSError("away"))
    with away, pytest.raises(ServerDown):
        send_due(world.organization.pk)
    with clock.at(MEETING):
        send_due(world.organization.pk)
    signed = next(letter for letter in mail.outbox if "Minutes of" in letter.subject)
    [name] = [part.get_filename() for part in signed.message().walk() if part.get_content_type() == "application/pdf"]
    assert name == "Minutes Commercial committee 2026-10-19.pdf"


def test_minutes_stand_alone(inside: World) -> None:
    complete_request(inside)
    put_motion(inside.actor("pmo"), inside.committee.pk, title="Meet in Brno")
    opened(inside, "member", "mona")
    gate, motion = AgendaItem.objects.order_by("position")
    ask = ConditionAsk("Audit passed", date(2027, 1, 31), inside.people["owner"].pk)
    member = inside.people["member"].pk
    votes = votes_of(inside, chair="for", mona="for", member="against")
    comments = {member: "The tender ends in May."}
    decided(inside, gate, unanimous=False, votes=votes, comments=comments, conditions=[ask])
    decided(inside, motion, outcome="agreed", unanimous=False, votes=votes_of(inside, mona="against"))
    meeting = Meeting.objects.get()
    close_meeting(inside.actor("chair"), meeting.pk)
    sign_minutes(inside.actor("chair"), meeting.pk, password=PASSWORD)
    minutes = Minutes.objects.get()
    assert sha256(minutes.content.encode()).hexdigest() == minutes.hash
    said = words_of(minutes_pdf, json.loads(minutes.content), None, minutes.signed_at)
    for sentence in (
        "1. Measure M-1 (M-1)",
        "Decision 1. Advance: 2 for, 1 against, 0 abstained, 3 of 5 took part.",
        "Option taken: Advance. Moves to DoI 3, Decided. The plan is frozen.",
        "DoI 3 planned | 30 Nov 2026 | 30 Nov 2026",
        "  Member Alder: against: “The tender ends in May.”",
        "  Milo: absent",
        "Condition: Audit passed Owner Alder, by 31 Jan 2027.",
        "Decision 2. Motion lost: 0 for, 1 against, 0 abstained, 3 of 5 took part.",
        "Mona, member: present",
    ):
        assert sentence in said, (sentence, said)


def test_a_paper_is_for_who_sees_the_item_and_marked_when_it_came_late(inside: World, client: Client) -> None:
    motion = put_motion(inside.actor("pmo"), inside.committee.pk, title="Meet in Brno")
    meeting = call_meeting(
        inside.actor("pmo"), inside.committee.pk, starts_at=datetime(2026, 10, 29, 8, tzinfo=UTC), reason="Soon."
    )
    about: dict[str, Any] = {"subject_kind": "motion", "subject_id": motion.pk}
    with refused(NotAllowed, "may attach papers."):
        attach_paper(inside.actor("member"), **about, file=ContentFile(PDF, name="hotels.pdf"))
    with invalid("file", "This kind of file isn't taken."):
        attach_paper(inside.actor("pmo"), **about, file=ContentFile(b"\0\1\2", name="hotels.exe"))
    paper = attach_paper(inside.actor("pmo"), **about, file=ContentFile(PDF, name="hotels.pdf"))
    with clock.at(datetime(2026, 10, 28, 8, tzinfo=UTC)):
        lock_papers(date(2026, 10, 28))
    with clock.at(datetime(2026, 10, 28, 9, tzinfo=UTC)):
        attach_paper(inside.actor("pmo"), **about, file=ContentFile(PDF, name="prices.pdf"))
    client.force_login(inside.people["member"])
    item = AgendaItem.objects.get()
    page = client.get(inside.url(f"/committee/meetings/{meeting.pk}/items/{item.pk}/")).content.decode()
    assert (page.count("hotels.pdf"), page.count("prices.pdf"), page.count("Late")) == (1, 1, 1)
    assert b"".join(client.get(inside.url(f"/committee/papers/{paper.pk}/")).streaming_content) == PDF  # type: ignore[attr-defined]
    with patch.object(documents, "agenda_pdf", return_value=b"") as drawn:
        documents.agenda_file(Meeting.objects.get())
    [files] = [entry["files"] for entry in drawn.call_args.args[0]["items"]]
    assert [(found["title"], found["is_late"]) for found in files] == [("hotels.pdf", False), ("prices.pdf", True)]
    with pytest.raises(DatabaseError), transaction.atomic():
        SubjectPaper.objects.update(title="Other")


def test_files_of_a_meeting_are_saved_by_who_follows_the_committee(inside: World, twin: World, client: Client) -> None:
    meeting = called(inside)
    client.force_login(inside.people["member"])
    for name in ("agenda.pdf", "meeting.ics"):
        answer = client.get(inside.url(f"/committee/meetings/{meeting.pk}/{name}"))
        assert (answer.status_code, answer["Content-Disposition"][:10]) == (200, "attachment")
    assert client.get(inside.url(f"/committee/meetings/{meeting.pk}/minutes.pdf")).status_code == 404
    client.force_login(twin.people["chair"])
    assert client.get(twin.url(f"/committee/meetings/{meeting.pk}/agenda.pdf")).status_code == 404
    with pytest.raises(Http404, match="This meeting has no minutes"):
        minutes_file(meeting)


@pytest.mark.parametrize(
    ("kind", "label"), [("cancel", "Cancel"), ("hold", "Hold"), ("change", "Change the plan")], ids=lambda name: name
)
def test_what_follows_stands_in_circulation_locked_papers_and_minutes(
    inside: World, client: Client, kind: str, label: str
) -> None:
    enabled, follows = inside.measure("M-3", doi=3), "It enables M-3. No target gap changes."
    measure = planned(inside, enables=enabled) if kind == "change" else ready_measure(inside, doi=3, enables=enabled)
    stated: dict[str, Any] = {"gap_owner_id": inside.people["member"].pk}
    if kind == "hold":
        stated = {"hold_reason": "budget", "resume_on": date(2027, 3, 1)}
    if kind == "change":
        asked = confirmed(inside, propose(inside, measure))
    else:
        asked = request_gate(inside.actor("owner"), measure.pk, kind=kind, comment="No tender.", **stated)
    circulation = circulate(inside, asked.pk, outcome=kind)
    client.force_login(inside.people["mona"])
    assert follows in client.get(inside.url(f"/committee/circulations/{circulation.pk}/")).content.decode()
    withdraw_circulation(inside.actor("pmo"), circulation.pk, reason="We meet.")
    meeting = opened(inside, "member", "mona")
    Measure.objects.filter(pk=measure.pk).update(enables=None)
    item = AgendaItem.objects.get()
    with clock.at(MEETING):
        page = client.get(inside.url(f"/committee/meetings/{meeting.pk}/items/{item.pk}/")).content.decode()
    assert "as the papers locked" in page and follows in page
    facts = documents._kept_agenda(meeting, meeting.agenda)
    about = {"organization": "Alder", "committee": "Body", "starts_at": MEETING, "place": ""}
    assert any(follows in said for said in words_of(agenda_pdf, {**about, **facts}, MEETING))
    Measure.objects.filter(pk=measure.pk).update(enables=enabled)
    decided(inside, item, outcome=kind, reason="No tender.")
    said = words_of(minutes_pdf, content_of(meeting), None, MEETING)
    assert any(words.startswith(f"Option taken: {label}") and follows in words for words in said), said
