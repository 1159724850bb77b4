"""Slips before they are saved, ripples, their answers, and who holds up whom: who reads what of it."""

import re
from datetime import date
from uuid import UUID, uuid4

import pytest
from django.test import Client

from cat4.audit.models import AuditEntry
from cat4.outbox.models import OutboxRow
from hierarchy.models import RoleGrant
from measures.models import Milestone, Ripple, RippleAnswer
from measures.schedule.actions.milestones import revise_milestone
from measures.schedule.actions.ripple_money import store_ripple_money
from tests.measures.core.test_pages import get, post, text_of
from tests.measures.line4 import Network, build_network
from tests.world import PERSONAS, World

LATER = date(2027, 1, 15)
ONLY = "Only the owner Tomas Novak or the portfolio manager may answer this ripple."


@pytest.fixture
def network(world: World) -> Network:
    with world.inside():
        network = build_network(world)
    world.people["tomas"] = network.other
    return network


@pytest.fixture
def ripple(world: World, network: Network) -> UUID:
    """Line 4 is dismantled 53 working days later: hall 2 and Lyon move, the applications take it up."""
    with world.inside():
        milestone = network["OPS-011 M3"]
        revise_milestone(world.actor("owner"), milestone.pk, forecast_on=LATER, reason="The crane comes late.")
        found = Ripple.objects.get()
        store_ripple_money(found.pk)
        return found.pk


def answer_of(world: World, code: str = "OPS-013") -> RippleAnswer:
    with world.inside():
        return RippleAnswer.objects.get(measure__code=code, ripple__superseded_at__isnull=True)


def hide_all_but(world: World, persona: str, measure_path: list[UUID]) -> None:
    """The persona sees one package only."""
    with world.inside():
        RoleGrant.objects.filter(user=world.people[persona]).delete()
        RoleGrant.objects.create(user=world.people[persona], node_id=measure_path[-1], role="viewer")


def traces(world: World) -> tuple[int, int]:
    with world.inside():
        return AuditEntry.objects.count(), OutboxRow.objects.count()


# Before it is saved ------------------------------------------------------------------------------


def test_the_panel_says_what_follows_and_writes_nothing(client: Client, world: World, network: Network) -> None:
    before = traces(world)
    page = text_of(get(client, world, "pmo", "/roadmap/", milestone=str(network["OPS-011 M3"].pk), days="53"))
    said = re.search(r"<b>(.*? measures? moves?.*?)</b>", page)
    assert said is not None
    assert said[1] == "2 measures move, no gate moves, EUR 0.11m comes later or is lost."
    assert "2 measures absorb the slip." in page
    assert "Tomas Novak would have to answer within five working days." in page
    assert "Who is affected by +53 days on M3" in page
    assert "M2 Line 4 running +40 days" in page
    assert "Absorbed by 53 days of slack" in page
    assert f"/milestones/{network['OPS-011 M3'].pk}/forecast/?forecast_on=2027-01-15" in page
    assert traces(world) == before
    with world.inside():
        assert not Ripple.objects.exists()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"days": "lots"}, "Enter a whole number."),
        ({"days": "9999"}, "Ensure this value is less than or equal to 520."),
        ({"days": "5", "milestone": ""}, "Choose a milestone."),
        ({"to": "someday"}, "Enter a valid date."),
    ],
)
def test_the_panel_refuses_bad_input_beside_its_field(
    client: Client, world: World, network: Network, asked: dict[str, str], said: str
) -> None:
    response = get(client, world, "pmo", "/roadmap/", **{"milestone": str(network["OPS-011 M3"].pk), **asked})
    assert response.status_code == 422
    assert said in text_of(response)


def test_a_milestone_of_another_organization_is_not_there(
    client: Client, world: World, twin: World, network: Network
) -> None:
    foreign = str(network["OPS-011 M3"].pk)
    assert get(client, twin, "pmo", "/roadmap/", milestone=foreign, days="5").status_code == 404


def test_of_hidden_measures_code_owner_and_days_are_shown_without_name_and_money(
    client: Client, world: World, network: Network
) -> None:
    hide_all_but(world, "reader", [network.apps.package_id])
    with world.inside():
        milestone = network["SGA-021 M1"]
        network.apps.milestones.update(actual_on=None)
        link = network["OPS-012 M1"].successor_links.create(successor=milestone, lag_days=0)
        link.delete()
        network["SGA-021 M1"].successor_links.create(successor=network["OPS-011 M4"], lag_days=0)
    page = text_of(get(client, world, "reader", "/roadmap/", milestone=str(milestone.pk), days="30"))
    assert "Owner Alder" in page
    assert "OPS-011" in page
    assert "not shown" in page
    assert "Without the money of 1 measure that you may not see." in page
    for hidden in ("Line 4 transfer", "Brno hall empty"):
        assert hidden not in page


