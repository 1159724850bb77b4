"""The gates from outside: who may not act hears so before their input is looked at; a frozen plan is in the ledger."""

from __future__ import annotations

import pytest
from django.test import Client

from cat4.audit.models import LedgerEntry
from governance.gates.actions.decisions import decide_gate
from measures.constants import Verb
from measures.models import PlanVersion
from tests.governance.gates.test_decisions import asked
from tests.governance.ready import footprint
from tests.world import World

ACTS = [
    (2, "requests/{request}/withdraw/", "sponsor"),
    (2, "requests/{request}/decide/", "pmo"),
    (2, "requests/{request}/confirm/size_and_timing/", "owner"),
    (2, "requests/{request}/confirm/sponsor/", "controller"),
    (4, "closures/{request}/sign/", "chair"),
    (4, "closures/{request}/return/", "owner"),
    (2, "gates/{measure}/hold/", "controller"),
    (2, "gates/{measure}/advance/", "admin"),
]


@pytest.mark.parametrize(("doi", "path", "persona"), ACTS)
def test_who_may_not_act_hears_so_whatever_they_send(world: World, doi: int, path: str, persona: str) -> None:
    with world.inside():
        request = asked(world, doi)
        before = footprint(request.measure)
    client = Client()
    client.force_login(world.people[persona])
    address = world.url("/" + path.format(request=request.pk, measure=request.measure_id))
    for given in ({}, {"outcome": "advance"}, {"outcome": "nonsense", "reason": "x"}, {"reason": "x", "password": "y"}):
        assert client.post(address, given).status_code == 403
    with world.inside():
        assert footprint(request.measure) == before


def test_an_unknown_confirmation_is_not_found(world: World) -> None:
    with world.inside():
        request = asked(world, 2)
    client = Client()
    client.force_login(world.people["controller"])
    assert client.post(world.url(f"/requests/{request.pk}/confirm/anything/"), {}).status_code == 404


def test_the_freeze_of_a_plan_has_its_own_entry_in_the_ledger(world: World) -> None:
    with world.inside():
        request = asked(world, 2)
        decide_gate(world.actor("chair"), request.pk, outcome="advance", reason="Agreed.")
        newest = [link.entry for link in LedgerEntry.objects.select_related("entry").order_by("-sequence")[:2]]
        frozen = next(entry for entry in newest if entry.verb == Verb.PLAN_FROZEN)
        assert frozen.object_id == PlanVersion.objects.get().pk
        assert (frozen.actor_name, frozen.measure_id) == (world.people["chair"].name, request.measure_id)
        assert frozen.change == {"number": 1, "months": 13}
