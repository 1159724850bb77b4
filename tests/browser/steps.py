"""What people do in a browser: sign in, find a measure, fill in a form, press a button, read what the page says.

Everything is found by its role or its label, as a screen reader would. After each act something is expected of
the page, which is also what waits for it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, FilePayload, Locator, Page, expect

from cat4.launcher import processes
from cat4.outbox.models import OutboxRow
from tests.browser.test_gallery import findings
from tests.pdf_files import page_pdf
from tests.workers import CeleryWorker
from tests.world import PASSWORD, World

PATIENCE = 60
PDF = page_pdf()
# The console repeats the status of a page that refuses input or isn't there: those are looked at on the page.
ANSWERED = re.compile(r"the server responded with a status of (404|409|422)")


def starting(words: str) -> re.Pattern[str]:
    """A name that begins so; links and choices tell more after it."""
    return re.compile(rf"^{re.escape(words)}\b")


def labelled(label: str) -> re.Pattern[str]:
    """A field's label, with what the page adds to optional ones."""
    return re.compile(rf"^{re.escape(label)}(\s+\(optional\))?$")


@dataclass
class Desk:
    """One person at a browser of their own, with everything that the console or axe complained about."""

    journey: Journey
    page: Page
    email: str
    complaints: list[str] = field(default_factory=list)

    @property
    def main(self) -> Locator:
        return self.page.get_by_role("main")

    def region(self, name: str) -> Locator:
        """A card by its title."""
        return self.main.get_by_role("region", name=name, exact=True)

    def sign_in(self, path: str = "/") -> None:
        """From the address to the form that stands before it, by e-mail and password."""
        self.page.goto(path)
        self.fill({"Email": self.email, "Password": PASSWORD})
        self.press("Sign in")
        expect(self.page.get_by_role("heading", name="Sign in")).to_have_count(0)

    def heading(self, name: str | re.Pattern[str]) -> None:
        """The page is the one of that title."""
        expect(self.page.get_by_role("heading", level=1, name=name)).to_be_visible()

    def menu(self, label: str) -> None:
        """A page of the side navigation."""
        link = self.page.get_by_role("navigation", name="Main").get_by_role("link", name=starting(label))
        link.click()
        expect(link).to_have_attribute("aria-current", "page")

    def tab(self, label: str) -> None:
        """A tab of the measure's page."""
        link = self.page.get_by_role("navigation", name="Measure").get_by_role("link", name=starting(label))
        link.click()
        expect(link).to_have_attribute("aria-current", "page")

    def find(self, name: str) -> None:
        """A measure by the search field of every page."""
        search = self.page.get_by_role("searchbox")
        search.fill(name)
        search.press("Enter")
        self.main.get_by_role("link", name=starting(name)).click()
        self.heading(name)

    def follow(self, name: str) -> None:
        self.main.get_by_role("link", name=name, exact=True).click()

    def press(self, name: str) -> None:
        self.main.get_by_role("button", name=name, exact=True).click()

    def fill(self, facts: Mapping[str, str | bool | FilePayload]) -> None:
        """Each field by its label: texts are typed, boxes ticked, lists chosen from, files attached."""
        for label, value in facts.items():
            control = self.main.get_by_label(labelled(label))
            if isinstance(value, bool):
                control.set_checked(value)
            elif isinstance(value, dict):
                control.set_input_files(value)
            elif control.evaluate("node => node.tagName") == "SELECT":
                control.select_option(label=value)
            else:
                control.fill(value)

    def told(self, sentence: str) -> None:
        """The page says that it is done."""
        expect(self.page.get_by_role("status").filter(has_text=sentence).first).to_be_visible()

    def refused(self, sentence: str) -> None:
        """The page says why it isn't done, and the focus is there."""
        banner = self.main.get_by_role("alert").filter(has_text=sentence)
        expect(banner).to_be_visible()
        expect(banner).to_be_focused()

    def sees(self, *sentences: str) -> None:
        for sentence in sentences:
            expect(self.main).to_contain_text(sentence)

    def may_not(self, button: str, reason: str) -> None:
        """The button is there, says why it isn't for this person now, and does nothing."""
        expect(self.main.get_by_role("button", name=f"{button} : {reason}", exact=True).first).to_be_disabled()

    def has_no_controls(self) -> None:
        """Nothing on the page can be typed, ticked or sent; what stands there greyed says why."""
        for role in ("textbox", "checkbox", "radio", "combobox"):
            expect(self.main.get_by_role(role)).to_have_count(0)
        expect(self.main.get_by_role("button", disabled=False)).to_have_count(0)
        changing = re.compile("^(Edit|Add|Upload|Move|Remove|Complete|Ask)")
        expect(self.main.get_by_role("link", name=changing)).to_have_count(0)

    def is_not_found(self, address: str) -> None:
        """The address answers as if there were nothing."""
        response = self.page.goto(address)
        assert response is not None
        assert response.status == 404
        self.heading("There is nothing here for you")

    def look(self, name: str) -> None:
        """Axe finds nothing on the page as it stands."""
        self.complaints += [f"{name}: {finding}" for finding in findings(self.page)]
        self.picture(name)

    def picture(self, name: str) -> None:
        """A picture of the page, where CAT4_SCREENSHOTS names a folder for them."""
        self.journey.keep_picture(self.page, name)

    def heard(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not ANSWERED.search(message.text):
            self.complaints.append(f"{self.page.url}: {message.text}")


@dataclass
class Journey:
    """The people of an organization, each in a browser context of their own, and the day on which they meet."""

    browser: Browser
    world: World
    address: str
    settings: Any
    patch: pytest.MonkeyPatch
    name: str
    desks: dict[str, Desk] = field(default_factory=dict)
    seats: list[Desk] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)
    worker: CeleryWorker | None = None
    pictures: int = 0

    def desk(self, persona: str) -> Desk:
        """The persona, who signs in when first met."""
        if persona not in self.desks:
            self.desks[persona] = self.seat(self.world.people[persona].email)
            self.desks[persona].sign_in()
        return self.desks[persona]

    def seat(self, email: str) -> Desk:
        """Somebody who hasn't signed in yet."""
        # Without motion: a colour half-way through its transition has another contrast than either end.
        context = self.browser.new_context(
            base_url=self.address, viewport={"width": 1440, "height": 900}, reduced_motion="reduce"
        )
        context.add_cookies([{"name": "theme", "value": "light", "url": self.address}])
        desk = Desk(self, context.new_page(), email)
        self.seats.append(desk)
        desk.page.on("console", desk.heard)
        desk.page.on("pageerror", lambda error: desk.complaints.append(str(error)))
        self.contexts.append(context)
        return desk

    def person(self, persona: str) -> str:
        """As lists of people word them."""
        user = self.world.people[persona]
        return f"{user.name} ({user.email})"

    def travel(self, day: date) -> None:
        """From here on it is another day, for the pages and for the worker."""
        self.settings.CAT4_CLOCK = day.isoformat()
        self.patch.setenv("CAT4_CLOCK", day.isoformat())
        if self.worker is not None:
            self.worker.restart()

    def settle(self) -> None:
        """The worker has drawn every consequence of what was done so far; nobody here draws one."""
        assert processes.wait_until(lambda: self._waiting() == 0, seconds=PATIENCE), self._waiting()

    def _waiting(self) -> int:
        with self.world.inside():
            return OutboxRow.objects.count()

    def keep_picture(self, page: Page, name: str) -> None:
        folder = os.environ.get("CAT4_SCREENSHOTS")
        if folder:
            self.pictures += 1
            page.screenshot(path=Path(folder) / self.name / f"{self.pictures:02}-{name}.png", full_page=True)

    def complaints(self) -> list[str]:
        return [complaint for desk in self.seats for complaint in desk.complaints]

    def end(self) -> None:
        for context in self.contexts:
            context.close()


