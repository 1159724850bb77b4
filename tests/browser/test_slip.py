"""A slip from the roadmap to the answer of who is moved by it, and nothing for axe to find on the way."""

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from measures.models import Dependency, Milestone, Ripple, RippleAnswer
from tests.measures.line4 import Network, build_network
from tests.measures.test_browser import complaints, opened
from tests.world import TODAY, World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def network(world: World, settings: Any) -> Network:
    settings.CAT4_CLOCK = TODAY.isoformat()
    with world.inside():
        network = build_network(world)
    world.people["tomas"] = network.other
    return network


def test_a_slip_is_looked_at_saved_and_answered_by_the_other_owner(
    browser: Browser, live_server: Any, world: World, network: Network
) -> None:
    owner = opened(browser, live_server, world, "owner")
    page = owner.new_page()
    page.goto(world.url("/roadmap/"))
    page.get_by_label("Milestone", exact=True).select_option(label="OPS-011, M3 Line 4 dismantled")
    page.get_by_label("Working days later").fill("53")
    page.get_by_role("button", name="See what follows").click()
    expect(page.get_by_text("2 measures move, no gate moves, EUR 0.11m comes later or is lost.")).to_be_visible()
    expect(page.get_by_role("heading", name="Who is affected by +53 days on M3")).to_be_visible()
    with world.inside():
        assert not Ripple.objects.exists()
    page.get_by_role("link", name="Save this slip").click()
    expect(page.get_by_label("New forecast")).to_have_value("2027-01-15")
    page.get_by_label("Reason").fill("The crane comes late.")
    page.get_by_role("button", name="Save forecast").click()
    expect(page.get_by_text("Not saved yet.")).to_be_visible()
    page.get_by_role("button", name="Save forecast").click()
    page.get_by_role("link", name="See the ripple").click()
    expect(page.get_by_role("heading", level=1, name="Line 4 dismantled moves +53 days")).to_be_visible()
    address = page.url
    owner.close()
    other = opened(browser, live_server, world, "tomas")
    page = other.new_page()
    page.goto(world.url("/my-work/"))
    page.get_by_role("link", name="Answer a ripple").filter(has_text="Győr hall 2 ramp-up").click()
    card = page.get_by_role("region", name="Your answer for Győr hall 2 ramp-up")
    card.get_by_role("radio", name="Absorb it with a counter-measure").check()
    card.get_by_role("button", name="Answer").click()
    expect(page.get_by_role("alert")).to_contain_text("Counter-measure: This is needed.")
    card.get_by_role("textbox", name="Counter-measure").fill("A second shift from January.")
    card.get_by_role("button", name="Answer").click()
    expect(page.get_by_role("status").first).to_contain_text("Answered.")
    expect(page.get_by_role("region", name="Answers")).to_contain_text("A second shift from January.")
    assert page.url == address
    other.close()
    with world.inside():
        assert RippleAnswer.objects.get(measure=network.hall2).kind == "absorb"
        assert Milestone.objects.get(pk=network["OPS-013 M2"].pk).forecast_on == network["OPS-013 M2"].forecast_on


def test_a_milestone_is_found_while_one_types_and_linked(
    browser: Browser, live_server: Any, world: World, network: Network
) -> None:
    context = opened(browser, live_server, world, "tomas")
    page = context.new_page()
    page.goto(world.url(f"/measures/{network.lyon.pk}/milestones/"))
    page.get_by_role("link", name="Add dependency").click()
    page.get_by_label("Find the milestone to wait for").press_sequentially("ops-011 hall")
    page.get_by_role("radio", name="OPS-011: Brno hall empty").check()
    page.get_by_label("This milestone waits").select_option(label="M1 Stock moved")
    page.get_by_role("button", name="Add dependency").click()
    expect(page.get_by_role("status").first).to_contain_text("Stock moved waits for Brno hall empty.")
    context.close()
    with world.inside():
        assert Dependency.objects.filter(predecessor=network["OPS-011 M4"], successor=network["OPS-012 M1"]).exists()


@pytest.mark.parametrize("look", [(1440, "light"), (390, "dark")])
def test_axe_finds_nothing_and_nothing_overflows(
    browser: Browser, live_server: Any, world: World, network: Network, look: tuple[int, str]
) -> None:
    slip = network["OPS-011 M3"].pk
    paths = [
        f"/roadmap/?milestone={slip}&days=53", "/roadmap/?zoom=weeks&only=slips", "/roadmap/?zoom=quarters",
        f"/measures/{network.line4.pk}/milestones/", f"/measures/{network.line4.pk}/dependencies/new/?q=line",
        f"/milestones/{slip}/forecast/", "/blockers/",
    ]  # fmt: skip
    found = {}
    context = opened(browser, live_server, world, "owner", width=look[0], theme=look[1])
    for path in paths:
        page = context.new_page()
        found[path] = complaints(page, world.url(path))
        page.close()
    context.close()
    assert {path: said for path, said in found.items() if said} == {}
