"""Every page of the hierarchy: who sees it, what a form answers, and that nothing of another organization shows."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.test import Client

from cat4.accounts.models import ApiToken, Membership
from cat4.audit.models import AuditEntry
from hierarchy.constants import Level, MasterKind
from hierarchy.models import (
    BusinessUnit,
    Committee,
    CommitteeMember,
    ExchangeRate,
    LegalEntity,
    Node,
    OrganizationSettings,
    RoleGrant,
    Target,
)
from tests.hierarchy.conftest import unchanged
from tests.markup import glued
from tests.world import World

OPEN = [
    "/settings/",
    "/settings/organization/",
    "/settings/thresholds/",
    "/settings/rates/",
    "/settings/tokens/",
    "/settings/committees/",
]
OPEN += ["/nodes/", "/members/", "/first-run/", *(f"/settings/{kind}/" for kind in MasterKind.values)]
ADMIN_FORMS = ["/members/new/", "/settings/committees/new/", "/settings/rates/set/"]
ADMIN_FORMS += [f"/settings/{kind}/{form}/" for kind in MasterKind.values for form in ("new", "several")]


def sign_in(client: Client, world: World, persona: str) -> Client:
    client.force_login(world.people[persona])
    return client


@pytest.mark.parametrize("path", OPEN)
@pytest.mark.parametrize("persona", ["admin", "pmo", "reader"])
def test_every_member_may_read_how_the_organization_is_set_up(
    client: Client, world: World, persona: str, path: str
) -> None:
    assert sign_in(client, world, persona).get(world.url(path)).status_code == 200


@pytest.mark.parametrize("path", ADMIN_FORMS)
def test_forms_of_the_administrator_open_for_nobody_else(client: Client, world: World, path: str) -> None:
    assert sign_in(client, world, "admin").get(world.url(path)).status_code == 200
    refused = sign_in(client, world, "pmo").get(world.url(path))
    assert refused.status_code == 403
    assert "Only an administrator of the organization may" in refused.content.decode()


def test_nobody_of_another_organization_sees_any_page(client: Client, world: World, twin: World) -> None:
    sign_in(client, twin, "admin")
    assert {client.get(world.url(path)).status_code for path in [*OPEN, *ADMIN_FORMS]} == {404}


def test_ids_of_another_organization_are_not_found(client: Client, world: World, twin: World) -> None:
    with twin.inside():
        grant = RoleGrant.objects.first()
        seat = CommitteeMember.objects.first()
        member = Membership.objects.get(user=twin.people["owner"], organization=twin.organization)
        token = ApiToken.objects.create(membership=member, name="Theirs", digest="d")
    assert grant is not None
    assert seat is not None
    own = Membership.objects.get(user=world.people["owner"], organization=world.organization)
    node, committee, entity = twin.package.pk, twin.committee.pk, twin.entity.pk
    reads = [f"/nodes/{node}/{page}" for page in ("", "new/", "edit/", "move/", "retire/", "targets/")]
    reads += [f"/members/{member.pk}/{page}" for page in ("", "edit/", "deactivate/")]
    reads += [f"/settings/committees/{committee}/{page}" for page in ("", "edit/", "retire/")]
    reads += [f"/settings/legal_entity/{entity}/{page}/" for page in ("edit", "retire")]
    posts = [
        *reads[1:],
        f"/nodes/{node}/restore/",
        f"/members/{own.pk}/roles/{grant.pk}/revoke/",
        f"/settings/committees/{committee}/restore/",
        f"/settings/committees/{world.committee.pk}/seats/{seat.pk}/remove/",
        f"/settings/legal_entity/{entity}/restore/",
        f"/settings/tokens/{token.pk}/revoke/",
    ]
    sign_in(client, world, "admin")
    with unchanged(twin, Node, Committee, RoleGrant, CommitteeMember, LegalEntity):
        assert {client.get(world.url(path)).status_code for path in reads} == {404}
        assert {client.post(world.url(path)).status_code for path in posts} == {404}


def test_an_unknown_list_of_master_data_is_not_found(client: Client, world: World) -> None:
    assert sign_in(client, world, "admin").get(world.url("/settings/colour/")).status_code == 404


def test_a_manager_adds_a_node_and_lands_on_it(client: Client, world: World) -> None:
    parent = world.nodes[Level.PROGRAM]
    sign_in(client, world, "pmo")
    path = world.url(f"/nodes/{parent.pk}/new/")
    assert "Add a project" in client.get(path).content.decode()
    answer = client.post(path, {"name": "Logistics", "lead_id": str(world.people["owner"].pk)}, follow=True)
    with world.inside():
        node = Node.objects.get(name="Logistics")
    assert answer.redirect_chain == [(world.url(f"/nodes/{node.pk}/"), 302)]
    assert "led by Owner Alder" in answer.content.decode()


def test_a_refused_node_keeps_what_was_typed(client: Client, world: World) -> None:
    path = world.url(f"/nodes/{world.nodes[Level.PROGRAM].pk}/new/")
    with unchanged(world, Node):
        answer = sign_in(client, world, "pmo").post(path, {"name": "Project of Alder", "code": "TYPED"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "There is already a node of this name here." in page
    assert 'value="TYPED"' in page


def test_the_lead_must_be_one_of_the_choices(client: Client, world: World, twin: World) -> None:
    path = world.url(f"/nodes/{world.package.pk}/edit/")
    with unchanged(world, Node):
        typed = {"name": "New", "lead_id": str(twin.people["owner"].pk)}
        assert sign_in(client, world, "pmo").post(path, typed).status_code == 422


def test_the_second_tab_sees_both_values_and_may_then_save(client: Client, world: World) -> None:
    path = world.url(f"/nodes/{world.package.pk}/edit/")
    sign_in(client, world, "pmo")
    assert client.post(path, {"name": "First", "version": "1"}).status_code == 302
    with unchanged(world, Node):
        stale = client.post(path, {"name": "Second", "version": "1"})
    page = stale.content.decode()
    assert stale.status_code == 409
    assert re.search(r"<td>First</td>\s*<td>Second</td>", page)
    assert 'name="version" value="2"' in page
    assert client.post(path, {"name": "Second", "version": "2"}).status_code == 302


def test_a_reader_sees_a_node_with_its_buttons_off_and_may_change_nothing(client: Client, world: World) -> None:
    sign_in(client, world, "reader")
    url = world.url(f"/nodes/{world.nodes[Level.PROJECT].pk}/")
    page = glued(client.get(url).content.decode())
    assert 'aria-disabled="true" title="Only a portfolio manager of Project of Alder may edit it."' in page
    with unchanged(world, Node, Target):
        answers = {client.post(url + form).status_code for form in ("new/", "edit/", "move/", "retire/", "targets/")}
    assert answers == {403}


def test_a_move_says_what_moves_along_and_offers_only_valid_parents(client: Client, world: World) -> None:
    with world.inside():
        world.measure("M-1")
        program = world.nodes[Level.PROGRAM]
        other = Node(parent=program.parent, level=Level.PROGRAM, name="Second program")
        other.path = [*program.path[:-1], other.pk]
        other.save()
    project = world.nodes[Level.PROJECT]
    path = world.url(f"/nodes/{project.pk}/move/")
    page = sign_in(client, world, "pmo").get(path).content.decode()
    assert "1 node and 1 measure below it move along." in page
    assert "Portfolio of Alder › Second program" in page
    assert str(program.pk) not in page.split("<select")[1].split("</select")[0]
    assert client.post(path, {"parent_id": str(world.package.pk)}).status_code == 422
    assert client.post(path, {"parent_id": str(other.pk), "version": "1"}).status_code == 302
    with world.inside():
        assert Node.objects.get(pk=project.pk).parent_id == other.pk


def test_a_move_with_nowhere_to_go_says_so(client: Client, world: World) -> None:
    path = world.url(f"/nodes/{world.nodes[Level.PROJECT].pk}/move/")
    assert "Nowhere to move to" in sign_in(client, world, "pmo").get(path).content.decode()


def test_retiring_asks_for_a_reason_and_says_what_stands_in_the_way(client: Client, world: World) -> None:
    sign_in(client, world, "pmo")
    project, package = world.nodes[Level.PROJECT], world.package
    assert "still has 1 node in use" in client.get(world.url(f"/nodes/{project.pk}/retire/")).content.decode()
    assert client.post(world.url(f"/nodes/{project.pk}/retire/"), {"reason": "Over"}).status_code == 409
    assert "Retire measure package</button>" in client.get(world.url(f"/nodes/{package.pk}/retire/")).content.decode()
    assert client.post(world.url(f"/nodes/{package.pk}/retire/"), {"reason": ""}).status_code == 422
    assert client.post(world.url(f"/nodes/{package.pk}/retire/"), {"reason": "Over"}).status_code == 302
    assert "Restore" in client.get(world.url(f"/nodes/{package.pk}/")).content.decode()
    assert client.post(world.url(f"/nodes/{package.pk}/restore/")).status_code == 302
    with world.inside():
        assert not Node.objects.get(pk=package.pk).is_retired


def test_targets_are_set_and_the_difference_to_the_children_stays_visible(client: Client, world: World) -> None:
    sign_in(client, world, "pmo")
    program = world.nodes[Level.PROGRAM]
    path = world.url(f"/nodes/{program.pk}/targets/")
    answer = client.post(path, {"ebitda_run_rate_2028": "1,000,000", "was_ebitda_run_rate_2028": ""}, follow=True)
    assert "1,000,000" in answer.content.decode()
    client.post(world.url(f"/nodes/{world.nodes[Level.PROJECT].pk}/targets/"), {"ebitda_run_rate_2028": "400000"})
    page = client.get(world.url(f"/nodes/{program.pk}/")).content.decode()
    assert "600,000" in page
    stale = client.post(path, {"ebitda_run_rate_2028": "900,000", "was_ebitda_run_rate_2028": "800000"})
    assert stale.status_code == 409
    assert re.search(r"<td>1,000,000</td>\s*<td>900,000</td>", stale.content.decode())
    assert client.post(path, {"ebitda_run_rate_2028": "x", "was_ebitda_run_rate_2028": "1000000"}).status_code == 422


def test_master_data_is_added_edited_retired_and_restored(client: Client, world: World) -> None:
    sign_in(client, world, "admin")
    base = world.url("/settings/legal_entity/")
    assert client.post(base + "new/", {"code": "E1", "name": "Twice", "currency": "EUR"}).status_code == 422
    assert client.post(base + "new/", {"code": "E2", "name": "Gears SA", "currency": "chf"}).status_code == 302
    with world.inside():
        entity = LegalEntity.objects.get(code="E2")
    assert entity.currency == "CHF"
    changed = {"code": "E2", "name": "Gears AG", "currency": "CHF", "version": "1"}
    assert client.post(f"{base}{entity.pk}/edit/", changed).status_code == 302
    assert client.post(f"{base}{entity.pk}/edit/", {**changed, "name": "Late"}).status_code == 409
    assert client.post(f"{base}{entity.pk}/retire/", {"reason": ""}).status_code == 302
    page = client.get(base).content.decode()
    assert "Gears AG" in page.split("No longer on any choice")[1]
    assert client.post(f"{base}{entity.pk}/restore/").status_code == 302


def test_several_entries_are_pasted_from_a_spreadsheet_all_or_none(client: Client, world: World) -> None:
    sign_in(client, world, "admin")
    path = world.url("/settings/business_unit/several/")
    with unchanged(world, BusinessUnit):
        answer = client.post(path, {"lines": "U2\tPumps\nU1\tTwice\nU3"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Line 2: Another business unit has this code" in page
    assert "Line 3: Enter a name." in page
    assert client.post(path, {"lines": "U2\tPumps\tOwner@alder.example\nU3; Valves\n"}).status_code == 302
    with world.inside():
        assert list(BusinessUnit.objects.values_list("code", "name")) == [
            ("U1", "Drive Systems"),
            ("U2", "Pumps"),
            ("U3", "Valves"),
        ]
        assert BusinessUnit.objects.get(code="U2").lead == world.people["owner"]
    assert (
        "No member has the address x@y.example." in client.post(path, {"lines": "U4;Late;x@y.example"}).content.decode()
    )
    edit = world.url(f"/settings/business_unit/{world.unit.pk}/edit/")
    assert "Accepts what measures hand over to the unit" in client.get(edit).content.decode()
    facts = {"code": "U1", "name": "Drive Systems", "version": "1"}
    assert client.post(edit, {**facts, "lead_id": str(world.people["chair"].pk)}).status_code == 302
    assert "Chair Alder" in client.get(world.url("/settings/business_unit/")).content.decode()
    (drives, *_) = client.get(world.url("/api/v1/business-units/")).json()["results"]
    assert drives["lead"] == {"id": str(world.people["chair"].pk), "name": "Chair Alder"}
    with world.inside():
        change = AuditEntry.objects.get(verb="master.edited").change["lead_id"]
    assert change == [str(world.people["pmo"].pk), str(world.people["chair"].pk)]


def test_an_administrator_grants_and_revokes_a_role(client: Client, world: World) -> None:
    sign_in(client, world, "admin")
    member = Membership.objects.get(user=world.people["owner"])
    with world.inside():
        RoleGrant.objects.filter(user=member.user).delete()
    path = world.url(f"/members/{member.pk}/")
    typed = {"role": "pmo", "node_id": str(world.nodes[Level.PORTFOLIO].pk)}
    assert client.post(path, typed).status_code == 302
    assert client.post(path, typed).status_code == 422
    assert "Portfolio manager" in client.get(path).content.decode()
    with world.inside():
        grant = RoleGrant.objects.get(user=member.user)
    assert client.post(f"{path}roles/{grant.pk}/revoke/").status_code == 302
    with world.inside():
        assert not RoleGrant.objects.filter(user=member.user).exists()


def test_a_member_page_tells_others_who_may_grant(client: Client, world: World) -> None:
    member = Membership.objects.get(user=world.people["owner"])
    path = world.url(f"/members/{member.pk}/")
    sign_in(client, world, "pmo")
    assert (
        "Only an administrator of the organization may manage members and roles." in client.get(path).content.decode()
    )
    with unchanged(world, RoleGrant):
        typed = {"role": "controller", "node_id": str(world.package.pk)}
        assert client.post(path, typed).status_code == 403


def test_an_edited_member_is_protected_from_the_second_tab(client: Client, world: World) -> None:
    sign_in(client, world, "admin")
    member = Membership.objects.get(user=world.people["owner"])
    path = world.url(f"/members/{member.pk}/edit/")
    version = client.get(path).context["form"].initial["version"]
    assert client.post(path, {"title": "Buyer", "version": version}).status_code == 302
    stale = client.post(path, {"title": "Seller", "version": version})
    assert stale.status_code == 409
    assert re.search(r"<td>Buyer</td>\s*<td>Seller</td>", stale.content.decode())


def test_deactivating_asks_for_a_successor_for_each_duty(client: Client, world: World) -> None:
    with world.inside():
        Node.objects.filter(pk=world.package.pk).update(lead=world.people["owner"])
    member = Membership.objects.get(user=world.people["owner"])
    path = world.url(f"/members/{member.pk}/deactivate/")
    sign_in(client, world, "admin")
    page = client.get(path).content.decode()
    assert "Lead of Measure package of Alder" in page
    assert "Deactivate member</button>" in page
    assert client.post(path).status_code == 422
    key = f"hierarchy-lead-{world.package.pk}"
    assert client.post(path, {key: str(world.people["pmo"].pk)}).status_code == 302
    member.refresh_from_db()
    assert not member.is_active
    with world.inside():
        assert Node.objects.get(pk=world.package.pk).lead == world.people["pmo"]


def test_a_committee_is_created_seated_and_retired(client: Client, world: World) -> None:
    sign_in(client, world, "admin")
    typed = {"name": "Operations", "node_id": str(world.nodes[Level.PORTFOLIO].pk)}
    assert client.post(world.url("/settings/committees/new/"), typed).status_code == 302
    with world.inside():
        committee = Committee.objects.get(name="Operations")
    path = world.url(f"/settings/committees/{committee.pk}/")
    assert "No chair." in client.get(path).content.decode()
    assert client.post(path, {"user_id": str(world.people["chair"].pk), "role": "chair"}).status_code == 302
    second = client.post(path, {"user_id": str(world.people["member"].pk), "role": "chair"})
    assert second.status_code == 422
    assert "Chair Alder chairs this committee." in second.content.decode()
    with world.inside():
        seat = CommitteeMember.objects.get(committee=committee)
    assert client.post(f"{path}seats/{seat.pk}/remove/").status_code == 302
    assert client.post(f"{path}edit/", {**typed, "name": "Ops", "version": "1"}).status_code == 409
    assert client.post(f"{path}retire/", {"reason": "Merged"}).status_code == 302
    assert client.post(f"{path}restore/").status_code == 302


def test_thresholds_are_saved_as_a_new_version(client: Client, world: World) -> None:
    sign_in(client, world, "admin")
    path = world.url("/settings/thresholds/")
    form = client.get(path).context["form"]
    typed = {name: form[name].value() for name in form.fields}
    typed |= {"first_month": "2024-01", "last_month": "2029-12", "slip_green_days": "7", "deviations_from": ""}
    assert client.post(path, {**typed, "slip_green_days": "30"}).status_code == 422
    assert client.post(path, typed).status_code == 302
    assert client.post(path, {**typed, "slip_green_days": "9"}).status_code == 409
    with world.inside():
        assert OrganizationSettings.objects.get().thresholds.slip_green_days == 7
    reader = sign_in(client, world, "reader")
    assert "Only an administrator" in reader.get(path).content.decode()
    assert reader.post(path, typed).status_code == 403


def test_a_missing_plan_rate_is_named_and_set(client: Client, world: World) -> None:
    with world.inside():
        LegalEntity.objects.create(code="US", name="Drives Inc", currency="USD")
    sign_in(client, world, "admin")
    page = client.get(world.url("/settings/rates/")).content.decode()
    assert "Plan rates are missing." in page
    assert "USD 2027" in page
    assert "2 plan rates missing" in client.get(world.url("/settings/")).content.decode()
    path = world.url("/settings/rates/set/")
    assert client.post(path, {"kind": "plan", "currency": "USD", "month": "2026-05", "rate": "0"}).status_code == 422
    assert client.post(path, {"kind": "plan", "currency": "USD", "month": "May", "rate": "1"}).status_code == 422
    assert client.post(path, {"kind": "plan", "currency": "usd", "month": "2026-05", "rate": "0.92"}).status_code == 302
    with world.inside():
        rate = ExchangeRate.objects.get()
    assert (rate.month.isoformat(), str(rate.rate)) == ("2026-01-01", "0.92000000")


def test_the_key_of_a_token_is_shown_once(client: Client, world: World) -> None:
    sign_in(client, world, "owner")
    path = world.url("/settings/tokens/")
    assert client.post(path, {"name": ""}).status_code == 422
    issued = client.post(path, {"name": "Export"})
    key = issued.context["key"]
    assert key in issued.content.decode()
    assert "no-store" in issued["Cache-Control"]
    assert key not in client.get(path).content.decode()
    token = ApiToken.objects.get(name="Export")
    assert sign_in(client, world, "pmo").post(world.url(f"/settings/tokens/{token.pk}/revoke/")).status_code == 403
    assert "Export" in sign_in(client, world, "admin").get(path).content.decode()
    assert client.post(world.url(f"/settings/tokens/{token.pk}/revoke/")).status_code == 302


def test_the_first_steps_name_the_next_one(client: Client, world: World) -> None:
    sign_in(client, world, "admin")
    steps = client.get(world.url("/first-run/")).context["steps"]
    assert [step.state for step in steps] == ["done", "done", "done", "done", "now"]
    with world.inside():
        BusinessUnit.objects.all().delete()
    steps = client.get(world.url("/first-run/")).context["steps"]
    assert [step.state for step in steps] == ["done", "now", "done", "done", ""]
    assert steps[1].action_url == world.url("/settings/business_unit/")
    with world.inside():
        CommitteeMember.objects.filter(role="chair").delete()
    people = client.get(world.url("/first-run/")).context["steps"][2]
    assert (people.state, people.action_url) == ("", world.url("/settings/committees/"))
    with world.inside():
        RoleGrant.objects.filter(role="controller").update(user=world.people["sponsor"])
        RoleGrant.objects.filter(role="sponsor").update(user=world.people["sponsor"])
    people = client.get(world.url("/first-run/")).context["steps"][2]
    assert (people.state, people.action_url) == ("", world.url("/members/"))
    others = sign_in(client, world, "reader").get(world.url("/first-run/")).context["steps"]
    assert {step.reason for step in others} == {"An administrator of the organization does this"}


@pytest.mark.parametrize("path", ["/nodes/{}/", "/members/{}/", "/settings/committees/{}/"])
def test_an_unknown_id_is_not_found(client: Client, world: World, path: str) -> None:
    assert sign_in(client, world, "admin").get(world.url(path.format(uuid4()))).status_code == 404


def test_pages_change_nothing_when_they_are_read(client: Client, world: World) -> None:
    sign_in(client, world, "admin")
    restore = [f"/nodes/{world.package.pk}/restore/", f"/settings/committees/{world.committee.pk}/restore/"]
    assert {client.get(world.url(path)).status_code for path in restore} == {405}
