"""Meetings from the cadence to signed minutes (domain section 13)."""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from cat4 import clock
from cat4.audit.ledger import verify_chain
from cat4.audit.models import AuditEntry
from cat4.errors import Conflict, Invalid, NotAllowed
from governance.committees.actions.closing import close_meeting, reopen_meeting
from governance.committees.actions.conditions import accept_condition, fulfil_condition, refuse_condition
from governance.committees.actions.meetings import call_meeting, cancel_meeting, move_meeting, plan_meetings, put_motion
from governance.committees.actions.minutes import sign_minutes
from governance.committees.actions.resolving import ConditionAsk
from governance.committees.actions.sessions import Seen, add_minute_note, decide_item, start_meeting, take_attendance
from governance.committees.duties import lock_papers
from governance.committees.models.meetings import AgendaItem, Attendance, Meeting, MeetingVote, MinuteNote, Minutes
from governance.committees.models.resolutions import CommitteeDecision, Condition
from governance.committees.papers import Section, sections_of
from governance.committees.selectors.agenda import agenda_of
from governance.committees.selectors.minutes import content_of
from governance.gates.actions.requests import request_gate, withdraw_request
from hierarchy.models import Committee, OrganizationSettings, OwnDay, Target
from hierarchy.organization.selectors import organization
from measures.models import Measure, MeasureTotals
from measures.status.actions.recompute import recompute_measure
from tests.governance.meeting import MEETING, called, decided, opened
from tests.governance.ready import ready_measure
from tests.governance.sitting import complete_request
from tests.measures.steps import invalid, refused
from tests.world import PASSWORD, World

THIRD_THURSDAY: dict[str, Any] = {
    "cadence": "monthly", "cadence_weekday": 3, "cadence_week": 3, "cadence_from": date(2026, 1, 1),
    "meets_at": time(10),
}  # fmt: skip


def live_sections(meeting: Meeting) -> dict[str, Section]:
    """What opens a meeting whose papers aren't locked, by key."""
    return {section.key: section for section in sections_of(agenda_of(meeting).opening, organization())}


def local(meeting: Meeting) -> str:
    return f"{meeting.starts_at.astimezone(ZoneInfo('Europe/Vienna')):%Y-%m-%d %H:%M}"


def test_meetings_follow_the_cadence_over_days_off_and_the_change_of_clocks(inside: World) -> None:
    Committee.objects.update(**THIRD_THURSDAY)
    settings = OrganizationSettings.objects.get()
    OwnDay.objects.create(settings=settings, on=date(2026, 11, 19), kind="closed", reason="Shutdown")
    with clock.at(date(2026, 9, 28)):
        assert plan_meetings(date(2026, 9, 28)) == 2
    # The clocks go back on 25 October: ten o'clock stays ten o'clock, and the day off moves to the next working day.
    assert [local(meeting) for meeting in Meeting.objects.all()] == ["2026-10-15 10:00", "2026-11-20 10:00"]
    assert [meeting.starts_at.hour for meeting in Meeting.objects.all()] == [8, 9]


def test_after_days_of_standstill_nothing_is_made_twice_and_what_was_changed_stays(inside: World) -> None:
    Committee.objects.update(**THIRD_THURSDAY | {"cadence": "weekly"})
    assert plan_meetings(date(2026, 10, 15)) == 8
    first, second = Meeting.objects.all()[:2]
    cancel_meeting(inside.actor("chair"), first.pk, reason="Holidays.")
    move_meeting(inside.actor("deputy"), second.pk, starts_at=datetime(2026, 10, 30, 9, tzinfo=UTC), reason="Travel.")
    with clock.at(date(2026, 10, 18)):
        assert plan_meetings(date(2026, 10, 18)) == 0
    with clock.at(date(2026, 10, 23)):
        assert plan_meetings(date(2026, 10, 23)) == 1
        assert plan_meetings(date(2026, 10, 23)) == 0
    assert Meeting.objects.count() == 9
    assert Meeting.objects.get(pk=first.pk).state == "cancelled"
    Committee.objects.update(meets_at=time(14))
    plan_meetings(date(2026, 10, 23))
    assert [local(meeting)[-5:] for meeting in Meeting.objects.order_by("slot_on")[:3]] == ["10:00", "10:00", "14:00"]
    with refused(NotAllowed, "may move or cancel a meeting"):
        cancel_meeting(inside.actor("pmo"), second.pk, reason="No.")