def test_a_date_that_moves_others_is_saved_once_its_consequences_were_seen(
    client: Client, world: World, network: Network
) -> None:
    path = f"/milestones/{network['OPS-011 M3'].pk}/forecast/"
    before = traces(world)
    typed = {"forecast_on": LATER.isoformat(), "reason": "The crane comes late.", "version": "1"}
    first = text_of(post(client, world, "owner", path, typed))
    assert "Not saved yet." in first
    assert "M2 Line 4 running +40 days" in first
    assert f'name="seen" value="{LATER.isoformat()}"' in first
    assert traces(world) == before
    saved = post(client, world, "owner", path, {**typed, "seen": LATER.isoformat()})
    assert saved.status_code == 302
    tab = text_of(get(client, world, "owner", f"/measures/{network.line4.pk}/milestones/"))
    with world.inside():
        assert Ripple.objects.get().after_on == LATER
        address = world.url(f"/ripples/{Ripple.objects.get().pk}/")
    assert f'It moves 2 other milestones. <a href="{address}">See the ripple</a>' in tab


def test_a_date_seen_for_one_day_does_not_stand_for_another(client: Client, world: World, network: Network) -> None:
    path = f"/milestones/{network['OPS-011 M3'].pk}/forecast/"
    typed = {"forecast_on": "2027-02-01", "reason": "Later still.", "version": "1", "seen": LATER.isoformat()}
    assert "Not saved yet." in text_of(post(client, world, "owner", path, typed))
    with world.inside():
        assert Milestone.objects.get(pk=network["OPS-011 M3"].pk).forecast_on == date(2026, 11, 3)


def test_what_follows_is_shown_without_a_reason_and_saving_asks_for_one(
    client: Client, world: World, network: Network
) -> None:
    path = f"/milestones/{network['OPS-011 M3'].pk}/forecast/"
    typed = {"forecast_on": LATER.isoformat(), "reason": "", "version": "1"}
    seen = post(client, world, "owner", path, {**typed, "preview": "1"})
    assert seen.status_code == 200
    assert "What follows from it" in text_of(seen)
    assert "This field is required." not in text_of(seen)
    refused = post(client, world, "owner", path, {**typed, "seen": LATER.isoformat()})
    assert refused.status_code == 422
    assert "This field is required." in text_of(refused)


def test_the_form_is_filled_from_the_panel(client: Client, world: World, network: Network) -> None:
    path = f"/milestones/{network['OPS-011 M3'].pk}/forecast/"
    assert 'value="2027-01-15"' in text_of(get(client, world, "owner", path, forecast_on="2027-01-15"))


# The ripple --------------------------------------------------------------------------------------


@pytest.mark.parametrize("persona", PERSONAS)
def test_whoever_sees_the_measures_reads_the_ripple(client: Client, world: World, ripple: UUID, persona: str) -> None:
    response = get(client, world, persona, f"/ripples/{ripple}/")
    assert response.status_code == 200
    page = text_of(response)
    assert "Forecast moved by Owner Alder" in page
    assert "The crane comes late." in page
    assert "2 milestones of 2 measures move. 2 measures absorb it." in page
    assert "Győr hall 2 ramp-up, M2 Line 4 running" in page
    assert page.count("Not answered") == 2
    assert ("How do you take it?" in page) == (persona == "pmo")


def test_the_owner_of_one_end_reads_of_the_other_code_and_owner_only(
    client: Client, world: World, network: Network, ripple: UUID
) -> None:
    page = text_of(get(client, world, "tomas", f"/ripples/{ripple}/"))
    assert "OPS-011 M3, Owner Alder" in page
    assert "SGA-021, Owner Alder, M1" in page
    assert "2 measures that you may not see are shown with code and owner, without money." in page
    for hidden in ("Line 4 transfer", "Line 4 dismantled", "Brno hall empty", "Application retirement", "Old planning"):
        assert hidden not in page


