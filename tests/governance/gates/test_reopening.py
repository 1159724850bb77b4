"""What a closed measure is held to afterwards, and what reopening it says of the cause (domain 6.8)."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from cat4 import clock
from cat4.fiscal import month_range
from governance.closures.actions.signing import sign_closure
from governance.gates.actions.decisions import decide_gate, reopen_measure
from governance.gates.actions.requests import request_gate
from governance.gates.models import GateDecision
from governance.gates.pages.standing import Standing
from governance.gates.pages.steps import step_lines
from governance.gates.selectors.steps import steps_of
from measures.evidence.actions import withdraw_document
from measures.models import Document, EffectMonth, Measure
from tests.governance.gates.test_decisions import asked
from tests.governance.ready import NOW, add_evidence, lock_through_september, ready_measure, report_and_validate
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


def test_the_stepper_says_reopened_with_its_day_and_passed_degrees_keep_their_own(inside: World) -> None:
    with clock.at(datetime(2024, 12, 24, 9, tzinfo=UTC)):
        request = asked(inside, 3)
        decide_gate(inside.actor("sponsor"), request.pk, outcome="advance", reason="Handed over.")
    measure = Measure.objects.get()
    report_and_validate(inside, measure)
    add_evidence(inside, measure)
    lock_through_september()
    closing = request_gate(inside.actor("owner"), measure.pk, comment="Ready.")
    sign_closure(inside.actor("controller"), closing.pk, reason="1,200 in the books.", password=PASSWORD)
    assert notes(inside)[4:] == ["24 Dec 2024", "15 Oct 2026"]
    withdraw_document(
        inside.actor("owner"), Document.objects.filter(purpose="evidence").latest("uploaded_at").pk, reason="Wrong."
    )
    with clock.at(datetime(2026, 10, 20, 9, tzinfo=UTC)):
        reopen_measure(inside.actor("controller"), measure.pk, reason="The paper was wrong.")
        assert notes(inside)[4] == "24 Dec 2024, reopened 20 Oct 2026"


def notes(world: World) -> list[str]:
    """What the stepper says under each degree."""
    measure = Measure.objects.get()
    standing = Standing(world.actor("owner"), measure, None)
    return [line.note for line in step_lines(steps_of(measure), standing)]