def test_papers_lock_two_days_before_and_what_is_late_or_incomplete_is_not_granted(inside: World) -> None:
    meeting = called(inside, datetime(2026, 10, 20, 8, tzinfo=UTC))
    complete = complete_request(inside)
    bare = request_gate(inside.actor("owner"), ready_measure(inside, 2, "M-2").pk)
    with clock.at(datetime(2026, 10, 18, 7, 59, tzinfo=UTC)):
        assert lock_papers(date(2026, 10, 18)) == 0
    with clock.at(datetime(2026, 10, 18, 8, 1, tzinfo=UTC)):
        late = complete_request(inside, "M-3")
        assert [subject.id for subject in agenda_of(meeting).late] == [late.pk]
        assert lock_papers(date(2026, 10, 18)) == 1
        assert lock_papers(date(2026, 10, 18)) == 0
    first, second = AgendaItem.objects.all()
    assert (first.subject_id, first.missing) == (complete.pk, [])
    assert second.subject_id == bare.pk
    assert second.missing[0].startswith("Controller confirms size and timing: not given yet.")
    with clock.at(datetime(2026, 10, 20, 8, tzinfo=UTC)):
        start_meeting(inside.actor("chair"), meeting.pk)
        seen = [Seen(inside.people[name].pk, "present") for name in ("member", "mona")]
        take_attendance(inside.actor("chair"), meeting.pk, seen=seen)
        with invalid("", "The papers are incomplete, so it can only be returned."):
            decide_item(inside.actor("chair"), second.pk, outcome="hold", reason="Wait.", unanimous=True)
        returned = decide_item(
            inside.actor("chair"), second.pk, outcome="return", reason="Complete it.", unanimous=True
        )
    assert returned.outcome_label == "Return with comment"


def test_a_decision_applies_itself_and_its_conditions_block_the_next_gate(inside: World) -> None:
    complete_request(inside)
    opened(inside, "member", "mona")
    ask = ConditionAsk("Audit passed", date(2027, 1, 31), inside.people["owner"].pk)
    decision = decided(inside, AgendaItem.objects.get(), conditions=[ask])
    measure, condition = Measure.objects.get(), Condition.objects.get()
    assert (measure.doi, decision.gate_decision.number) == (3, decision.number)  # type: ignore[union-attr]
    with pytest.raises(Invalid) as blocked:
        request_gate(inside.actor("owner"), measure.pk)
    (sentence,) = blocked.value.errors["conditions_fulfilled"]
    assert sentence == (
        "Conditions of earlier decisions fulfilled: “Audit passed” of decision 1, due 31 Jan 2027. "
        "Owner Alder can supply it."
    )
    with refused(NotAllowed, "Only Owner Alder may report"):
        fulfil_condition(inside.actor("pmo"), condition.pk, note="Done.")
    fulfil_condition(inside.actor("owner"), condition.pk, note="Passed on 12 January.")
    with refused(NotAllowed, "You are responsible for this condition."):
        accept_condition(inside.actor("owner"), condition.pk)
    refuse_condition(inside.actor("chair"), condition.pk, reason="Where is the report?")
    fulfil_condition(inside.actor("owner"), condition.pk, note="The report is uploaded.")
    accept_condition(inside.actor("pmo"), condition.pk)
    with pytest.raises(Invalid) as other:
        request_gate(inside.actor("owner"), measure.pk)
    assert "conditions_fulfilled" not in other.value.errors
    with pytest.raises(DatabaseError, match="condition_accepted_by_another"), transaction.atomic():
        Condition.objects.update(answered_by=inside.people["owner"])


def test_a_correction_is_a_new_decision_that_lifts_the_old_conditions(inside: World) -> None:
    put_motion(inside.actor("pmo"), inside.committee.pk, title="Meet in Brno")
    put_motion(inside.actor("pmo"), inside.committee.pk, title="Meet in Graz after all")
    opened(inside, "member", "mona")
    first, second = AgendaItem.objects.all()
    ask = ConditionAsk("Book a room", date(2026, 11, 2), inside.people["pmo"].pk)
    old = decided(inside, first, outcome="agreed", conditions=[ask])
    new = decided(inside, second, outcome="agreed", supersedes_id=old.pk)
    assert (new.number, new.supersedes) == (2, old)
    condition = Condition.objects.get()
    assert (condition.state, condition.answer) == ("lifted", "Superseded by decision 2.")
    with pytest.raises(DatabaseError), transaction.atomic():
        CommitteeDecision.objects.filter(pk=old.pk).update(reason="Another.")