def file_called(name: str) -> FilePayload:
    """A small PDF to be attached."""
    return {"name": name, "mimeType": "application/pdf", "buffer": PDF}


def ask_for_gate(desk: Desk, gate: int, comment: str) -> None:
    """From the measure's page; the request is handed in."""
    desk.follow(f"Ask for gate {gate}")
    desk.heading("Ask for the next gate")
    desk.fill({"Comment": comment})
    desk.press("Hand in request")
    desk.told("Request handed in.")


def advance(desk: Desk, reason: str) -> None:
    """From the inbox: advance the request that waits, with a reason."""
    desk.menu("Decisions")
    expect(desk.main.get_by_role("radio", checked=True)).to_have_count(0)
    desk.main.get_by_role("radio", name=starting("Advance")).check()
    desk.fill({"Reason": reason})
    desk.press("Record decision")
    desk.told("recorded.")


def decide_by_circulation(chair: Desk, *voters: Desk, reason: str, last_day: str) -> None:
    """From the inbox: what is beyond the chair alone goes round, every member votes for it, the chair confirms."""
    chair.menu("Decisions")
    chair.follow("Start a circulation")
    chair.heading("Decide by circulation")
    chair.fill({"Question": "Shall it be carried out as planned?", "Last day to vote": last_day})
    chair.press("Open circulation")
    chair.told("The members can vote now.")
    for voter in (chair, *voters):
        voter.page.goto(chair.page.url)
        voter.main.get_by_role("radio", name="For", exact=True).check()
        voter.press("Cast vote")
        voter.told("Your vote is recorded.")
    chair.page.reload()
    chair.region("Decision").get_by_label("Reason").fill(reason)
    chair.press("Confirm and apply")
    chair.told("recorded.")


def confirm(desk: Desk, kind: str) -> None:
    """From the inbox: the confirmation that is asked for."""
    desk.menu("Decisions")
    desk.follow("Confirm or refuse")
    desk.main.get_by_role("radio", name="I confirm", exact=True).check()
    desk.press(f"Record {kind}")
    desk.told("Confirmed.")


def fill_months(desk: Desk, line: str, facts: Mapping[str, str], *, currency: str = "EUR") -> None:
    """Cells of the grid, by row and month: `{"Actual Jan 2027": "100000"}`."""
    for cell, amount in facts.items():
        desk.main.get_by_label(f"{cell}, {currency}, {line}", exact=True).fill(amount)
