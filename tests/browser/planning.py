"""The first half of the journey, on 15 October 2026: from a draft to the decision.

The figures: 1,200 kEUR a year from November 2026 to the end of 2027 over a ramp of two months, so 50,000 in
November, then 100,000 a month; one-time cost of 20,000 in December.
"""

import re

from playwright.sync_api import expect

from measures.core.policies.standing import PLAN_IS_FROZEN
from tests.browser.steps import (
    Desk,
    Journey,
    advance,
    ask_for_gate,
    confirm,
    decide_by_circulation,
    fill_months,
)

STEEL = "Bundle steel across plants"
LINE = "Steel price"


def write_it_down(pmo: Desk) -> None:
    """A draft; what was typed stays when the description is too short."""
    pmo.heading("Portfolio of Alder")
    pmo.look("cockpit-at-first")
    pmo.menu("Explorer")
    pmo.picture("explorer-at-first")
    pmo.follow("New measure")
    pmo.heading("Write a measure")
    package = pmo.main.get_by_label("Measure package")
    package.select_option(index=1)
    pmo.fill(
        {
            "Name": STEEL,
            "Description": "Too short.",
            "Business reason": "Two plants buy the same grades at different prices.",
            "Kind of effect": "EBITDA, cost",
            "Owner": pmo.journey.person("owner"),
        }
    )
    pmo.press("Create measure")
    pmo.refused("Describe it in at least 30 characters. This has 10.")
    expect(pmo.main.get_by_label("Name", exact=True)).to_have_value(STEEL)
    pmo.look("create-refused")
    pmo.fill({"Description": "Bundle the steel volumes of both plants and tender them again in Europe."})
    pmo.press("Create measure")
    pmo.told("Created ")


def complete_it(pmo: Desk) -> None:
    """The page says what is missing and who can supply it; then people and places are named."""
    pmo.heading(STEEL)
    pmo.sees("Not governable")
    expect(pmo.main.get_by_role("listitem").filter(has_text="DoI 0")).to_contain_text("15 Oct 2026")
    governance = pmo.region("Governance")
    expect(governance).to_contain_text("2 of 8 set")
    expect(governance.get_by_text("Owner Alder can supply it")).to_have_count(6)
    pmo.look("not-governable")
    pmo.follow("Edit people and places")
    pmo.heading("People and places")
    pmo.fill(
        {
            "Sponsor": pmo.journey.person("sponsor"),
            "Controller": pmo.journey.person("controller"),
            "Business unit": "U1 Drive Systems",
            "Function": "F1 Procurement",
            "Legal entity": "E1 Drives GmbH",
            "Steering committee": "Commercial committee",
            "Receiving unit": "U1 Drive Systems",
        }
    )
    pmo.look("people-and-places")
    pmo.press("Save")
    pmo.told("Saved.")
    expect(pmo.region("Governance")).to_contain_text("8 of 8 set")
    expect(pmo.main.get_by_text("Not governable")).to_have_count(0)


def define_it(owner: Desk) -> None:
    """Scope, target, dates, baseline and overlap; then gate 1 is asked for."""
    owner.menu("My work")
    owner.look("my-work")
    owner.main.get_by_role("table", name="My measures").get_by_role("link", name=STEEL).click()
    owner.heading(STEEL)
    expect(owner.region("Gate 1, Identified")).to_contain_text("keep you from asking for this gate")
    owner.follow("Edit the case")
    owner.heading("Describe the measure")
    owner.fill(
        {
            "In scope": "Flat steel of both plants.",
            "Out of scope": "Spare parts.",
            "Key assumptions": "Steel stays below 900 EUR a tonne.",
            "Target per year": "1,200,000",
            "Planned date of DoI 3, Decided": "2026-10-31",
            "Planned date of DoI 4, Implemented": "2027-03-31",
            "Planned date of DoI 5, Closed": "2027-06-30",
        }
    )
    owner.look("the-case")
    owner.press("Save")
    owner.told("Saved.")
    owner.tab("Financials")
    owner.follow("Propose baseline")
    owner.heading("Propose a baseline")
    owner.fill({"Type": "Prior year", "Period": "FY 2025", "Source": "Ledger 400", "Amount": "9,000,000"})
    owner.look("baseline")
    owner.press("Propose baseline")
    owner.told("Proposed baseline 1.")
    owner.tab("Overview")
    owner.follow("Check the overlap")
    owner.heading("Check the overlap")
    owner.fill({"How is each overlap resolved?": "None: no other measure books on this account."})
    owner.look("overlap")
    owner.press("Save answer")
    owner.told("Overlap check answered.")
    owner.follow("Ask for gate 1")
    owner.look("ask-for-gate-1")
    owner.page.go_back()
    ask_for_gate(owner, 1, "Everything that gate 1 asks for is there.")
    owner.look("request-gate-1")


