"""The tab of milestones, the pages of dependencies, hand-overs and earlier dates."""

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client

from cat4.audit.models import AuditEntry
from cat4.outbox.models import OutboxRow
from governance.gates.actions.decisions import decide_gate
from hierarchy.models import RoleGrant
from measures.models import Dependency, Milestone, PullForward, Ripple
from measures.schedule.actions.dependencies import add_dependency
from measures.schedule.actions.milestones import complete_milestone, revise_milestone
from tests.governance import changing
from tests.measures.core.test_pages import get, post, text_of
from tests.measures.line4 import Network, build_network
from tests.world import TODAY, World


@pytest.fixture
def network(world: World) -> Network:
    with world.inside():
        network = build_network(world)
    world.people["tomas"] = network.other
    return network


def traces(world: World) -> tuple[int, int]:
    with world.inside():
        return AuditEntry.objects.count(), OutboxRow.objects.count()


def tab(client: Client, world: World, persona: str, measure: Any) -> str:
    return text_of(get(client, world, persona, f"/measures/{measure.pk}/milestones/"))


def test_the_tab_says_what_pushes_a_milestone_and_what_waits_for_it(
    client: Client, world: World, network: Network
) -> None:
    with world.inside():
        network["OPS-013 M2"].predecessor_links.update(lag_days=40)
        add_dependency(
            world.actor("pmo"), predecessor_id=network["OPS-011 M1"].pk, successor_id=network["OPS-013 M2"].pk,
            lag_days=1,
        )  # fmt: skip
        moved = Milestone.objects.get(pk=network["OPS-013 M2"].pk)
        assert moved.computed_on == date(2026, 12, 29)
    page = " ".join(tab(client, world, "tomas", network.hall2).split())
    assert "by OPS-011 M3</span>" in page
    assert "M2 Line 4 running waits. Finish to start, 40 working days later." in page
    assert "It waits for M2 Line 4 running. Finish to start, 5 working days later." in page
    assert "OPS-011, M3 Line 4 dismantled" in page
    assert "Line 4 transfer" not in page


def test_the_first_baseline_date_stays_visible_when_the_plan_was_changed(client: Client, world: World) -> None:
    with world.inside():
        measure = changing.decided(world)
        milestone = changing.accepted(measure)
        assert '<span class="sub">first ' not in tab(client, world, "owner", measure)
        asked = changing.propose(world, measure, dates={milestone.pk: changing.LATER})
        decide_gate(world.actor("chair"), changing.confirmed(world, asked).pk, outcome="change", reason="Agreed.")
    page = tab(client, world, "owner", measure)
    assert re.search(r'<span class="sub">first <time[^>]*>10 Dec 2026</time></span>', page)


def link(network: Network, **changes: str) -> dict[str, str]:
    """OPS-012 M1 waits for OPS-011 M4, found by the code of its measure."""
    facts = {
        "q": "ops-011 hall", "predecessor_id": str(network["OPS-011 M4"].pk), "kind": "FS", "lag_days": "0", "note": "",
        "successor_id": str(network["OPS-012 M1"].pk),
    }  # fmt: skip
    return {**facts, **changes}


def test_an_owner_links_a_milestone_of_a_measure_that_is_found_by_search(
    client: Client, world: World, network: Network
) -> None:
    path = f"/measures/{network.lyon.pk}/dependencies/new/"
    found = text_of(get(client, world, "tomas", path, q="ops-011 hall"))
    assert "OPS-011: Brno hall empty, expected 15 Jan 2027" in found
    assert "No milestone of an open measure matches" in text_of(get(client, world, "tomas", path, q="Line 4 transfer"))
    assert post(client, world, "tomas", path, link(network, lag_days="3")).status_code == 302
    with world.inside():
        made = Dependency.objects.get(successor=network["OPS-012 M1"], predecessor=network["OPS-011 M4"])
        assert (made.kind, made.lag_days) == ("FS", 3)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"predecessor_id": ""}, "Find the milestone that it waits for, and choose it."),
        ({"successor_id": ""}, "Choose one of the list."),
        ({"q": "nothing like it"}, "Search for it again, and choose it."),
        ({"lag_days": "soon"}, "Enter a whole number."),
        ({"lag_days": "5000"}, "Enter whole working days from −1,000 to 1,000."),
        ({"kind": "XX"}, "Select a valid choice."),
    ],
)
def test_a_faulty_link_comes_back_with_a_sentence_at_its_field(
    client: Client, world: World, network: Network, changes: dict[str, str], said: str
) -> None:
    before = traces(world)
    response = post(client, world, "tomas", f"/measures/{network.lyon.pk}/dependencies/new/", link(network, **changes))
    assert response.status_code == 422
    assert said in text_of(response)
    assert traces(world) == before


def test_a_circle_is_refused_at_the_field_naming_its_members(client: Client, world: World, network: Network) -> None:
    data = link(
        network, q="Stock moved", predecessor_id=str(network["OPS-012 M1"].pk),
        successor_id=str(network["OPS-013 M2"].pk),
    )  # fmt: skip
    response = post(client, world, "tomas", f"/measures/{network.hall2.pk}/dependencies/new/", data)
    assert response.status_code == 422
    said = "That closes a circle: Line 4 running (OPS-013) and Stock moved (OPS-012) already wait for each other"
    assert said in text_of(response)


def test_who_may_not_link_is_told_who_may(client: Client, world: World, network: Network) -> None:
    path = f"/measures/{network.lyon.pk}/dependencies/new/"
    response = post(client, world, "owner", path, link(network))
    assert response.status_code == 403
    said = "Only the owner Tomas Novak or the portfolio manager may say what its milestones wait for."
    assert said in text_of(response)


