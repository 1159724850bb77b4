"""A chair runs a meeting in a browser, from opening it to the signed minutes."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from governance.committees.actions.meetings import call_meeting, put_motion
from governance.committees.models.meetings import Meeting
from governance.committees.models.resolutions import CommitteeDecision, Condition
from measures.models import Measure
from measures.status.actions.recompute import recompute_measure
from tests.browser.test_gallery import findings
from tests.governance.meeting import MEETING
from tests.governance.sitting import complete_request, seat_five
from tests.governance.test_browser import opened, overflows
from tests.world import PASSWORD, World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def meeting(world: World) -> Meeting:
    """Called for today, with a gate, a gate whose papers are incomplete, and a motion."""
    seat_five(world)
    with world.inside():
        complete_request(world)
        put_motion(world.actor("pmo"), world.committee.pk, title="Meet in Brno")
        recompute_measure(Measure.objects.get().pk)
        now = MEETING.replace(day=15, hour=9, minute=1)
        return call_meeting(world.actor("pmo"), world.committee.pk, starts_at=now, reason="A gate is urgent.")


def looked_at(page: Page) -> list[str]:
    """What axe finds, and whether the page is wider than the screen."""
    return [*findings(page), *["wider than the screen"] * overflows(page)]


def test_a_chair_runs_a_meeting_from_its_opening_to_signed_minutes(
    browser: Browser, live_server: Any, world: World, meeting: Meeting
) -> None:
    page = opened(browser, live_server, world, "chair").new_page()
    page.goto(world.url("/"))
    page.goto(world.url("/committee/"))
    expect(page.get_by_role("link", name="Committee", exact=True)).to_have_attribute("aria-current", "page")
    problems = looked_at(page)
    page.get_by_role("region", name="Next meetings").get_by_role("link").click()
    page.get_by_role("button", name="Open meeting").click()
    attendance = page.get_by_role("region", name="Attendance")
    expect(attendance).to_contain_text("Quorum: 1 of 5, 3 needed")
    attendance.get_by_text("Take attendance").click()
    for name in ("Member Alder", "Mona"):
        attendance.get_by_label(name, exact=True).select_option("present")
    attendance.get_by_role("button", name="Save attendance").click()
    expect(attendance).to_contain_text("Quorum: 3 of 5, 3 needed")
    problems += looked_at(page)

    page.get_by_role("link", name="1. Measure M-1").click()
    decision = page.get_by_role("region", name="Decision")
    expect(decision).to_contain_text("5 votes count, 3 needed.")
    decision.get_by_role("button", name="Record decision").click()
    expect(page.get_by_role("alert")).to_contain_text("Write a reason before you go on.")
    decision.get_by_role("radio", name="Advance").check()
    decision.get_by_label("Everybody who may vote and is present votes for it").check()
    decision.get_by_label("Reason", exact=True).fill("Contract signed.")
    decision.get_by_label("Condition (optional)").first.fill("Audit passed")
    decision.get_by_label("Due (optional)").first.fill("2027-01-29")
    decision.get_by_label("Follow-up by (optional)").first.select_option("Owner Alder")
    problems += looked_at(page)
    decision.get_by_role("button", name="Record decision and go to item 2").click()
    expect(page.get_by_role("heading", name="2. Meet in Brno")).to_be_visible()
    minutes = page.get_by_role("region", name="Minutes", exact=True)
    expect(minutes).to_contain_text("Advance: 3 for, 0 against. “Contract signed.”")
    minutes.get_by_text("Add note").click()
    minutes.get_by_label("Note for the minutes").fill("Decided next time.")
    minutes.get_by_role("button", name="Write note on item 2").click()

    page.get_by_role("link", name="Close meeting").click()
    expect(page.get_by_role("main")).to_contain_text("1 item is not decided: 2. Meet in Brno No meeting is planned")
    problems += looked_at(page)
    page.get_by_role("button", name="Close meeting now").click()
    expect(minutes).to_contain_text("Goes to the next meeting.")
    minutes.get_by_label("Your password").fill(PASSWORD)
    minutes.get_by_role("button", name="Sign minutes").click()
    expect(minutes).to_contain_text("Signed by Chair Alder")
    problems += looked_at(page)
    page.get_by_role("link", name="Print view").click()
    expect(page.get_by_text("SHA-256")).to_be_visible()
    assert [*problems, *looked_at(page)] == []
    with world.inside():
        assert (Measure.objects.get().doi, CommitteeDecision.objects.get().outcome) == (3, "advance")
        assert (Condition.objects.get().text, Meeting.objects.get().state) == ("Audit passed", "signed")
