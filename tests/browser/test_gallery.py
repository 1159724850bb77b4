"""What the gallery shows is usable by everyone: no finding of axe in either theme, at either width."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],  # what passes is counted and not listed, in half the time
}
THEMES = ["light", "dark"]
WIDTHS = [1440, 390]
MISSING = "/nowhere/"

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Open = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, live_server: Any, settings: Any) -> Iterator[Open]:
    """Opens a path of the site at a width and in a theme; complaints of the console fail the test."""
    settings.CAT4_DEMO = True
    complaints: list[str] = []
    contexts = []

    def visit(path: str, width: int = 1440, theme: str = "light") -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=theme,  # type: ignore[arg-type]
            reduced_motion="reduce",
        )
        context.add_cookies([{"name": "theme", "value": theme, "url": live_server.url}])
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.extend(complaint(message, path)))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(live_server.url + path)
        return page

    yield visit
    for context in contexts:
        context.close()
    assert complaints == []


def complaint(message: ConsoleMessage, path: str) -> list[str]:
    """An error of the console, unless it only says that the page itself was a 404."""
    is_expected = path == MISSING and message.location["url"].endswith(MISSING)
    return [message.text] if message.type == "error" and not is_expected else []


def findings(page: Page) -> list[str]:
    """What axe objects to, one line per element, on the page as it stands when everything has arrived."""
    page.wait_for_load_state("load")
    page.evaluate("document.fonts.ready.then(() => new Promise(requestAnimationFrame)).then(() => null)")
    violations = Axe().run(page, options=RULES).response["violations"]
    return [f"{v['id']}: {node['html'][:120]}" for v in violations for node in v["nodes"]]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("path", ["/gallery/", "/accounts/login/", "/accounts/password/reset/", MISSING])
def test_axe_finds_nothing(visit: Open, path: str, width: int, theme: str) -> None:
    page = visit(path, width, theme)
    assert findings(page) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_never_scrolls_sideways(visit: Open, width: int) -> None:
    page = visit("/gallery/", width)
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_the_theme_comes_from_the_server(visit: Open) -> None:
    expect(visit("/gallery/", theme="dark").locator("html")).to_have_attribute("data-theme", "dark")


def test_a_dialog_takes_the_focus_and_escape_gives_it_back(visit: Open) -> None:
    page = visit("/gallery/")
    opener = page.get_by_role("link", name="Return with reason")
    opener.click()
    expect(page.get_by_role("dialog", name="Return to Hanna Okafor")).to_be_visible()
    assert findings(page) == []
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()


def test_question_mark_lists_the_keys_but_not_while_typing(visit: Open) -> None:
    page = visit("/gallery/")
    keys = page.get_by_role("dialog", name="Keyboard shortcuts")
    page.get_by_label("With unit").press("?")
    expect(keys).to_be_hidden()
    page.locator("#main").press("?")
    expect(keys).to_be_visible()


def test_j_and_k_walk_through_the_lists(visit: Open) -> None:
    page = visit("/gallery/")
    page.get_by_role("link", name="Heat recovery furnace 2").focus()
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Cable harness near-shoring")).to_be_focused()
    page.keyboard.press("k")
    expect(page.get_by_role("link", name="Heat recovery furnace 2")).to_be_focused()


def test_closing_a_branch_hides_everything_below_it(visit: Open) -> None:
    page = visit("/gallery/")
    child = page.get_by_role("row", name="Discount governance")
    page.get_by_role("button", name="Children of Pricing").click()
    page.get_by_role("button", name="Children of Value Plan 2028").click()
    expect(child).to_be_hidden()
    page.get_by_role("link", name="Value Plan 2028").press("ArrowRight")
    expect(child).to_be_hidden()  # Pricing, between them, was closed and stays closed
    expect(page.get_by_role("row", name="Pricing")).to_be_visible()


def test_selecting_rows_shows_the_bar_with_their_number(visit: Open) -> None:
    page = visit("/gallery/")
    bar = page.get_by_role("region", name="Actions for selected rows")
    expect(bar).to_be_hidden()
    page.get_by_label("Select all").check()
    expect(bar).to_contain_text("3 selected")
    bar.get_by_role("button", name="Clear").click()
    expect(bar).to_be_hidden()


def test_cells_mark_what_changed_and_escape_restores(visit: Open) -> None:
    page = visit("/gallery/")
    november, december = page.get_by_label("Forecast Nov 2026, kEUR"), page.get_by_label("Forecast Dec 2026, kEUR")
    november.fill("290")
    expect(page.locator("[data-changes]")).to_have_text("1 unsaved change")
    november.press("Enter")
    expect(december).to_be_focused()
    december.fill("1")
    december.press("Escape")
    expect(december).to_have_value("310")
    expect(page.locator("[data-changes]")).to_have_text("1 unsaved change")


def test_a_column_from_a_spreadsheet_fills_the_cells_below(visit: Open) -> None:
    page = visit("/gallery/")
    november, december = page.get_by_label("Forecast Nov 2026, kEUR"), page.get_by_label("Forecast Dec 2026, kEUR")
    november.evaluate(
        """(cell) => { const clipboardData = new DataTransfer(); clipboardData.setData("text", "291\\r\\n312\\r\\n");
        cell.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true })); }"""
    )
    expect(november).to_have_value("291")
    expect(december).to_have_value("312")


def test_the_error_banner_has_the_focus_and_leads_to_the_field(visit: Open) -> None:
    page = visit("/gallery/")
    banner = page.locator("[data-focus]")
    expect(banner).to_be_focused()
    banner.get_by_role("link", name="Why did the forecast change?").click()
    expect(page.locator("#id_bad-why")).to_be_in_viewport()