def test_closing_says_what_is_open_and_is_undone_until_the_minutes_are_signed(inside: World) -> None:
    complete_request(inside)
    other = complete_request(inside, "M-2")
    meeting = opened(inside)
    later = called(inside, MEETING + timedelta(days=3))
    withdraw_request(inside.actor("owner"), other.pk, reason="The tender ends.")
    with refused(Conflict, "Something is open."):
        close_meeting(inside.actor("chair"), meeting.pk)
    with pytest.raises(Conflict) as said:
        close_meeting(inside.actor("chair"), meeting.pk)
    assert said.value.current == {
        "moved_on": {"Measure M-1 (M-1)": "meeting 2026-10-22"},
        "present": "1 of 5, 3 needed",
        "has_quorum": False,
        "attendance_taken": False,
    }
    close_meeting(inside.actor("chair"), meeting.pk, confirmed=True)
    entry = AuditEntry.objects.get(verb="meeting.closed")
    assert entry.change["moved_on"] == {"Measure M-1 (M-1)": "meeting 2026-10-22"}
    with invalid("reason"):
        reopen_meeting(inside.actor("chair"), meeting.pk, reason=" ")
    with refused(NotAllowed, "Only the chair or deputy chair"):
        reopen_meeting(inside.actor("pmo"), meeting.pk, reason="We missed one.")
    assert reopen_meeting(inside.actor("chair"), meeting.pk, reason="We missed one.").state == "in_session"
    assert AuditEntry.objects.get(verb="meeting.reopened").reason == "We missed one."
    close_meeting(inside.actor("chair"), meeting.pk, confirmed=True)
    with clock.at(MEETING + timedelta(days=3)):
        start_meeting(inside.actor("chair"), later.pk)
        with refused(Conflict, "The committee has met since"):
            reopen_meeting(inside.actor("chair"), meeting.pk, reason="We missed one.")
    sign_minutes(inside.actor("chair"), meeting.pk, password=PASSWORD)
    with refused(Conflict, "Its minutes are signed"):
        reopen_meeting(inside.actor("chair"), meeting.pk, reason="We missed one.")


def test_a_meeting_that_is_opened_hours_early_says_so_and_asks(inside: World, client: Client) -> None:
    meeting = called(inside)
    client.force_login(inside.people["chair"])
    with clock.at(MEETING - timedelta(hours=5)):
        with refused(Conflict, "This meeting starts in 5 hours."):
            start_meeting(inside.actor("chair"), meeting.pk)
        path = inside.url(f"/committee/meetings/{meeting.pk}/start/")
        assert "It starts 19 Oct 2026, 10:00, in 5 hours." in " ".join(
            re.sub("<[^>]*>", "", client.post(path).content.decode()).split()
        )
        start_meeting(inside.actor("chair"), meeting.pk, confirmed=True)
    entry = AuditEntry.objects.get(verb="meeting.started")
    assert (entry.summary, entry.change["hours_early"]) == (
        "opened a meeting of Commercial committee, 5 hours before its time", 5,
    )  # fmt: skip
    assert content_of(Meeting.objects.get())["hours_early"] == 5


