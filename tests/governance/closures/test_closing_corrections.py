"""The rules of closing read a locked month with what was corrected after its lock (domain sections 4 and 12)."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from cat4.errors import Invalid, NotAllowed
from governance.closures.actions.signing import sign_closure
from governance.closures.selectors.comparison import closing_of
from governance.gates.actions.requests import request_gate
from governance.gates.models import GateRequest
from hierarchy.models import RoleGrant
from measures.models import Correction, Document, EffectMonth, Measure
from measures.money.actions.corrections import enter_correction, return_correction, validate_correction
from tests.governance.closures.test_signing import text_of
from tests.governance.ready import lock_through_september, ready_measure
from tests.world import PASSWORD, World

AUGUST = date(2026, 8, 1)


@pytest.fixture
def closing(world: World) -> Iterator[tuple[World, Measure]]:
    """100 a month validated against a plan of 100, locked through September."""
    with world.inside():
        measure = ready_measure(world, doi=4)
        lock_through_september()
        yield world, measure


def correct(world: World, measure: Measure, amount: str, *, by: str = "owner", line: str = "Steel price") -> Correction:
    facts: dict[str, Any] = {"corrects": AUGUST, "amount": Decimal(amount), "reason": "Late invoice"}
    return enter_correction(world.actor(by), measure.pk, line_id=measure.lines.get(name=line).pk, **facts)


def ask(world: World, measure: Measure) -> GateRequest:
    return request_gate(world.actor("owner"), measure.pk, comment="Full quarter at the new price.")


def missing(world: World, measure: Measure) -> dict[str, list[str]]:
    with pytest.raises(Invalid) as refusal:
        ask(world, measure)
    return refusal.value.errors


def test_a_month_counts_with_its_validated_correction(closing: tuple[World, Measure]) -> None:
    """100 less 6 is below 95% of 100; 2 more make it 96."""
    world, measure = closing
    validate_correction(world.actor("controller"), correct(world, measure, "-6").pk)
    assert missing(world, measure).keys() == {"validated_months"}
    assert "Aug 2026 has 94 of 100 EUR" in str(missing(world, measure))
    validate_correction(world.actor("controller"), correct(world, measure, "2").pk)
    request = ask(world, measure)
    steel = next(line for line in closing_of(measure, request).lines if line.name == "Steel price")
    # The mean of 100, 96 and 100, times twelve.
    assert (steel.claimed, steel.reported, steel.validated) == (1184, 1184, 1184)


def test_a_month_whose_correction_waits_is_not_validated(closing: tuple[World, Measure]) -> None:
    world, measure = closing
    correction = correct(world, measure, "50")
    errors = missing(world, measure)
    assert errors.keys() == {"validated_months", "no_unvalidated_month"}
    assert all("Aug 2026" in str(said) and "not validated" in str(said) for said in errors.values())
    return_correction(world.actor("controller"), correction.pk, reason="Not ours")
    assert ask(world, measure).state == "submitted"


def test_a_signature_stands_for_the_books_with_their_corrections(closing: tuple[World, Measure]) -> None:
    world, measure = closing
    before = closing_of(measure).books
    correction = correct(world, measure, "-3")
    validate_correction(world.actor("controller"), correction.pk)
    assert closing_of(measure).books != before


def test_a_correction_of_what_was_never_booked_is_the_month(closing: tuple[World, Measure]) -> None:
    world, measure = closing
    validate_correction(world.actor("controller"), correct(world, measure, "-20", line="Tooling").pk)
    tooling = next(line for line in closing_of(measure).lines if line.name == "Tooling")
    assert tooling.validated == -70


def test_who_entered_only_a_correction_does_not_sign(closing: tuple[World, Measure]) -> None:
    world, measure = closing
    RoleGrant.objects.create(user=world.people["pmo"], node=world.package, role="controller")
    validate_correction(world.actor("controller"), correct(world, measure, "1", by="pmo").pk)
    Measure.objects.filter(pk=measure.pk).update(controller=world.people["pmo"])
    assert not EffectMonth.objects.filter(reported_by=world.people["pmo"]).exists()
    errors = missing(world, measure)
    assert errors.keys() == {"independent_controller"}
    assert "Pmo Alder entered actuals" in str(errors)
    Measure.objects.filter(pk=measure.pk).update(controller=world.people["controller"])
    request = ask(world, measure)
    Measure.objects.filter(pk=measure.pk).update(controller=world.people["pmo"])
    with pytest.raises(NotAllowed, match="You entered actuals of this measure"):
        sign_closure(world.actor("pmo"), request.pk, reason="All there.", password=PASSWORD)


def test_the_protocol_shows_the_month_with_its_correction(closing: tuple[World, Measure]) -> None:
    world, measure = closing
    validate_correction(world.actor("controller"), correct(world, measure, "-3").pk)
    sign_closure(world.actor("controller"), ask(world, measure).pk, reason="In the books.", password=PASSWORD)
    assert "Validated 100 100 100 100 100 100 100 97 100" in text_of(Document.objects.get(purpose="closure"))
