"""The pages of measures in a browser: nothing for axe to find, and a month's work by hand."""

from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect

from measures.constants import BaselineType
from measures.models import Baseline, EffectLine, EffectMonth, Measure
from measures.money.actions.forecasts import revise_forecast
from measures.status.actions.recompute import recompute_measure
from tests.browser.test_gallery import findings
from tests.measures.steps import AUG, NOV, OCT, SEP, D, line_for, milestone_of, month_of
from tests.world import TODAY, World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def pinned(settings: Any) -> None:
    """The server answers in a thread of its own, where only the setting pins the day."""
    settings.CAT4_CLOCK = TODAY.isoformat()


@pytest.fixture
def running(world: World) -> tuple[Measure, EffectLine]:
    """A decided measure with August validated, September reported, and a forecast from October on."""
    with world.inside():
        measure = world.measure(doi=3, code="COM-012", name="Discount governance")
        line = line_for(world, measure, name="Price realisation")
        for month in (AUG, SEP, OCT, NOV):
            month_of(line, month, plan=D(400000))
        owner, controller = world.people["owner"], world.people["controller"]
        line.months.filter(month=AUG).update(
            reported=D(220000), reported_by=owner, validated=D(220000), validated_by=controller
        )
        line.months.filter(month=SEP).update(reported=D(240000), reported_by=owner)
        Baseline.objects.create(
            measure=measure, number=1, type=BaselineType.BUDGET, period="FY 2025", source="SAP 400", amount=D(9000000),
            currency="EUR", proposed_by=owner,
        )  # fmt: skip
        milestone_of(measure, name="All branches on the new matrix", is_critical=True, is_effect_start=True)
        months = {OCT: D(260000), NOV: D(285000)}
        revise_forecast(world.actor("owner"), measure.pk, line_id=line.pk, months=months, reason="Two regions wait.")
        recompute_measure(measure.pk)
    return measure, line


def opened(
    browser: Browser, live_server: Any, world: World, persona: str, *, width: int = 1440, theme: str = "light"
) -> BrowserContext:
    client = Client()
    client.force_login(world.people[persona])
    context = browser.new_context(
        viewport={"width": width, "height": 900}, base_url=live_server.url, reduced_motion="reduce"
    )
    session = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    context.add_cookies([session, {"name": "theme", "value": theme, "url": live_server.url}])  # type: ignore[list-item]
    return context


def complaints(page: Page, path: str) -> list[str]:
    """What is wrong with a page as it stands: errors of the console, findings of axe, width."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.goto(path)
    too_wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return [*said, *(str(finding) for finding in findings(page)), *(["wider than the screen"] if too_wide else [])]


VISITS = [
    *(("owner", tab) for tab in ("", "financials/", "milestones/", "risks/", "documents/", "history/")),
    *(("owner", form) for form in ("edit/", "edit/governance/", "edit/closure/", "documents/new/", "override/")),
    ("controller", "financials/"),
    ("reader", ""),
]


@pytest.mark.parametrize("look", [(1440, "light"), (390, "dark")])
def test_axe_finds_nothing_and_nothing_overflows(
    browser: Browser, live_server: Any, world: World, running: tuple[Measure, EffectLine], look: tuple[int, str]
) -> None:
    measure, line = running
    visits = [(persona, f"/measures/{measure.pk}/{part}") for persona, part in VISITS]
    visits += [("owner", "/my-work/"), ("owner", "/measures/new/"), ("controller", f"/effects/{line.pk}/return/")]
    found = {}
    for persona, path in visits:
        context = opened(browser, live_server, world, persona, width=look[0], theme=look[1])
        found[persona, path] = complaints(context.new_page(), world.url(path))
        context.close()
    assert {visit: said for visit, said in found.items() if said} == {}


def test_an_owner_reports_a_month_and_the_controller_validates_it(
    browser: Browser, live_server: Any, world: World, running: tuple[Measure, EffectLine], settings: Any
) -> None:
    measure, line = running
    # October is over and takes actuals.
    settings.CAT4_CLOCK = "2026-11-02"
    context = opened(browser, live_server, world, "owner")
    page = context.new_page()
    page.goto(world.url(f"/measures/{measure.pk}/"))
    page.get_by_role("navigation", name="Measure").get_by_role("link", name="Financials").click()
    page.get_by_label("Actual Oct 2026").fill("255000.50")
    page.get_by_label("Forecast Nov 2026").fill("300000")
    expect(page.get_by_text("2 unsaved changes")).to_be_visible()
    page.get_by_role("button", name="Save Price realisation").click()
    expect(page.get_by_text("Say why the forecast changed.")).to_be_visible()
    expect(page.get_by_label("Forecast Nov 2026")).to_have_value("300000")
    page.get_by_label("Why did the forecast change?").fill("One region came back.")
    page.get_by_role("button", name="Save Price realisation").click()
    expect(page.get_by_role("status").first).to_contain_text("Saved 2 months.")
    context.close()
    context = opened(browser, live_server, world, "controller")
    page = context.new_page()
    page.goto(world.url(f"/measures/{measure.pk}/financials/"))
    page.get_by_role("checkbox", name="Oct 2026").uncheck()
    page.get_by_role("button", name="Validate ticked months").click()
    expect(page.get_by_role("status").first).to_contain_text("Validated 1 month of Price realisation.")
    context.close()
    with world.inside():
        months = {entry.month: entry for entry in EffectMonth.objects.filter(line=line)}
        assert (months[SEP].validated, months[OCT].validated) == (D(240000), None)
        assert (months[OCT].reported, months[NOV].forecast) == (D("255000.50"), D(300000))


def test_a_row_is_pasted_from_a_spreadsheet(
    browser: Browser, live_server: Any, world: World, running: tuple[Measure, EffectLine]
) -> None:
    measure, line = running
    context = opened(browser, live_server, world, "owner")
    page = context.new_page()
    page.goto(world.url(f"/measures/{measure.pk}/financials/"))
    page.get_by_label("Forecast Oct 2026").focus()
    page.evaluate(
        """() => {
            const data = new DataTransfer();
            data.setData("text", "270,000\\n310,000.50");
            document.activeElement.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true}));
        }"""
    )
    expect(page.get_by_label("Forecast Nov 2026")).to_have_value("310,000.50")
    page.get_by_label("Why did the forecast change?").fill("New figures.")
    page.get_by_role("button", name="Save Price realisation").click()
    expect(page.get_by_role("status").first).to_contain_text("Saved 2 months.")
    context.close()
    with world.inside():
        assert EffectMonth.objects.get(line=line, month=OCT).forecast == D(270000)
        assert EffectMonth.objects.get(line=line, month=NOV).forecast == D("310000.50")
