"""Governing by hand: the rules of a gate, a deputy, a closure with two signatures and its proof, a late entry."""

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import expect

from cat4.accounts.actor import Role
from cat4.outbox.actions import drain
from governance.gates.actions.requests import request_gate
from governance.gates.models import GateApproval
from governance.proofs.actions.packs import build_proof
from governance.proofs.actions.past_acts import keep_past_acts
from governance.proofs.models import ProofPack
from hierarchy.settings.actions import change_settings
from measures.models import Correction, EffectLine, Measure
from tests.browser.steps import Desk, Journey, starting
from tests.governance.ready import add_person, lock_through_september, ready_measure, report_and_validate
from tests.world import PASSWORD, TODAY

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def work(journey: Journey) -> None:
    """The worker's part, done here at once."""
    with journey.world.inside():
        drain(journey.world.organization.pk)


def test_a_gate_rule_is_written_tried_and_put_into_force(journey: Journey) -> None:
    with journey.world.inside():
        ready_measure(journey.world, doi=1)
    admin = journey.desk("admin")
    admin.menu("Settings")
    admin.main.get_by_role("link", name=starting("Gate rules")).click()
    admin.press("Write a new version")
    admin.told("Version 1 is a draft.")
    admin.main.get_by_role("link", name=starting("Gate 2, Detailed")).click()
    own = admin.region("Add an own rule")
    own.get_by_label("Kind").select_option(label="Approval")
    own.get_by_label("What it asks for").fill("Works council informed")
    own.get_by_label(starting("Asked of")).select_option(label="Sponsor")
    own.get_by_role("button", name="Add rule").click()
    admin.told("Added to the draft.")
    admin.region("Who decides").get_by_role("button", name=starting("Remove")).click()
    expect(admin.main.get_by_role("alert")).to_contain_text("Not saved.")
    admin.look("draft")
    admin.follow("Try and publish")
    admin.press("Try the draft")
    admin.told("The draft is being tried")
    work(journey)
    admin.page.reload()
    admin.sees("1 of 1 open measures would newly stop or wait.", "Works council informed", "Sponsor Alder")
    admin.press("Publish version 1")
    admin.refused("Why: ")
    admin.fill({"Why": "The council asked for it."})
    admin.look("publish")
    admin.press("Publish version 1")
    admin.told("Version 1 is in force.")
    owner = journey.desk("owner")
    owner.find("Measure M-1")
    expect(owner.region("Gate 2, Detailed")).to_contain_text("Works council informed")


def test_a_deputy_confirms_for_the_sponsor_and_is_ended(journey: Journey) -> None:
    with journey.world.inside():
        measure = ready_measure(journey.world, doi=2)
        request = request_gate(journey.world.actor("owner"), measure.pk)
    sponsor, reader = journey.desk("sponsor"), journey.desk("reader")
    sponsor.page.get_by_label("Sponsor Alder, account").click()
    sponsor.page.get_by_role("link", name="My deputies").click()
    days = {"First day": TODAY.isoformat(), "Last day": "2026-10-30", "Reason": "Leave"}
    sponsor.fill({"Deputy": journey.person("reader"), **days})
    sponsor.press("Name deputy")
    sponsor.told("Reader Alder acts for Sponsor Alder.")
    sponsor.look("deputies")
    reader.menu("Decisions")
    reader.follow("Confirm or refuse")
    reader.main.get_by_role("radio", name="I confirm", exact=True).check()
    reader.press("Record Sponsor approves")
    reader.told("Confirmed.")
    reader.look("confirmed-as-deputy")
    with journey.world.inside():
        given = GateApproval.objects.get(request=request)
        people = journey.world.people
        assert (given.person, given.on_behalf_of) == (people["reader"], people["sponsor"])
    sponsor.press("End the delegation to Reader Alder")
    sponsor.told("Reader Alder no longer acts for Sponsor Alder.")
    sponsor.sees("Ended early")


def test_a_closure_is_signed_by_two_and_proved_offline(journey: Journey, tmp_path: Path) -> None:
    world = journey.world
    with world.inside():
        second = add_person(world, "Second", Role.CONTROLLER)
        world.people[second].password = world.people["owner"].password
        world.people[second].save()
        change_settings(world.actor("admin"), closure_two_sign_above=1000)
        measure = ready_measure(world, doi=4)
        lock_through_september()
        request_gate(world.actor("owner"), measure.pk, comment="Three months at the new price.")
        keep_past_acts()
    controller = journey.desk("controller")
    confirm_less(controller)
    signer = journey.desk(second)
    signer.menu("Closures")
    signer.sees("Controller Alder has signed", "−200 against the claim: One-off.")
    signer.fill({"Comment for the ledger": "Seen the books.", "Your password": PASSWORD})
    signer.press("Sign second and close")
    signer.told("Measure M-1 is closed at a run-rate of 1,000.")
    with world.inside():
        assert Measure.objects.get().closed_run_rate == 1000
    prove(signer, tmp_path)


def confirm_less(controller: Desk) -> None:
    """What differs asks for its reason at once; the right password signs."""
    controller.menu("Closures")
    reason = controller.main.get_by_label("Reason for the difference on “Steel price”")
    expect(reason).to_be_hidden()
    amount = controller.main.get_by_label("Confirmed, EUR, Steel price")
    amount.fill("1000")
    amount.press("Tab")
    expect(reason).to_be_visible()
    expect(controller.main.get_by_role("row", name=starting("Hard run-rate"))).to_contain_text("−200")
    reason.fill("One-off.")
    controller.fill({"Comment for the ledger": "In the books.", "Your password": PASSWORD})
    controller.look("per-line")
    controller.press("Confirm and sign")
    controller.told("Signed. Second signs after you")


def prove(desk: Desk, folder: Path) -> None:
    """The pack verifies with nothing but Python."""
    desk.menu("Ledger")
    desk.follow("Proof packs")
    desk.press("Build proof pack")
    desk.told("A worker builds the proof pack.")
    world = desk.journey.world
    with world.inside():
        assert build_proof(world.organization.pk, ProofPack.objects.get().pk)
    desk.page.reload()
    desk.look("proof-packs")
    with desk.page.expect_download() as taken:
        desk.main.get_by_role("button", name=starting("Download")).click()
    with ZipFile(taken.value.path()) as pack:
        pack.extractall(folder)
    done = subprocess.run([sys.executable, "verify.py"], cwd=folder, capture_output=True, text=True, check=False)
    assert (done.returncode, "1 decisions" in done.stdout or "1 decision" in done.stdout) == (0, True), done


def test_a_late_entry_for_a_locked_month_is_a_correction_and_validated(journey: Journey) -> None:
    with journey.world.inside():
        measure = ready_measure(journey.world, doi=3)
        report_and_validate(journey.world, measure)
        lock_through_september()
        line = EffectLine.objects.get(name="Steel price")
    owner, controller = journey.desk("owner"), journey.desk("controller")
    owner.find(measure.name)
    owner.tab("Financials")
    owner.follow("Correct a locked month")
    owner.press("Enter correction")
    owner.refused("This field is required.")
    owner.fill({"Effect line": f"{line.name}, EUR", "Difference": "-30", "Reason": "Credit note of the supplier."})
    owner.look("correction")
    owner.press("Enter correction")
    owner.told("Correction booked in Oct 2026.")
    controller.find(measure.name)
    controller.tab("Financials")
    controller.press("Validate the correction")
    controller.told("Correction validated.")
    controller.look("corrected")
    with journey.world.inside():
        assert Correction.objects.get().validated_by == journey.world.people["controller"]