def test_signed_minutes_stand(inside: World) -> None:
    complete_request(inside)
    meeting = opened(inside, "member", "mona")
    item = AgendaItem.objects.get()
    decided(inside, item)
    with clock.at(meeting.starts_at + timedelta(hours=2)):
        add_minute_note(inside.actor("pmo"), meeting.pk, text="The supplier was heard.", item_id=item.pk)
        close_meeting(inside.actor("chair"), meeting.pk)
        with refused(NotAllowed, "Only the chair of Commercial committee, or who ran the meeting"):
            sign_minutes(inside.actor("deputy"), meeting.pk, password=PASSWORD)
        with invalid("password", "The password is wrong."):
            sign_minutes(inside.actor("chair"), meeting.pk, password="guess")
        minutes = sign_minutes(inside.actor("chair"), meeting.pk, password=PASSWORD)
    entry = AuditEntry.objects.get(verb="meeting.minutes_signed")
    assert entry.change == {"sha256": minutes.hash}
    assert "The supplier was heard." in minutes.content
    assert verify_chain().intact
    with refused(Conflict, "This meeting is signed."):
        add_minute_note(inside.actor("pmo"), meeting.pk, text="And yet.")
    note = {"meeting": meeting, "text": "And yet.", "author": inside.people["pmo"], "at": clock.now()}
    changes: list[Any] = [
        lambda: Meeting.objects.update(place="Elsewhere"),
        lambda: Minutes.objects.update(content="{}"),
        lambda: Attendance.objects.update(presence="present"),
        lambda: MeetingVote.objects.update(choice="against"),
        lambda: MeetingVote.objects.all().delete(),
        lambda: AgendaItem.objects.update(title="Other"),
        lambda: MinuteNote.objects.create(**note),
    ]
    for change in changes:
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_a_condition_is_flagged_when_it_stands_on_the_third_agenda(inside: World) -> None:
    put_motion(inside.actor("pmo"), inside.committee.pk, title="Meet in Brno")
    opened(inside, "member", "mona")
    ask = ConditionAsk("Book a room", date(2027, 1, 29), inside.people["pmo"].pk)
    decided(inside, AgendaItem.objects.get(), outcome="agreed", conditions=[ask])
    tags = []
    for month in (11, 12):
        day = datetime(2026, month, 10, 9, tzinfo=UTC)
        with clock.at(day - timedelta(days=10)):
            meeting = called(inside, day)
        with clock.at(day):
            lock_papers(day.date())
        (section,) = [part for part in meeting.agenda.sections if part["key"] == "conditions"]
        tags.append(section["lines"][0]["tag"])
    with clock.at(date(2027, 1, 4)):
        line = live_sections(called(inside, datetime(2027, 1, 12, 9, tzinfo=UTC)))["conditions"].lines[0]
    assert [*tags, line.tag] == ["Open", "Open", "Again"]
    assert line.sub == "Pmo Alder, due 29 Jan 2027, decision 1, on the agenda for the 3rd time"


def test_a_meeting_whose_day_passed_is_said_not_to_have_been_held(inside: World, client: Client) -> None:
    starts_at = datetime(2026, 10, 22, 8, tzinfo=UTC)
    call_meeting(inside.actor("chair"), inside.committee.pk, starts_at=starts_at, reason="Too much to wait.")
    client.force_login(inside.people["chair"])
    ahead = client.get(inside.url("/committee/")).content.decode()
    assert "Not held" not in ahead
    with clock.at(starts_at + timedelta(days=1)):
        assert client.get(inside.url("/committee/")).content.decode().count("Not held: move or cancel it") == 1


def test_papers_say_times_as_the_organization_does_whoever_locks_them(inside: World) -> None:
    Committee.objects.update(**THIRD_THURSDAY)
    with clock.at(date(2026, 9, 28)):
        plan_meetings(date(2026, 9, 28))
    with timezone.override(UTC):  # as the worker does
        dates = live_sections(called(inside))["dates"]
    assert "19 Nov 2026, 10:00" in [line.sub for line in dates.lines]


def test_papers_keep_the_words_that_the_page_showed_before(inside: World) -> None:
    complete_request(inside)
    meeting = called(inside)
    with clock.at(MEETING):
        shown = [asdict(section) for section in live_sections(meeting).values()]
        lock_papers(MEETING.date())
        assert meeting.agenda.sections == shown
    assert [section["key"] for section in shown][:2] == ["quorum", "minutes"]


def test_stale_forecasts_are_counted_by_unit_and_those_without_one_stand_first(inside: World) -> None:
    for code in ("M-1", "M-2", "M-3"):
        ready_measure(inside, 3, code, frozen=False)
    Measure.objects.update(forecast_confirmed_at=None)
    Measure.objects.filter(code="M-3").update(business_unit=None)
    stale = live_sections(called(inside))["stale"]
    assert [(line.text, line.sub) for line in stale.lines] == [
        ("No unit", "1 measure"),
        ("Drive Systems", "2 measures"),
    ]


