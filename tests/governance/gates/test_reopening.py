"""What a closed measure is held to afterwards, and what reopening it says of the cause (domain 6.8)."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from cat4 import clock
from cat4.fiscal import month_range
from governance.closures.actions.signing import sign_closure
from governance.gates.actions.decisions import reopen_measure
from governance.gates.models import GateDecision
from measures.evidence.actions import withdraw_document
from measures.models import Document, EffectMonth, Measure
from tests.governance.gates.test_decisions import asked
from tests.governance.ready import NOW, lock_through_september, ready_measure
from tests.world import PASSWORD, World, lock_months


@pytest.fixture
def inside(world: World) -> Iterator[World]:
    with world.inside():
        yield world


def close(world: World) -> Measure:
    request = asked(world, 4)
    sign_closure(world.actor("controller"), request.pk, reason="1,200 in the books.", password=PASSWORD)
    return Measure.objects.get()


def cause(decision: GateDecision) -> tuple[str, str]:
    (result,) = decision.rule_results
    assert result["rule"] == "reopen_cause"
    return result["kind"], result["value"]


def test_closing_keeps_its_day_and_the_validated_run_rate(inside: World) -> None:
    measure = close(inside)
    assert (measure.closed_on, measure.closed_run_rate) == (date(2026, 10, 15), Decimal("1200.00"))


def test_reopening_forgets_them(inside: World) -> None:
    close(inside)
    reopen_measure(inside.actor("chair"), Measure.objects.get().pk, reason="The price went back.")
    measure = Measure.objects.get()
    assert (measure.doi, measure.closed_on, measure.closed_run_rate) == (4, None, None)


def test_other_decisions_leave_them_empty(inside: World) -> None:
    from governance.gates.actions.decisions import decide_gate

    request = asked(inside, 3)
    decide_gate(inside.actor("sponsor"), request.pk, outcome="advance", reason="Handed over.")
    measure = Measure.objects.get()
    assert (measure.doi, measure.closed_on, measure.closed_run_rate) == (4, None, None)


def test_a_failed_sustain_check_is_the_cause_of_reopening(inside: World) -> None:
    measure = close(inside)
    line = measure.lines.get(name="Steel price")
    for month in month_range(date(2027, 2, 1), date(2027, 4, 1)):
        EffectMonth.objects.create(
            measure=measure, line=line, month=month, reported=Decimal(50), reported_by=inside.people["owner"],
            reported_at=NOW, validated=Decimal(50), validated_by=inside.people["controller"], validated_at=NOW,
        )  # fmt: skip
    lock_months(*month_range(date(2026, 10, 1), date(2027, 4, 1)))
    with clock.at(datetime(2027, 5, 10, 9, tzinfo=UTC)):
        decision = reopen_measure(inside.actor("controller"), measure.pk, reason="It did not last.")
    sentence = "6 months after closing the effect has reversed: the run-rate is EUR 600, 50% below the closed run-rate"
    assert cause(decision) == ("C", sentence)


def test_withdrawn_evidence_is_one_too(inside: World) -> None:
    measure = close(inside)
    evidence = Document.objects.get(purpose="evidence")
    withdraw_document(inside.actor("controller"), evidence.pk, reason="The extract was of another plant.")
    decision = reopen_measure(inside.actor("controller"), measure.pk, reason="The extract was wrong.")
    assert cause(decision) == ("C", "Proof withdrawn")


def test_where_nothing_is_computed_the_stated_reason_counts_as_such(inside: World) -> None:
    measure = ready_measure(inside, doi=5)
    lock_through_september()
    decision = reopen_measure(inside.actor("controller"), measure.pk, reason="Booked twice.")
    assert cause(decision) == ("M", "stated")
