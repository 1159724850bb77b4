"""What the API tells of measures that the caller may not see: code, owner, and how far dates move."""

import json
from datetime import date
from typing import Any

import pytest
from django.test import Client

from measures.constants import Lifecycle
from measures.models import Ripple, RippleAnswer
from measures.schedule.actions.milestones import revise_milestone
from measures.schedule.actions.ripple_money import store_ripple_money
from measures.schedule.actions.ripples import answer_ripple
from measures.status.actions.recompute import recompute_measure
from tests.measures.chains import link, milestone
from tests.measures.line4 import Network, build_network
from tests.measures.schedule.test_ripple_pages import hide_all_but
from tests.world import World

LATER = date(2027, 1, 15)
NAMES = ("Line 4 transfer", "Line 4 dismantled", "Brno hall empty", "Application retirement", "Old planning")

pytestmark = pytest.mark.urls("cat4.urls_organization")


@pytest.fixture
def network(world: World) -> Network:
    with world.inside():
        network = build_network(world)
    world.people["tomas"] = network.other
    return network


def asked(client: Client, world: World, persona: str, path: str, **query: str) -> Any:
    client.force_login(world.people[persona])
    response = client.get(world.url(f"/api/v1{path}"), query)
    assert response.status_code == 200, response.content
    return response.json()


def test_a_ripple_names_neither_hidden_measures_nor_their_milestones_nor_what_their_owners_said(
    client: Client, world: World, network: Network
) -> None:
    with world.inside():
        network["SGA-021 M1"].predecessor_links.update(lag_days=80)
        network.apps.owner = world.people["member"]
        network.apps.save()
        revise_milestone(
            world.actor("owner"), network["OPS-011 M3"].pk, forecast_on=LATER, reason="The crane comes late."
        )
        ripple = Ripple.objects.get()
        store_ripple_money(ripple.pk)
        answer = RippleAnswer.objects.get(measure=network.apps)
        answer_ripple(world.actor("member"), answer.pk, kind="contest", reason="Payroll can't wait.")
    found = asked(client, world, "tomas", f"/ripples/{ripple.pk}/")
    told = json.dumps(found, ensure_ascii=False)
    assert not [name for name in (*NAMES, "Payroll") if name in told]
    assert (found["trigger"], found["measure"]["code"], found["measure"]["owner"]) == ("", "OPS-011", "Owner Alder")
    hops = {hop["measure"]["code"]: hop for hop in found["hops"]}
    hidden, own = hops["SGA-021"], hops["OPS-013"]
    assert (hidden["milestone"], hidden["before_on"], hidden["after_on"]) == ("", None, None)
    assert hidden["days"] > 0
    assert (hidden["measure"]["name"], hidden["measure"]["is_visible"]) == ("", False)
    assert (own["milestone"], own["before_on"], own["came_from"]) == ("Line 4 running", "2026-12-18", "")
    whole = json.dumps(asked(client, world, "pmo", f"/ripples/{ripple.pk}/"), ensure_ascii=False)
    assert not [name for name in ("Line 4 dismantled", "Application retirement", "Payroll") if name not in whole]


def test_a_slip_before_it_is_saved_names_no_hidden_measure_and_no_gate_of_it(
    client: Client, world: World, network: Network
) -> None:
    hide_all_but(world, "reader", [network.apps.package_id])
    with world.inside():
        network["SGA-021 M1"].successor_links.create(successor=network["OPS-011 M4"])
        network["OPS-011 M4"].is_critical = True
        network["OPS-011 M4"].save()
        network.line4.implement_by = date(2027, 1, 29)
        network.line4.save()
        resting = world.measure("OPS-014", name="Crane rented", doi=3, lifecycle=Lifecycle.ON_HOLD)
        link(milestone(resting, "Crane here", date(2026, 12, 1)), network["OPS-011 M4"])
    path = f"/milestones/{network['SGA-021 M1'].pk}/slip-preview/"
    found = asked(client, world, "reader", path, forecast_on="2027-06-01")
    told = json.dumps(found, ensure_ascii=False)
    assert not [name for name in ("Line 4 transfer", "Brno hall empty", "Crane rented", "Crane here") if name in told]
    assert found["warnings"] == [
        "A milestone of OPS-014 is on hold: it counts with its dates, which nobody works towards."
    ]
    assert [measure["code"] for measure in found["measures"]] == ["OPS-011"]
    assert found["gates"] == []
    everything = asked(client, world, "pmo", path, forecast_on="2027-06-01")
    assert [gate["measure"]["name"] for gate in everything["gates"]] == ["Line 4 transfer Brno to Győr"]


def test_who_waits_for_a_hidden_measure_reads_its_milestone_and_owner_only(
    client: Client, world: World, network: Network
) -> None:
    with world.inside():
        revise_milestone(
            world.actor("owner"), network["OPS-011 M3"].pk, forecast_on=LATER, reason="The crane comes late."
        )
    for path in (f"/measures/{network.hall2.pk}/dependencies/", "/blockers/"):
        told = json.dumps(asked(client, world, "tomas", path), ensure_ascii=False)
        assert "Line 4 dismantled" in told
        assert "OPS-011" in told
        assert "Line 4 transfer" not in told


def test_statuses_of_a_pushed_measure_name_only_the_code_of_what_pushes_it(
    client: Client, world: World, network: Network
) -> None:
    """Whoever sees the pushed measure reads its reasons; the other one isn't theirs to see."""
    hide_all_but(world, "reader", [network.hall2.package_id])
    with world.inside():
        revise_milestone(
            world.actor("owner"), network["OPS-011 M3"].pk, forecast_on=LATER, reason="The crane comes late."
        )
        recompute_measure(network.hall2.pk)
    told = json.dumps(asked(client, world, "reader", f"/measures/{network.hall2.pk}/"), ensure_ascii=False)
    assert "because OPS-011 comes late." in told
    assert not [name for name in NAMES if name in told]
