"""The second half of the journey, on 10 March 2027: months, statuses, hand-over, signature, reopening."""

import re
from collections.abc import Mapping
from datetime import date

from playwright.sync_api import expect

from tests.browser.planning import LINE, STEEL
from tests.browser.steps import Desk, Journey, advance, ask_for_gate, confirm, file_called, fill_months, starting
from tests.world import PASSWORD

MARCH = date(2027, 3, 10)


def report_the_months(owner: Desk) -> None:
    """My work leads to the months that are over; each fiscal year is a page."""
    owner.menu("My work")
    owner.main.get_by_role("link", name=starting("Actuals for Nov 2026")).click()
    fill_months(owner, LINE, {"Actual Jan 2027": "100000", "Actual Feb 2027": "100000"})
    owner.press(f"Save {LINE}")
    owner.told("Saved 2 months.")
    owner.follow("2026")
    fill_months(owner, LINE, {"Actual Nov 2026": "50000", "Actual Dec 2026": "100000"})
    owner.press(f"Save {LINE}")
    owner.told("Saved 2 months.")
    fill_months(owner, "Tooling", {"Actual Dec 2026": "-20000"})
    owner.press("Save Tooling")
    owner.told("Saved 1 month.")
    owner.look("reported")


def validate_the_months(controller: Desk) -> None:
    """The controller confirms what was reported, line by line and year by year."""
    controller.find(STEEL)
    controller.tab("Financials")
    for year, line, told in (("2027", LINE, 2), ("2026", LINE, 2), ("2026", "Tooling", 1)):
        controller.follow(year)
        expect(controller.main.get_by_role("link", name=year, exact=True)).to_have_attribute("aria-current", "true")
        controller.press(f"Validate ticked months of {line}")
        controller.told(f"Validated {told} month{'s' * (told > 1)} of {line}.")
    controller.picture("validated")


def lock_the_months(pmo: Desk) -> None:
    """The first lock takes the months before along; nothing is missing."""
    pmo.menu("Closures")
    pmo.follow("Reporting periods")
    pmo.sees("Nothing is missing.")
    pmo.look("periods")
    pmo.follow("Lock Feb 2027")
    pmo.look("lock")
    pmo.press("Lock Feb 2027")
    pmo.told("Feb 2027 is locked.")


def reach_the_milestones(owner: Desk) -> None:
    """Two milestones are done; the critical one with its document."""
    owner.find(STEEL)
    owner.tab("Milestones")
    for name, day in (("Tender sent", "2026-10-23"), ("Contract signed", "2026-10-30")):
        owner.follow(f"Complete {name}")
        owner.heading("Complete the milestone")
        owner.fill({"Reached on": day})
        owner.press("Complete")
        owner.told(f"{name} is done.")
    owner.tab("Documents")
    upload(owner, "The contract", {"Evidence of": "Milestone done", "Milestone": "Contract signed"})
    owner.look("documents")


def confirm_the_forecast(owner: Desk) -> None:
    """An old confirmation keeps the money amber; one click says that nothing changed."""
    owner.journey.settle()
    owner.page.reload()
    status = owner.region("Status")
    expect(status).to_contain_text("Implementation: on track")
    expect(status).to_contain_text("2 of 2 due milestones are done.")
    expect(status).to_contain_text("Potential: at risk")
    expect(status).to_contain_text("The forecast was last confirmed on 15 Oct 2026")
    owner.menu("My work")
    owner.look("forecast-to-confirm")
    owner.main.get_by_role("button", name=starting("Nothing changed")).click()
    owner.told(f"Forecast of {STEEL} confirmed.")
    owner.journey.settle()
    owner.find(STEEL)
    expect(owner.region("Status")).to_contain_text("Potential: arrives")


def upload(desk: Desk, title: str, facts: Mapping[str, str | bool]) -> None:
    desk.follow("Upload")
    desk.heading("Upload a document")
    desk.fill({"File": file_called("proof.pdf"), "Title": title, **facts})
    desk.press("Upload")
    desk.told(f"Uploaded {title}.")