def test_an_item_can_be_opened_as_a_draft_before_the_papers_lock(inside: World, client: Client) -> None:
    motion = put_motion(inside.actor("pmo"), inside.committee.pk, title="Meet in Brno", text="It is closer.")
    meeting = called(inside, datetime(2026, 10, 29, 8, tzinfo=UTC))
    client.force_login(inside.people["member"])
    agenda = client.get(inside.url(f"/committee/meetings/{meeting.pk}/")).content.decode()
    path = inside.url(f"/committee/meetings/{meeting.pk}/drafts/{motion.pk}/")
    assert path in agenda
    draft = " ".join(re.sub("<[^>]*>", " ", client.get(path).content.decode()).split())
    assert "Draft 1. Meet in Brno" in draft
    assert ("It is closer." in draft, "It is decided in the meeting." in draft) == (True, True)
    with clock.at(datetime(2026, 10, 28, 8, tzinfo=UTC)):
        lock_papers(date(2026, 10, 28))
    assert client.get(path)["Location"].endswith(f"/items/{AgendaItem.objects.get().pk}/")


def test_cover_curve_and_closures_stand_on_the_agenda(inside: World) -> None:
    node = inside.committee.node
    Target.objects.create(node=node, fiscal_year=2028, amount=Decimal(2_000_000))
    sections = live_sections(called(inside))
    [cover] = sections["cover"].lines
    assert (cover.text, cover.sub, cover.tag) == (
        "EBITDA, run-rate 2028", "Target 2,000, decided 0, expected 0", "0%",
    )  # fmt: skip
    curve = sections["curve"]
    assert [line.text for line in curve.lines] == [
        "Plan, in year", "At completion, in year", "Validated, in year", "Plan, exit run-rate",
        "Forecast, exit run-rate",
    ]  # fmt: skip
    assert curve.sub == "kEUR, no month is locked yet"
    assert sections["closures"].nothing == "No measure was closed."


def test_the_item_that_is_shown_is_marked_unless_something_is_missing(inside: World, client: Client) -> None:
    complete_request(inside)
    request_gate(inside.actor("owner"), ready_measure(inside, 2, "M-2").pk)
    meeting = opened(inside, "member", "deputy")
    client.force_login(inside.people["chair"])
    marks = []
    for item in meeting.items.order_by("position"):
        page = client.get(inside.url(f"/committee/meetings/{meeting.pk}/items/{item.pk}/")).content.decode()
        marks.append(re.findall(r'class="tag[^"]*">\s*(Now|Open|Incomplete)\s*<', page))
    assert marks == [["Now", "Incomplete"], ["Open", "Incomplete"]]


def test_a_decided_item_keeps_the_money_degree_and_proposal_of_its_day(inside: World, client: Client) -> None:
    request = complete_request(inside)
    recompute_measure(request.measure_id)
    meeting = opened(inside, "member", "deputy")
    item = AgendaItem.objects.get()
    decided(inside, item)
    MeasureTotals.objects.update(plan_run_rate=7)
    client.force_login(inside.people["chair"])
    with clock.at(MEETING + timedelta(days=1)):
        page = client.get(inside.url(f"/committee/meetings/{meeting.pk}/items/{item.pk}/"))
    view = page.context["view"]
    assert (view.doi, view.recommendation, view.totals["plan_run_rate"]) == (2, "Supplier signed.", 1200)
    assert "The money of that day was not kept." not in page.content.decode()


def test_an_undecided_item_of_a_closed_meeting_keeps_what_its_papers_showed(inside: World, client: Client) -> None:
    request = complete_request(inside)
    recompute_measure(request.measure_id)
    meeting = opened(inside, "member", "deputy")
    item = AgendaItem.objects.get()
    close_meeting(inside.actor("chair"), meeting.pk, confirmed=True)
    MeasureTotals.objects.update(plan_run_rate=7)
    client.force_login(inside.people["chair"])
    page = client.get(inside.url(f"/committee/meetings/{meeting.pk}/items/{item.pk}/"))
    view = page.context["view"]
    assert (view.doi, view.recommendation, view.totals["plan_run_rate"]) == (2, "Supplier signed.", 1200)
