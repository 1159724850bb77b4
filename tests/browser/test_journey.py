"""From a draft to a signed closure, by hand: the main job, each step by the person whose it is."""

from collections.abc import Callable

import pytest
import redis
from playwright.sync_api import expect

from cat4.accounts.actor import Role
from cat4.accounts.models import Membership, User
from hierarchy.constants import Level
from hierarchy.models import RoleGrant
from measures.constants import Doi, Lifecycle
from tests.browser import delivery, planning
from tests.browser.steps import Desk, Journey, advance, fill_months, starting
from tests.governance.ready import ready_measure
from tests.workers import CeleryWorker
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.worker
def test_a_measure_goes_from_its_first_draft_to_its_signed_closure(
    journey: Journey, empty_broker: redis.Redis, start_celery_worker: Callable[..., CeleryWorker]
) -> None:
    journey.worker = start_celery_worker()
    planning.write_it_down(journey.desk("pmo"))
    planning.complete_it(journey.desk("pmo"))
    planning.define_it(journey.desk("owner"))
    advance(journey.desk("pmo"), "Worth a closer look.")
    planning.plan_the_money(journey.desk("owner"))
    planning.plan_the_work(journey.desk("owner"))
    planning.detail_and_decide(journey)
    planning.see_the_plan_frozen(journey.desk("owner"))

    journey.travel(delivery.MARCH)
    delivery.report_the_months(journey.desk("owner"))
    delivery.validate_the_months(journey.desk("controller"))
    delivery.lock_the_months(journey.desk("pmo"))
    delivery.reach_the_milestones(journey.desk("owner"))
    delivery.confirm_the_forecast(journey.desk("owner"))
    delivery.lose_the_money(journey.desk("owner"))
    delivery.see_the_green_trap(journey.desk("pmo"))
    delivery.lose_the_time(journey.desk("owner"))
    delivery.see_no_trap_any_more(journey.desk("pmo"))

    delivery.hand_it_over(journey)
    delivery.ask_for_the_closure(journey.desk("owner"))
    delivery.sign_the_closure(journey.desk("controller"))
    delivery.read_the_ledger(journey.desk("controller"))
    delivery.reopen_it(journey.desk("controller"), journey.desk("chair"))


def test_a_measure_rests_goes_on_and_is_given_up(journey: Journey) -> None:
    """The chair decides each of them at once, with a reason."""
    with journey.world.inside():
        measure = ready_measure(journey.world, doi=2, code="M-2")
    chair = journey.desk("chair")
    hold_it(chair, measure.name)
    resume_it(chair, measure.name)
    cancel_it(chair, measure.name)
    with journey.world.inside():
        measure.refresh_from_db()
        assert (measure.doi, measure.lifecycle) == (Doi.DETAILED, Lifecycle.CANCELLED)
        assert measure.gap_owner == journey.world.people["owner"]


def hold_it(chair: Desk, name: str) -> None:
    """Until a day in the future, and not in the past."""
    chair.find(name)
    chair.follow("Hold")
    chair.heading("Hold the measure")
    facts = {"Why work rests": "Dependency", "Work resumes on": "2026-10-01", "Reason": "The line is full."}
    chair.fill(facts)
    chair.press("Hold the measure")
    chair.refused("Choose a day in the future.")
    chair.look("hold-refused")
    chair.fill({"Work resumes on": "2026-12-01"})
    chair.press("Hold the measure")
    chair.told("Decision 1 recorded.")
    chair.look("held")
    chair.find(name)
    chair.sees("On hold.", "Planned to resume on 1 Dec 2026. Its value is not in the forecast.")
    chair.look("on-hold")


def resume_it(chair: Desk, name: str) -> None:
    chair.follow("Resume")
    chair.heading("Resume the measure")
    chair.look("resume")
    chair.fill({"Reason": "There is room again."})
    chair.press("Resume the measure")
    chair.told("Decision 2 recorded.")