def test_a_ripple_of_other_measures_or_organizations_is_not_there(
    client: Client, world: World, twin: World, network: Network, ripple: UUID
) -> None:
    with world.inside():
        RoleGrant.objects.filter(user=world.people["reader"]).delete()
        answer = RippleAnswer.objects.first()
        assert answer is not None
    for path in (f"/ripples/{ripple}/", f"/ripples/answers/{answer.pk}/", f"/ripples/{uuid4()}/"):
        assert get(client, world, "reader", path).status_code == 404
        assert get(client, twin, "pmo", path).status_code == 404


def answered(client: Client, world: World, persona: str, answer: RippleAnswer, **data: str) -> tuple[int, str]:
    response = post(client, world, persona, f"/ripples/answers/{answer.pk}/", data)
    return response.status_code, text_of(response)


def test_an_affected_owner_accepts_absorbs_or_contests(
    client: Client, world: World, network: Network, ripple: UUID
) -> None:
    hall2, lyon = answer_of(world), answer_of(world, "OPS-012")
    assert answered(client, world, "tomas", hall2, kind="absorb", counter_measure="A second shift.")[0] == 302
    assert answered(client, world, "tomas", lyon, kind="contest", reason="Lyon was told otherwise.")[0] == 302
    page = text_of(get(client, world, "pmo", f"/ripples/{ripple}/"))
    assert "A second shift." in page
    assert "Lyon was told otherwise." in page
    assert "Not answered" not in page
    with world.inside():
        assert {answer.kind for answer in RippleAnswer.objects.all()} == {"absorb", "contest"}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, "Choose one of the three."),
        ({"kind": "shrug"}, "Select a valid choice."),
        ({"kind": "absorb"}, "This is needed."),
        ({"kind": "contest"}, "This is needed."),
    ],
)
@pytest.mark.usefixtures("ripple")
def test_an_answer_without_what_it_needs_comes_back_with_the_sentence(
    client: Client, world: World, data: dict[str, str], said: str
) -> None:
    before = traces(world)
    status, page = answered(client, world, "tomas", answer_of(world), **data)
    assert (status, said in page) == (422, True)
    assert traces(world) == before


@pytest.mark.parametrize("persona", [name for name in PERSONAS if name != "pmo"])
def test_nobody_else_answers(client: Client, world: World, network: Network, ripple: UUID, persona: str) -> None:
    before = traces(world)
    status, page = answered(client, world, persona, answer_of(world), kind="accept")
    assert (status, ONLY in page) == (403, True)
    assert traces(world) == before


def test_a_superseded_ripple_says_so_and_asks_nobody(
    client: Client, world: World, network: Network, ripple: UUID
) -> None:
    with world.inside():
        milestone = network["OPS-011 M3"]
        revise_milestone(world.actor("owner"), milestone.pk, forecast_on=date(2027, 2, 1), reason="And again.")
        newer = Ripple.objects.get(superseded_at__isnull=True)
    page = text_of(get(client, world, "tomas", f"/ripples/{ripple}/"))
    assert "Superseded." in page
    assert world.url(f"/ripples/{newer.pk}/") in page
    assert "How do you take it?" not in page


# My work and blockers ----------------------------------------------------------------------------


def test_open_answers_stand_in_my_work_and_in_its_count(
    client: Client, world: World, network: Network, ripple: UUID
) -> None:
    page = text_of(get(client, world, "tomas", "/my-work/"))
    assert page.count("Answer a ripple</b>") == 2
    assert "Győr hall 2 ramp-up: OPS-011 M3 moved +53 days" in page
    assert "Due 22 Oct 2026" in page
    answered(client, world, "tomas", answer_of(world), kind="accept")
    assert text_of(get(client, world, "tomas", "/my-work/")).count("Answer a ripple</b>") == 1


def test_blockers_show_the_milestone_of_the_other_and_nothing_else_of_its_measure(
    client: Client, world: World, network: Network, ripple: UUID
) -> None:
    page = " ".join(text_of(get(client, world, "tomas", "/blockers/")).split())
    assert "M3 Line 4 dismantled" in page
    assert re.search(r"OPS-011 · Owner Alder", page)
    assert "M2 Line 4 running</a> +40 days" in page
    assert re.search(r"Answer by <time[^>]*>22 Oct 2026</time>", page)
    assert "Line 4 transfer" not in page


def test_whom_nobody_holds_up_reads_that(client: Client, world: World, network: Network) -> None:
    assert "Nobody holds you up" in text_of(get(client, world, "tomas", "/blockers/"))