def test_the_terms_of_a_dependency_are_changed_and_taken_back(client: Client, world: World, network: Network) -> None:
    with world.inside():
        dependency = network["OPS-012 M1"].predecessor_links.get()
    path = f"/dependencies/{dependency.pk}"
    data = {"kind": "FF", "lag_days": "-2", "note": "They overlap.", "version": "1"}
    assert post(client, world, "tomas", f"{path}/edit/", data).status_code == 302
    stale = post(client, world, "tomas", f"{path}/edit/", {**data, "lag_days": "4"})
    assert stale.status_code == 409
    assert post(client, world, "tomas", f"{path}/remove/", {}).status_code == 302
    with world.inside():
        assert not network["OPS-012 M1"].predecessor_links.exists()


def test_a_dependency_of_another_organization_is_not_there(
    client: Client, world: World, twin: World, network: Network
) -> None:
    with world.inside():
        dependency = network["OPS-012 M1"].predecessor_links.get()
    for path in (f"/dependencies/{dependency.pk}/edit/", f"/measures/{network.lyon.pk}/dependencies/new/"):
        assert get(client, twin, "pmo", path).status_code == 404
    assert post(client, twin, "pmo", f"/dependencies/{dependency.pk}/remove/", {}).status_code == 404


@pytest.fixture
def handed(world: World, network: Network) -> Milestone:
    """Line 4 was stopped, and the reader, who sees nothing else of the measure, has to accept it."""
    with world.inside():
        milestone = network["OPS-011 M2"]
        milestone.receiver = world.people["reader"]
        milestone.save()
        complete_milestone(world.actor("owner"), milestone.pk, actual_on=TODAY)
        RoleGrant.objects.filter(user=world.people["reader"]).delete()
    return milestone


def test_the_receiver_accepts_in_my_work(client: Client, world: World, handed: Milestone) -> None:
    page = text_of(get(client, world, "reader", "/my-work/"))
    assert "Accept: Line 4 stopped" in page
    assert "OPS-011, Owner Alder, handed over today" in page
    assert "Line 4 transfer" not in page
    assert post(client, world, "reader", f"/milestones/{handed.pk}/accept/", {}).status_code == 302
    with world.inside():
        assert Milestone.objects.get(pk=handed.pk).actual_on == TODAY


def test_the_receiver_refuses_with_a_reason(client: Client, world: World, network: Network, handed: Milestone) -> None:
    path = f"/milestones/{handed.pk}/refuse/"
    empty = post(client, world, "reader", path, {"reason": "", "version": "2"})
    assert (empty.status_code, "This field is required." in text_of(empty)) == (422, True)
    assert post(client, world, "reader", path, {"reason": "The belt runs.", "version": "2"}).status_code == 302
    assert "Reader Alder refused it: The belt runs." in tab(client, world, "owner", network.line4)


def test_nobody_else_accepts(client: Client, world: World, handed: Milestone) -> None:
    response = post(client, world, "owner", f"/milestones/{handed.pk}/accept/", {})
    assert (response.status_code, "Only the receiver Reader Alder may accept or refuse it." in text_of(response)) == (
        403,
        True,
    )
    assert get(client, world, "owner", f"/milestones/{handed.pk}/refuse/").status_code == 404


@pytest.mark.parametrize(("act", "forecast"), [("take", date(2027, 1, 8)), ("decline", date(2027, 1, 22))])
def test_an_earlier_date_is_taken_or_declined(
    client: Client, world: World, network: Network, act: str, forecast: date
) -> None:
    with world.inside():
        offer = PullForward.objects.create(
            milestone=network["OPS-012 M1"], because_of=network["OPS-013 M1"], possible_on=date(2027, 1, 8),
            offered_at=datetime(2026, 10, 1, tzinfo=UTC),
        )  # fmt: skip
    assert "Floor ready is done early. Stock moved could come on" in tab(client, world, "tomas", network.lyon)
    assert "Earlier date for Stock moved" in text_of(get(client, world, "tomas", "/my-work/"))
    assert post(client, world, "tomas", f"/pull-forwards/{offer.pk}/{act}/", {}).status_code == 302
    with world.inside():
        assert Milestone.objects.get(pk=network["OPS-012 M1"].pk).forecast_on == forecast
    assert "An earlier date is possible." not in tab(client, world, "tomas", network.lyon)


def test_a_milestone_of_a_hidden_measure_is_found_by_whoever_knows_its_code(
    client: Client, world: World, network: Network
) -> None:
    path = f"/measures/{network.lyon.pk}/dependencies/new/"
    assert "Brno hall empty" not in text_of(get(client, world, "tomas", path, q="brno hall"))
    assert "Brno hall empty" in text_of(get(client, world, "tomas", path, q="OPS-011"))


def test_the_reason_of_a_slip_is_read_by_who_may_see_the_measure_that_slipped(
    client: Client, world: World, network: Network
) -> None:
    with world.inside():
        revise_milestone(
            world.actor("pmo"),
            network["OPS-011 M3"].pk,
            forecast_on=date(2027, 3, 1),
            reason="The buyer went bankrupt.",
        )
        (ripple,) = Ripple.objects.all()
    assert "The buyer went bankrupt." in text_of(get(client, world, "pmo", f"/ripples/{ripple.pk}/"))
    hidden = text_of(get(client, world, "tomas", f"/ripples/{ripple.pk}/"))
    assert "OPS-011" in hidden
    assert "bankrupt" not in hidden
    answer = client.get(world.url(f"/api/v1/ripples/{ripple.pk}/"))
    assert (answer.status_code, answer.json()["reason"]) == (200, "")