def plan_the_money(owner: Desk) -> None:
    """An effect line, seen month by month before it is saved, and the one-time cost, typed."""
    owner.find(STEEL)
    owner.tab("Financials")
    owner.follow("Add effect line")
    owner.heading("Add an effect line")
    owner.fill(
        {
            "Name": LINE,
            "Account": "400 Material",
            "Annual amount": "1,200,000",
            "Starts in": "2026-11",
            "Ends in": "2027-12",
            "Ramp, months": "2",
        }
    )
    owner.press("Preview months")
    preview = owner.main.get_by_role("table", name="Preview, not saved yet")
    expect(preview.get_by_role("cell").nth(0)).to_have_text("50,000.00")
    expect(preview.get_by_role("cell").nth(1)).to_have_text("100,000.00")
    owner.sees("2026: 150,000.00, 2027: 1,200,000.00")
    owner.look("effect-preview")
    owner.press("Add effect line")
    owner.told(f"Added {LINE}.")
    owner.follow("Add effect line")
    owner.heading("Add an effect line")
    owner.fill(
        {"Name": "Tooling", "Kind of effect": "One-time cost", "Recurrence": "One-off", "Account": "400 Material"}
    )
    owner.press("Add effect line")
    owner.told("Added Tooling.")
    fill_months(owner, "Tooling", {"Plan Dec 2026": "-20000"})
    owner.press("Save Tooling")
    owner.told("Saved 1 month.")


def plan_the_work(owner: Desk) -> None:
    """Milestones with their people, a risk, dependencies and closing criteria."""
    milestones = [
        ("Tender sent", "2026-10-23", []),
        ("Contract signed", "2026-10-30", ["Critical: gate 4 waits for it and asks for evidence"]),
        ("First delivery", "2027-03-31", ["Marks the start of the effect"]),
    ]
    owner.tab("Milestones")
    for name, day, marks in milestones:
        owner.follow("Add milestone")
        owner.heading("Add a milestone")
        owner.fill({"Name": name, "Baseline date": day, "Responsible": owner.journey.person("owner")})
        owner.fill(dict.fromkeys(marks, True))
        owner.press("Add milestone")
        owner.told(f"Added {name}.")
    owner.look("milestones")
    owner.tab("Risks")
    owner.follow("Add risk")
    owner.heading("Add a risk")
    owner.fill({"Risk": "The supplier delays.", "Likelihood": "Medium", "What it would cost": "50000"})
    owner.press("Add risk")
    owner.told("Added The supplier delays.")
    owner.look("risks")
    owner.tab("Overview")
    owner.follow("Edit closing")
    owner.heading("Cost, risks and closing")
    owner.fill(
        {
            "Dependencies": "None.",
            "Closing criteria": "Three months at the new price.",
            "Closing evidence": "General ledger extract",
        }
    )
    owner.look("closing-facts")
    owner.press("Save")
    owner.told("Saved.")


def detail_and_decide(journey: Journey) -> None:
    """Gate 2 by the portfolio manager; gate 3, with controller and sponsor, by the committee: it is a large measure."""
    owner, controller = journey.desk("owner"), journey.desk("controller")
    controller.menu("My work")
    controller.main.get_by_role("link", name=re.compile("baseline", re.IGNORECASE)).first.click()
    controller.press("Approve the baseline")
    controller.told("Approved baseline 1.")
    owner.find(STEEL)
    ask_for_gate(owner, 2, "The plan stands.")
    pmo = journey.desk("pmo")
    pmo.menu("Decisions")
    pmo.look("decision-gate-2")
    advance(pmo, "Sound plan.")
    owner.find(STEEL)
    ask_for_gate(owner, 3, "Ready to be decided.")
    confirm(controller, "Controller confirms size and timing")
    confirm(journey.desk("sponsor"), "Sponsor approves")
    chair = journey.desk("chair")
    chair.menu("Decisions")
    chair.look("decision-gate-3")
    decide_by_circulation(chair, journey.desk("member"), reason="Decided as planned.", last_day="2026-10-22")
    chair.look("decided")


def see_the_plan_frozen(owner: Desk) -> None:
    """From gate 3 on the plan is read, and the page says why."""
    owner.journey.settle()
    owner.find(STEEL)
    owner.sees("plan v1")
    owner.tab("Financials")
    owner.sees("The plan is frozen.")
    owner.may_not("Add effect line", PLAN_IS_FROZEN)
    expect(owner.main.get_by_role("textbox", name=f"Forecast Nov 2026, EUR, {LINE}")).to_be_visible()
    expect(owner.main.get_by_role("textbox", name=re.compile("^Plan "))).to_have_count(0)
    owner.look("plan-frozen")
