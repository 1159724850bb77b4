"""How much a person fills to pass gate 1, as the pages ask for it."""

from typing import Any

from django.forms import Form
from django.test import Client

from governance.gates.actions.requests import request_gate
from governance.gates.constants import RequestState
from governance.rules.comparison import MOST_INPUTS
from hierarchy.constants import Level
from hierarchy.nodes.actions.defaults import set_defaults
from measures.models import Measure
from tests.world import World

ASKED: dict[str, dict[str, str]] = {
    "edit/facts/": {
        "scope_in": "Both plants.", "scope_out": "Spare parts.", "key_assumptions": "Steel stays below 900 EUR.",
        "target_amount": "1,200", "decide_by": "2026-11-30", "implement_by": "2027-03-31", "close_by": "2027-09-30",
    },
    "baselines/new/": {"type": "prior_year", "source": "Ledger 400"},
    "overlap/": {"resolution": "None: no other measure books on this account."},
}  # fmt: skip


def sent(client: Client, address: str, typed: dict[str, str]) -> None:
    """Open the page, type into its form what it doesn't show yet, and send it as a browser would."""
    shown: Form = client.get(address).context["form"]
    already = {name: shown[name].value() for name in shown.fields}
    data: dict[str, Any] = {name: "" if value is None else str(value) for name, value in already.items()} | typed
    assert client.post(address, data).status_code == 302


def test_a_measure_in_a_package_with_defaults_passes_gate_1_by_ten_fields(world: World, client: Client) -> None:
    with world.inside():
        set_defaults(
            world.actor("pmo"),
            world.nodes[Level.PROGRAM].pk,
            sponsor_id=world.people["sponsor"].pk,
            controller_id=world.people["controller"].pk,
            business_unit_id=world.unit.pk,
            function_id=world.function.pk,
            legal_entity_id=world.entity.pk,
            committee_id=world.committee.pk,
        )
    client.force_login(world.people["owner"])
    first = {
        "package_id": str(world.package.pk), "name": "Steel", "kind": "ebitda_cost",
        "description": "Bundle the steel volumes of both plants and tender them.", "business_reason": "It pays.",
    }  # fmt: skip
    sent(client, world.url("/measures/new/"), first)
    with world.inside():
        measure = Measure.objects.get()
    for page, typed in ASKED.items():
        sent(client, world.url(f"/measures/{measure.pk}/{page}"), typed)
    with world.inside():
        assert request_gate(world.actor("owner"), measure.pk).state == RequestState.SUBMITTED
    assert sum(map(len, ASKED.values())) == MOST_INPUTS