def cancel_it(chair: Desk, name: str) -> None:
    """Given up for good: somebody owns the gap, and nothing can be changed any more."""
    chair.find(name)
    chair.follow("Cancel")
    chair.heading("Cancel the measure")
    chair.fill({"Reason": "The supplier gave up the grade."})
    chair.press("Cancel the measure")
    chair.refused("Name who owns the gap that the measure leaves.")
    chair.look("cancel-refused")
    chair.fill({"Who owns the gap": "Owner Alder"})
    chair.press("Cancel the measure")
    chair.told("Decision 3 recorded.")
    chair.find(name)
    chair.sees("Cancelled.", "It stays in the plan with a forecast of zero. Owner Alder answers for the gap.")
    chair.look("cancelled")
    owner = chair.journey.desk("owner")
    owner.find(name)
    owner.may_not("Edit", "The measure is cancelled and can only be read.")


def test_a_reader_changes_nothing_and_is_told_whose_it_is(journey: Journey) -> None:
    with journey.world.inside():
        measure = ready_measure(journey.world, doi=3)
    reader = journey.desk("reader")
    reader.find(measure.name)
    only_them = "Only the owner Owner Alder or the portfolio manager may"
    reader.may_not("Edit", f"{only_them} edit this measure.")
    reader.sees("Only the owner Owner Alder or a portfolio manager (Pmo Alder) may ask.")
    reader.has_no_controls()
    for tab in ("Financials", "Milestones", "Risks", "Documents", "History"):
        reader.tab(tab)
        reader.has_no_controls()
    reader.tab("Financials")
    reader.may_not("Nothing changed confirm the forecast", f"{only_them} confirm the forecast.")
    reader.look("read-only")


def test_nobody_validates_an_own_entry_and_the_page_says_so(journey: Journey) -> None:
    """The portfolio manager controls this measure, and enters a month in it."""
    with journey.world.inside():
        measure = ready_measure(journey.world, doi=3, controller=journey.world.people["pmo"])
    pmo = journey.desk("pmo")
    pmo.find(measure.name)
    pmo.tab("Financials")
    fill_months(pmo, planning.LINE, {"Actual Sep 2026": "100"})
    pmo.press(f"Save {planning.LINE}")
    pmo.told("Saved 1 month.")
    pmo.sees("You entered Sep 2026. Nobody validates an own entry: return it, and let somebody else enter it again.")
    expect(pmo.main.get_by_role("button", name=starting("Validate"))).to_have_count(0)
    pmo.look("own-entry")


def test_a_consultant_switches_and_an_address_of_the_other_organization_is_not_found(
    journey: Journey, twin: World
) -> None:
    with journey.world.inside():
        ours = journey.world.measure("M-1", name="Bundle steel")
    with twin.inside():
        twin.measure("M-1", name="Bundle copper")
    consultant = journey.seat(hire_consultant(journey.world, twin))
    consultant.sign_in()
    consultant.heading("Choose an organization")
    consultant.look("choose-an-organization")
    consultant.main.get_by_role("link", name=starting("Alder")).click()
    consultant.heading("Portfolio of Alder")
    consultant.find(ours.name)
    copied = consultant.page.url
    consultant.page.get_by_role("link", name="Organization Alder, switch").click()
    switcher = consultant.page.get_by_role("dialog", name="Switch organization")
    expect(switcher.get_by_role("link", name=starting("Alder"))).to_contain_text("You are here.")
    consultant.look("switcher")
    switcher.get_by_role("link", name=starting("Twin")).click()
    consultant.heading("Portfolio of Twin")
    consultant.is_not_found(copied.replace("/o/alder/", "/o/twin/"))
    consultant.look("not-found")
    consultant.find("Bundle copper")
    theirs = journey.seat(twin.people["owner"].email)
    theirs.sign_in()
    theirs.heading("Portfolio of Twin")
    theirs.is_not_found(copied)


def hire_consultant(*worlds: World) -> str:
    """Somebody with a role in several organizations; returns their e-mail address."""
    password = worlds[0].people["pmo"].password
    person = User.objects.create(email="cora@consulting.example", name="Cora Consultant", password=password)
    for world in worlds:
        Membership.objects.create(user=person, organization=world.organization)
        with world.inside():
            RoleGrant.objects.create(user=person, node=world.nodes[Level.ORGANIZATION], role=Role.VIEWER)
    return person.email
