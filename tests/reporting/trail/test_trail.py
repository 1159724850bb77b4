"""The audit trail is read by who administers or audits: who, for whom, what, old, new, why, when."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils.html import strip_tags

from cat4 import clock
from cat4.accounts.actor import Role
from cat4.audit.actions import record
from cat4.audit.models import AuditEntry
from cat4.errors import Invalid, NotAllowed
from hierarchy.constants import Level
from hierarchy.models import RoleGrant
from hierarchy.people.actions.members import edit_member, grant_role
from hierarchy.people.selectors.members import member_lines
from reporting.trail import actions
from reporting.trail.pages import changes_of, object_name, verb_choices
from reporting.trail.selectors import TrailFilter, trail_entries, trail_page
from tests.governance.ready import NOW, add_person
from tests.world import World


@pytest.fixture
def told(world: World) -> World:
    """Three entries: a role, a membership, and what the member did for the chair on a measure."""
    auditor = add_person(world, "Audra")
    with world.inside(), clock.at(NOW):
        admin, root = world.actor("admin"), world.nodes[Level.ORGANIZATION]
        grant_role(admin, user_id=world.people[auditor].pk, node_id=root.pk, role=Role.AUDITOR)
        membership = next(
            line.membership for line in member_lines(admin) if line.membership.user == world.people["reader"]
        )
        edit_member(admin, membership.pk, title="Works council")
        deputy = replace(world.actor("member"), on_behalf_of=world.people["chair"].pk)
        measure = world.measure()
        record(deputy, "gate.decided", measure, summary="decided Hold", reason="No budget.", measure_id=measure.pk)
    return world


def page(world: World, client: Client, query: str = "", persona: str = "audra") -> str:
    client.force_login(world.people[persona])
    return client.get(world.url(f"/audit/{query}")).content.decode()


def test_an_entry_says_who_for_whom_what_old_new_and_why(told: World, client: Client) -> None:
    rows = page(told, client).split("<tr>")[2:]
    hold, edited, granted = (" ".join(strip_tags(row).split()) for row in rows)
    assert hold == "15 Oct 2026, 11:00 Member Alder for Chair Alder decided Hold. M-1 Measure M-1 No budget."
    assert "Admin Alder edited the membership of Reader Alder." in edited
    assert "Title – Works council" in edited
    assert "granted Audra the role auditor at Organization of Alder." in granted


@pytest.mark.parametrize(
    ("wanted", "verbs"),
    [
        ({"person": "chair"}, ["gate.decided"]),
        ({"person": "admin"}, ["role.granted", "member.edited"]),
        ({"thing": "m-1"}, ["gate.decided"]),
        ({"thing": "audra"}, ["role.granted"]),
        ({"verb": "member.edited"}, ["member.edited"]),
        ({"verb": "role."}, ["role.granted"]),
        ({"last_day": NOW.date().replace(day=14)}, []),
        ({"first_day": NOW.date()}, ["role.granted", "member.edited", "gate.decided"]),
        ({"first_day": date.min, "last_day": date.max}, ["role.granted", "member.edited", "gate.decided"]),
    ],
)
def test_the_trail_is_narrowed_by_person_object_verb_and_day(
    told: World, wanted: dict[str, Any], verbs: list[str]
) -> None:
    with told.inside():
        found = trail_entries(TrailFilter(**wanted)).order_by("id")
        assert list(found.values_list("verb", flat=True)) == verbs


def test_older_entries_stand_on_the_next_page(told: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reporting.trail.selectors.PAGE_SIZE", 2)
    with told.inside():
        first = trail_page(None, TrailFilter())
        second = trail_page(first.older_than, TrailFilter())
    assert [row.entry.verb for row in first.rows] == ["gate.decided", "member.edited"]
    assert [row.entry.verb for row in second.rows] == ["role.granted"]
    assert second.older_than is None


def test_the_file_holds_what_the_filter_leaves_and_is_on_record(told: World, client: Client) -> None:
    client.force_login(told.people["admin"])
    response = client.get(told.url("/audit/file/?person=chair"))
    rows = list(csv.DictReader(io.StringIO(b"".join(response).decode("utf-8-sig"))))
    assert [(row["When"], row["Who"], row["For"], row["What"], row["Why"]) for row in rows] == [
        ("2026-10-15 11:00:00+02:00", "Member Alder", "Chair Alder", "decided Hold", "No budget.")
    ]
    with told.inside():
        last = AuditEntry.objects.order_by("-id")[0]
    assert (last.actor_name, last.summary) == ("Admin Alder", "took 1 entry of the audit trail along")
    assert last.change == {"person": "chair"}


def test_a_file_that_would_be_too_long_is_refused(told: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "MOST_ROWS", 2)
    with told.inside(), pytest.raises(Invalid) as caught:
        actions.export_trail(told.actor("audra"), TrailFilter())
    assert caught.value.errors == {
        "first_day": ["3 entries fit, and a file holds 2 entries. Take them along by fewer days."]
    }


def test_nobody_else_takes_the_file(told: World) -> None:
    with told.inside():
        before = AuditEntry.objects.count()
        for persona in ("pmo", "controller", "reader", "chair"):
            with pytest.raises(NotAllowed):
                actions.export_trail(told.actor(persona), TrailFilter())
        assert AuditEntry.objects.count() == before


def test_the_api_tells_the_same(told: World, client: Client) -> None:
    client.force_login(told.people["audra"])
    (row,) = client.get(told.url("/api/v1/audit/?verb=gate.")).json()["results"]
    assert (row["actor"], row["on_behalf_of"], row["summary"]) == ("Member Alder", "Chair Alder", "decided Hold")
    assert client.get(told.url("/api/v1/audit/?colour=red")).status_code == 422


def test_what_reads_nothing_says_so(told: World, client: Client) -> None:
    assert "No change fits" in page(told, client, "?person=nobody")


def test_changes_are_told_field_by_field() -> None:
    told = changes_of({"owner_id": [None, "Olga"], "is_admin": [False, True], "days": 3})
    assert [(line.field, line.old, line.new) for line in told] == [
        ("Owner", "–", "Olga"),
        ("Is admin", "no", "yes"),
        ("Days", "", "3"),
    ]


def test_objects_and_verbs_have_names() -> None:
    assert object_name("governance.gatedecision") == "Gate decision"
    assert object_name("gone.thing") == "gone.thing"
    assert verb_choices(["gate.decided", "gate.returned", "role.granted"]) == [
        ("gate.", "Gate: everything"),
        ("gate.decided", "Gate: decided"),
        ("gate.returned", "Gate: returned"),
        ("role.granted", "Role: granted"),
    ]


def test_settings_lead_to_the_trail_for_who_may_read_it(told: World, client: Client) -> None:
    for persona, leads in (("audra", True), ("admin", True), ("pmo", False)):
        client.force_login(told.people[persona])
        assert ("/audit/" in client.get(told.url("/settings/")).content.decode()) is leads


def test_an_auditor_sees_every_measure_and_may_have_proof(told: World, client: Client) -> None:
    client.force_login(told.people["audra"])
    assert client.get(told.url("/ledger/proofs/")).status_code == 200
    with told.inside():
        assert RoleGrant.objects.filter(user=told.people["audra"]).count() == 1
        assert told.actor("audra").sees(told.package.path)
