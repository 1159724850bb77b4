"""The start of an organization: what is there afterwards, and what is refused."""

from __future__ import annotations

from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from cat4.accounts.models import Membership, User
from cat4.audit.models import AuditEntry
from cat4.errors import Invalid
from cat4.tenancy.context import organization_context
from cat4.tenancy.models import Organization
from hierarchy.models import Node, OrganizationSettings
from hierarchy.nodes.actions.nodes import create_node
from hierarchy.nodes.selectors.nodes import has_portfolio, root_node
from hierarchy.organization.actions import create_organization
from hierarchy.people.selectors.actors import load_actor
from tests.world import PASSWORD, World

FACTS: dict[str, Any] = {
    "name": "Solveig Foods",
    "slug": "solveig",
    "admin_email": "Ines@solveig.example",
    "admin_name": "Ines Halloran",
    "admin_password": PASSWORD,
}


@pytest.mark.django_db
def test_a_new_organization_has_a_root_settings_and_an_administrator_who_opens_the_first_portfolio() -> None:
    organization = create_organization(**FACTS, fiscal_year_start=4)
    member = Membership.objects.get(organization=organization)
    assert (member.user.email, member.is_admin) == ("ines@solveig.example", True)
    with organization_context(organization.pk):
        root, settings = root_node(), OrganizationSettings.objects.get()
        assert (root.name, root.path) == ("Solveig Foods", [root.pk])
        assert (settings.first_month, settings.last_month) == (date(2024, 4, 1), date(2032, 3, 1))
        assert AuditEntry.objects.get().actor_name == "cat4"
        assert not has_portfolio()
        create_node(load_actor(member), parent_id=root.pk, name="Value plan")
        assert has_portfolio()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"slug": "Not a slug"}, "slug"),
        ({"slug": "alder"}, "slug"),
        ({"currency": "Euro"}, "currency"),
        ({"time_zone": "Vienna"}, "time_zone"),
        ({"fiscal_year_start": 13}, "fiscal_year_start"),
        ({"admin_email": "ines"}, "admin_email"),
        ({"admin_password": "short"}, "admin_password"),
        ({"first_month": date(2026, 1, 2)}, "first_month"),
        ({"last_month": date(2020, 1, 1)}, "last_month"),
    ],
)
def test_a_bad_start_is_refused_and_leaves_nothing_behind(world: World, changes: dict[str, Any], field: str) -> None:
    before = Organization.objects.count(), User.objects.count(), Membership.objects.count()
    with pytest.raises(Invalid) as refusal:
        create_organization(**{**FACTS, **changes})
    assert list(refusal.value.errors) == [field]
    assert before == (Organization.objects.count(), User.objects.count(), Membership.objects.count())


@pytest.mark.django_db
def test_a_person_who_is_known_becomes_administrator_with_their_own_password(world: World) -> None:
    facts = {**FACTS, "admin_email": "owner@alder.example", "admin_password": "another long secret"}
    organization = create_organization(**facts)
    user = Membership.objects.get(organization=organization).user
    assert user == world.people["owner"]
    assert user.check_password(PASSWORD)


@pytest.mark.django_db
def test_the_command_creates_an_organization_that_opens(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAT4_ADMIN_PASSWORD", PASSWORD)
    said = StringIO()
    arguments = ["solveig", "Solveig Foods", "--admin-email", "ines@solveig.example", "--admin-name", "Ines Halloran"]
    call_command("create_organization", *arguments, "--first-month", "2025-01", stdout=said)
    assert said.getvalue() == "Created Solveig Foods. It opens at /o/solveig/.\n"
    organization = Organization.objects.get(slug="solveig")
    with organization_context(organization.pk):
        assert OrganizationSettings.objects.get().first_month == date(2025, 1, 1)
        assert Node.objects.count() == 1
    client.force_login(User.objects.get(email="ines@solveig.example"))
    steps = client.get("/o/solveig/first-run/").context["steps"]
    assert [step.state for step in steps] == ["now", "", "", "", ""]
    with pytest.raises(CommandError, match="Another organization has this short name"):
        call_command("create_organization", *arguments)
