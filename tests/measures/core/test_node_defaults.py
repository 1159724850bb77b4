"""Nodes name what new measures below them take: the nearest counts, checked like typed, kept as the measure's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from cat4.accounts.models import Membership
from cat4.audit.models import AuditEntry
from cat4.errors import Invalid, NotAllowed, StaleVersion
from hierarchy.constants import Level, Verb
from hierarchy.models import BusinessUnit, Committee, LegalEntity, Node, RoleGrant
from hierarchy.nodes.actions.defaults import set_defaults
from hierarchy.nodes.selectors.defaults import defaults_of
from integrations.portfolios.actions.import_portfolio import Options, import_portfolio, operator_actor
from integrations.portfolios.reading import read_file
from measures.core.actions.measures import create_measure
from measures.models import Measure
from tests.integrations.small import CLEAN, mapping, write
from tests.world import World

TEXTS = {
    "name": "Steel",
    "description": "Bundle the steel volumes of both plants and tender them again.",
    "business_reason": "Two plants pay two prices.",
    "kind": "ebitda_cost",
}


@pytest.fixture
def named(world: World) -> Iterator[World]:
    """The program names everything, the package another unit."""
    with world.inside():
        other = BusinessUnit.objects.create(code="U2", name="Gears")
        set_defaults(world.actor("pmo"), world.nodes[Level.PROGRAM].pk, **everything(world))
        set_defaults(world.actor("pmo"), world.package.pk, business_unit_id=other.pk)
        yield world


def everything(world: World) -> dict[str, Any]:
    return {
        "sponsor_id": world.people["sponsor"].pk,
        "controller_id": world.people["controller"].pk,
        "business_unit_id": world.unit.pk,
        "function_id": world.function.pk,
        "legal_entity_id": world.entity.pk,
        "committee_id": world.committee.pk,
    }


def written(world: World, **facts: Any) -> Measure:
    given = {**TEXTS, "owner_id": world.people["owner"].pk, **facts}
    return create_measure(world.actor("owner"), package_id=world.package.pk, **given)


def test_a_measure_takes_what_it_does_not_name_from_the_nearest_node_and_keeps_it(named: World) -> None:
    measure = written(named, function_id=None)
    assert (measure.sponsor, measure.controller) == (named.people["sponsor"], named.people["controller"])
    assert (measure.business_unit and measure.business_unit.name, measure.legal_entity) == ("Gears", named.entity)
    # Named as nothing it stays nothing.
    assert (measure.function_id, measure.missing_fields) == (None, ["function"])
    entry = AuditEntry.objects.get(verb="measure.created")
    assert "the sponsor Sponsor Alder from Program of Alder" in entry.summary
    changed = set_defaults(named.actor("pmo"), named.nodes[Level.PROGRAM].pk, sponsor_id=named.people["chair"].pk)
    assert changed.differing == "1 open measure keeps another sponsor."
    entry = AuditEntry.objects.get(verb=Verb.NODE_EDITED, summary__contains="open measure")
    assert entry.change["sponsor"] == ["Sponsor Alder", "Chair Alder"]
    assert entry.change["open measures with another"] == {"sponsor": 1}
    measure.refresh_from_db()
    assert measure.sponsor == named.people["sponsor"]


def test_what_would_not_hold_if_it_were_typed_is_not_taken_and_the_history_says_why(named: World) -> None:
    LegalEntity.objects.update(retired_at="2026-10-01T00:00Z")
    RoleGrant.objects.filter(user=named.people["controller"]).delete()
    Membership.objects.filter(user=named.people["sponsor"]).update(is_active=False)
    measure = written(named)
    assert measure.missing_fields == ["sponsor", "controller", "legal_entity"]
    summary = AuditEntry.objects.get(verb="measure.created").summary
    assert "without the legal entity Drives GmbH from Program of Alder: This legal entity is retired" in summary
    assert "Controller Alder is no controller here" in summary


def test_the_owner_of_a_measure_is_not_made_its_controller(named: World) -> None:
    measure = written(named, owner_id=named.people["controller"].pk)
    assert (measure.controller_id, measure.governable) == (None, False)


def test_a_node_names_only_what_could_be_typed_below_it(named: World) -> None:
    sibling = Node.objects.create(parent=named.nodes[Level.ORGANIZATION], level=Level.PORTFOLIO, name="Other", path=[])
    Node.objects.filter(pk=sibling.pk).update(path=[*named.nodes[Level.ORGANIZATION].path, sibling.pk])
    elsewhere = Committee.objects.create(name="Elsewhere", node=sibling)
    wrong: dict[str, Any] = {
        "controller_id": named.people["owner"].pk,
        "committee_id": elsewhere.pk,
        "legal_entity_id": named.unit.pk,
    }
    with pytest.raises(Invalid) as refused:
        set_defaults(named.actor("pmo"), named.package.pk, **wrong)
    assert set(refused.value.errors) == set(wrong)
    with pytest.raises(Invalid, match="is the controller as well, named by Program of Alder"):
        set_defaults(named.actor("pmo"), named.package.pk, sponsor_id=named.people["controller"].pk)
    with pytest.raises(NotAllowed):
        set_defaults(named.actor("owner"), named.package.pk, function_id=named.function.pk)
    with pytest.raises(StaleVersion):
        set_defaults(named.actor("pmo"), named.package.pk, expected_version=1, function_id=named.function.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        Node.objects.filter(pk=named.nodes[Level.PROGRAM].pk).update(default_sponsor=named.people["controller"])


def test_another_organization_can_not_be_pointed_at(named: World, twin: World) -> None:
    with pytest.raises(Invalid, match="Unknown function"):
        set_defaults(named.actor("pmo"), named.package.pk, function_id=twin.function.pk)


def test_none_inherits_again(named: World) -> None:
    set_defaults(named.actor("pmo"), named.package.pk, business_unit_id=None)
    (unit,) = [each for each in defaults_of(named.package) if each.field == "business_unit_id"]
    assert (unit.named, unit.origin, unit.is_inherited) == (named.unit, named.nodes[Level.PROGRAM], True)


def test_an_import_takes_them_as_well_and_says_so(named: World, tmp_path: Path) -> None:
    root = named.nodes[Level.ORGANIZATION].pk
    set_defaults(named.actor("pmo"), root, sponsor_id=named.people["sponsor"].pk, function_id=named.function.pk)
    source = read_file(write(tmp_path, CLEAN), mapping())
    report = import_portfolio(operator_actor(named.organization.pk), source, mapping(), options=Options())
    measure = Measure.objects.get(code="A-1")
    assert (measure.sponsor, measure.function) == (named.people["sponsor"], named.function)
    assert "From the nodes above it: sponsor and function." in report.rows[0].messages


def test_the_pages_show_where_a_default_comes_from_and_what_differs(named: World, client: Client) -> None:
    measure = written(named, sponsor_id=named.people["chair"].pk)
    client.force_login(named.people["pmo"])
    node = f"/nodes/{named.package.pk}/"
    page = " ".join(client.get(named.url(node)).content.decode().split())
    assert "from the program Program of Alder" in page
    form = client.get(named.url(f"{node}defaults/")).content.decode()
    assert "Empty: Sponsor Alder (" not in form
    assert "Empty: Sponsor Alder, from Program of Alder. 1 open measure with another today." in form
    gears = str(BusinessUnit.objects.get(code="U2").pk)
    sent = {"sponsor_id": str(named.people["member"].pk), "business_unit_id": gears, "version": "2"}
    done = client.post(named.url(f"{node}defaults/"), sent, follow=True).content.decode()
    assert "1 open measure keeps another sponsor." in done
    measure.refresh_from_db()
    assert measure.sponsor == named.people["chair"]