def lose_the_money(owner: Desk) -> None:
    """A lower forecast needs its reason; the status follows by itself."""
    months = ("Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    owner.tab("Financials")
    fill_months(owner, LINE, {f"Forecast {month} 2027": "70000" for month in months})
    owner.sees("10 unsaved changes")
    owner.press(f"Save {LINE}")
    owner.refused("Say why the forecast changed.")
    owner.look("forecast-refused")
    owner.region(LINE).get_by_label("Why did the forecast change?").fill("The second plant waits.")
    owner.press(f"Save {LINE}")
    owner.told("Saved 10 months.")
    owner.journey.settle()
    owner.page.reload()
    status = owner.region("Status")
    expect(status).to_contain_text("Potential: will miss its money")
    expect(status).to_contain_text("Implementation: on track")
    expect(status).to_contain_text("On time, money at risk")
    owner.picture("money-lost")


def see_the_green_trap(pmo: Desk) -> None:
    """The nodes above follow: headline, matrix and tree."""
    pmo.menu("Cockpit")
    pmo.sees("840 kEUR, 360 short of plan: 360 is lost in forecast.")
    pmo.sees("1 measure is on time but will miss its money, by 360 kEUR")
    pmo.look("green-trap")
    pmo.main.get_by_role("link", name=re.compile("^Implementation green, potential red: 1 measure")).click()
    expect(pmo.main.get_by_role("row", name=re.compile(STEEL))).to_contain_text("840")
    pmo.look("explorer-list")
    pmo.menu("Explorer")
    expect(pmo.main.get_by_role("row", name=re.compile("Portfolio of Alder"))).to_contain_text("−360")
    pmo.look("explorer")


def lose_the_time(owner: Desk) -> None:
    """22 working days late: the dates are red too."""
    owner.tab("Milestones")
    owner.follow("Move First delivery")
    owner.heading("Move the forecast")
    owner.fill({"New forecast": "2027-04-30", "Reason": "The supplier asked for four more weeks."})
    owner.press("Save forecast")
    owner.told("Forecast saved.")
    owner.journey.settle()
    owner.page.reload()
    expect(owner.region("Status")).to_contain_text("Implementation: very late")
    expect(owner.region("Status")).not_to_contain_text("On time, money at risk")
    owner.sees("−360, −30%")
    owner.picture("time-lost")


def see_no_trap_any_more(pmo: Desk) -> None:
    """Red dates with red money are no trap, and being late brings no money back."""
    pmo.menu("Cockpit")
    pmo.sees("840 kEUR, 360 short of plan: 360 is lost in forecast.")
    pmo.sees("No measure that is on time misses its money.")


def hand_it_over(journey: Journey) -> None:
    """Gate 4: the receiving unit takes it, the sponsor decides."""
    owner, pmo = journey.desk("owner"), journey.desk("pmo")
    owner.find(STEEL)
    ask_for_gate(owner, 4, "The contract runs.")
    confirm(pmo, "Receiving unit accepts the hand-over")
    pmo.look("hand-over")
    advance(journey.desk("sponsor"), "It works.")


def ask_for_the_closure(owner: Desk) -> None:
    """Evidence proves the effect; the owner asks, and is told who signs."""
    owner.find(STEEL)
    owner.tab("Documents")
    facts: dict[str, str | bool] = {
        "Evidence of": "Closing evidence", "Class of closing evidence": "General ledger extract",
        LINE: True, "Tooling": True,
    }  # fmt: skip
    upload(owner, "Ledger extract", facts)
    ask_for_gate(owner, 5, "1,200 kEUR a year are in the books.")
    owner.menu("Closures")
    owner.main.get_by_role("link", name=re.compile(STEEL)).click()
    owner.sees("Only the controller Controller Alder may decide on the closing.")
    expect(owner.main.get_by_role("button", name="Confirm and sign")).to_have_count(0)
    owner.picture("closure-for-its-owner")


def sign_the_closure(controller: Desk) -> None:
    """A wrong password signs nothing; the right one closes the measure."""
    controller.menu("Closures")
    controller.look("closure")
    controller.fill({"Comment for the ledger": "Booked in the ledger.", "Your password": "a guess"})
    controller.press("Confirm and sign")
    controller.refused("The password is wrong. Nothing was signed.")
    expect(controller.main.get_by_label("Comment for the ledger")).to_have_value("Booked in the ledger.")
    controller.picture("closure-refused")
    controller.fill({"Your password": PASSWORD})
    controller.press("Confirm and sign")
    controller.told(f"{STEEL} is closed at a run-rate of 1,200,000. Decision 5.")
    controller.journey.settle()
    controller.find(STEEL)
    controller.sees("Closed. Its controller signed what it brought. It can only be read.")
    controller.look("closed")


def read_the_ledger(reader: Desk) -> None:
    """Every act that governs stands in the chain, which holds."""
    reader.menu("Ledger")
    reader.press("Verify the chain")
    reader.told("Ledger intact:")
    reader.sees("Chain intact.", "locked Feb 2027 and the 37 months before it", "“Booked in the ledger.”")
    reader.look("ledger")


def reopen_it(controller: Desk, chair: Desk) -> None:
    """What doesn't last is opened again; where no cause is found, controller and chair both agree."""
    controller.find(STEEL)
    controller.follow("Reopen")
    controller.heading("Reopen the measure")
    controller.look("reopen")
    controller.fill({"Reason": "The price went up again."})
    controller.press("Reopen the measure")
    controller.told("Request handed in.")
    chair.menu("Decisions")
    chair.main.get_by_role("radio", name="Reopen").check()
    chair.fill({"Reason": "I see it too."})
    chair.press("Record decision")
    chair.told("Decision 6 recorded.")
    controller.find(STEEL)
    expect(controller.main.get_by_role("listitem").filter(has_text="DoI 4").first).to_have_attribute(
        "aria-current", "step"
    )
