"""A confirmation lapses when something that it rests on changes: whose it is hears what, and is asked again."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from cat4.errors import Invalid
from cat4.notices.models import Notice
from cat4.outbox.actions import drain
from governance.gates.actions.decisions import decide_gate
from governance.gates.actions.requests import give_approval
from governance.gates.models import GateRequest
from governance.gates.selectors.facts import gate_facts
from governance.gates.selectors.waiting import decisions_waiting
from hierarchy.models import BusinessUnit
from measures.core.actions.measures import edit_measure
from measures.core.actions.risks import add_risk
from tests.governance.gates.test_decisions import asked
from tests.world import World

CHANGES: list[dict[str, Any]] = [
    {"target_amount": Decimal(9_000_000)}, {"close_by": date(2027, 12, 31)}, {"key_assumptions": "Steel halves."},
    {"scope_in": "One plant."}, {"scope_out": "The other plant."}, {"closure_criteria": "A study is printed."},
    {"description": "Something else than what was read before."}, {"name": "Another thing"},
    {"dependencies_declared": "On the furnace."}, {"no_risks_because": "Nothing can happen."},
]  # fmt: skip


def lapsed(request: GateRequest) -> dict[str, str]:
    """By kind what the checklist says of the first word."""
    return {kind: words[0].lapsed for kind, words in gate_facts(request.measure, request).approvals.items()}


@pytest.mark.parametrize("changes", CHANGES, ids=lambda changes: next(iter(changes)))
def test_whatever_sponsor_and_controller_agreed_to_is_confirmed_again(inside: World, changes: dict[str, Any]) -> None:
    request = asked(inside, 2)
    assert set(lapsed(request).values()) == {""}
    edit_measure(inside.actor("owner"), request.measure_id, **changes)
    with pytest.raises(Invalid, match="given by Sponsor Alder before Owner Alder ") as refusal:
        decide_gate(inside.actor("chair"), request.pk, outcome="advance", reason="Agreed.")
    assert set(refusal.value.errors) == {"size_and_timing", "sponsor_approval"}


def test_another_unit_and_a_new_risk_are_confirmed_again(inside: World) -> None:
    request = asked(inside, 2)
    unit = BusinessUnit.objects.create(code="U2", name="Axles")
    edit_measure(inside.actor("pmo"), request.measure_id, business_unit_id=unit.pk)
    assert "" not in lapsed(request).values()
    for persona, kind in (("controller", "size_and_timing"), ("sponsor", "sponsor")):
        give_approval(inside.actor(persona), request.pk, kind=kind)
    assert set(lapsed(request).values()) == {""}
    add_risk(inside.actor("owner"), request.measure_id, title="The smelter closes", likelihood="high")
    assert "" not in lapsed(request).values()


def test_what_a_confirmation_does_not_rest_on_lapses_nothing(inside: World) -> None:
    handed = asked(inside, 3)
    edit_measure(inside.actor("owner"), handed.measure_id, business_reason="It pays sooner.")
    assert lapsed(handed) == {"hand_over": ""}
    edit_measure(inside.actor("owner"), handed.measure_id, scope_out="Both plants.")
    assert lapsed(handed)["hand_over"].startswith("Owner Alder ")


def test_whose_word_lapsed_hears_it_once_and_finds_it_among_what_waits(inside: World) -> None:
    request = asked(inside, 2)
    sponsor = inside.actor("sponsor")
    assert request not in decisions_waiting(sponsor)
    edit_measure(inside.actor("owner"), request.measure_id, scope_in="One plant.")
    for _ in range(2):
        drain(inside.organization.pk)
    told = Notice.objects.filter(kind="gate.approval_lapsed")
    assert {row.person_id for row in told} == {inside.people["sponsor"].pk, inside.people["controller"].pk}
    assert told.count() == 2
    assert told[0].facts["who"] == "Owner Alder"
    assert request in decisions_waiting(sponsor)
    give_approval(sponsor, request.pk, kind="sponsor")
    assert request not in decisions_waiting(sponsor)
    assert not told.filter(person=inside.people["sponsor"], read_at__isnull=True).exists()
