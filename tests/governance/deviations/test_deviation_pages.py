"""Deviations as pages: the list by clock, the page with what a person may do, My work, the measure, the cockpit."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client

from cat4 import clock
from governance.deviations.actions.answers import add_counter_measure
from governance.deviations.actions.clock import run_clock
from governance.deviations.actions.deciding import decide_deviation
from governance.deviations.models import CounterMeasure, Deviation
from hierarchy.constants import Level
from hierarchy.models import RoleGrant
from reporting.cockpit.selectors.deviations import escalated, top_deviations
from tests.governance.deviating import again, forecast, look, short_of_money
from tests.governance.gates.test_races import race
from tests.world import TODAY, World

DAY_16 = date(2026, 10, 31)


def page(world: World, persona: str, path: str) -> str:
    client = Client()
    client.force_login(world.people[persona])
    answer = client.get(world.url(path))
    assert answer.status_code == 200, answer.content.decode()[:400]
    return re.sub(r"\s+", " ", answer.content.decode())


def send(world: World, persona: str, path: str, **fields: str) -> tuple[int, str]:
    client = Client()
    client.force_login(world.people[persona])
    answer = client.post(world.url(path), fields)
    return answer.status_code, answer.content.decode()


def test_the_list_is_by_clock_and_narrows_by_state_kind_unit_and_clock(world: World) -> None:
    with world.inside():
        with clock.at(date(2026, 10, 1)):
            short_of_money(world, "M-1")
        short_of_money(world, "M-2")
        decide_deviation(
            world.actor("chair"), short_of_money(world, "M-3").pk, outcome="re_scope", reason="Later.", due_on=DAY_16
        )
    shown = page(world, "reader", "/deviations/")
    codes = re.findall(r'<span class="sub">\s*(M-\d)', shown)
    assert codes == ["M-1", "M-2", "M-3"]
    assert "Day 14 of 14" in shown
    assert "Decided, day 0" in shown
    for query, expected in (
        ("state=decided", ["M-3"]),
        ("clock=past", ["M-1"]),
        ("clock=running", ["M-2"]),
        ("kind=dates", []),
        (f"unit={world.unit.pk}", ["M-1", "M-2", "M-3"]),
        ("q=m-2", ["M-2"]),
    ):
        assert re.findall(r'<span class="sub">\s*(M-\d)', page(world, "reader", f"/deviations/?{query}")) == expected


def test_an_empty_list_says_how_a_deviation_comes_about(world: World) -> None:
    assert "A deviation opens by itself" in page(world, "reader", "/deviations/")
    assert "No deviation matches" in page(world, "reader", "/deviations/?kind=cost")


def test_the_page_says_first_what_is_off_and_offers_what_a_person_may(world: World) -> None:
    with world.inside():
        found = short_of_money(world)
    path = f"/deviations/{found.pk}/"
    owner, chair = page(world, "owner", path), page(world, "chair", path)
    assert '<p class="headline">Forecast run-rate EUR 600 is 50% below plan.</p>' in owner
    assert "Save the cause" in owner
    assert "Record decision" not in owner
    assert "You own this measure. Nobody decides on their own measure." in owner
    assert "Record decision" in chair
    assert "Save the cause" not in chair


def test_the_chair_decides_on_the_page_and_bad_input_stays_in_the_form(world: World) -> None:
    with world.inside():
        found = short_of_money(world)
    path = f"/deviations/{found.pk}/decide/"
    status, shown = send(world, "chair", path, **{"decide-outcome": "re_scope", "decide-reason": "Two lines."})
    assert (status, "Enter a date." in shown, "Two lines." in shown) == (422, True, True)
    status, shown = send(
        world,
        "chair",
        path,
        **{"decide-outcome": "compensate", "decide-reason": "Two lines.", "decide-measure_code": "X"},
    )
    assert (status, "There is no measure X." in shown) == (422, True)
    facts = {"decide-outcome": "re_scope", "decide-reason": "Two lines.", "decide-due_on": "2026-11-02"}
    assert send(world, "owner", path, **facts)[0] == 403
    assert send(world, "chair", path, **facts)[0] == 302
    assert send(world, "chair", path, **facts)[0] == 409
    with world.inside():
        assert again(found).state == "decided"
        # What comes later is named as such beside what it was decided on.
        Deviation.objects.update(effect_run_rate=-7_000_000)
    shown = page(world, "reader", f"/deviations/{found.pk}/")
    assert re.search(r"when it was decided, .7,000", shown)
    assert "Decided on: Forecast run-rate EUR 600 is 50% below plan." in shown
    with world.inside():
        assert again(found).decisions.get().kept["effect_run_rate"] == "-600.00"


def test_my_work_names_what_waits_for_owner_sponsor_and_committee(world: World) -> None:
    with world.inside():
        short_of_money(world)
    assert "Cause and counter-measure, money" in page(world, "owner", "/my-work/")
    assert "Cause and counter-measure" not in page(world, "sponsor", "/my-work/")
    with world.inside(), clock.at(DAY_16):
        run_clock(DAY_16)
    with clock.at(DAY_16):
        assert "Cause and counter-measure, money" in page(world, "sponsor", "/my-work/")
        assert "Day 16, escalated" in page(world, "chair", "/my-work/")


def test_who_does_a_counter_measure_needs_not_see_the_measure(world: World) -> None:
    with world.inside():
        found = short_of_money(world)
        RoleGrant.objects.filter(user=world.people["reader"]).delete()
        counter = add_counter_measure(
            world.actor("owner"),
            found.pk,
            text="Tender again.",
            responsible_id=world.people["reader"].pk,
            due_on=DAY_16,
        )
    assert "Tender again." in page(world, "reader", "/my-work/")
    path = f"/counter-measures/{counter.pk}/"
    assert "Tender again." in page(world, "reader", path)
    assert send(world, "reader", path, note="Three bids are in.")[0] == 302
    with world.inside():
        assert CounterMeasure.objects.get().done_by == world.people["reader"]
    client = Client()
    client.force_login(world.people["reader"])
    assert client.get(world.url(f"/deviations/{found.pk}/")).status_code == 404


def test_the_measure_and_the_cockpit_show_what_is_open(world: World) -> None:
    with world.inside():
        found = short_of_money(world)
        forecast(short_of_money(world, "M-2").measure, "10.00")
        look(Deviation.objects.get(number=2).measure)
        assert "Forecast run-rate EUR 600 is 50% below plan." in page(world, "reader", f"/measures/{found.measure_id}/")
        program = world.nodes[Level.PROGRAM]
        shown, count = top_deviations(program, TODAY)
        assert ([(row.code, row.amount) for row in shown], count) == ([("M-2", -1080), ("M-1", -600)], 2)
        with clock.at(DAY_16):
            run_clock(DAY_16)
            assert [(row.code, row.day) for row in escalated(program, DAY_16)] == [("M-1", 16), ("M-2", 16)]


@pytest.mark.django_db(transaction=True)
def test_of_many_who_decide_the_same_deviation_one_wins(world: World) -> None:
    with world.inside():
        found = short_of_money(world)
    chair = world.actor("chair")

    def decide(number: int) -> None:
        decide_deviation(chair, found.pk, outcome="re_scope", reason=f"Number {number}.", due_on=DAY_16)

    assert race(world, decide, 8) == {"done": 1, "conflict": 7}
    with world.inside():
        assert (again(found).state, CounterMeasure.objects.count()) == ("decided", 1)
