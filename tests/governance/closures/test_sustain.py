"""The checks after closing: made once, kept, and followed by the proposal to reopen (domain 6.8)."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from cat4 import clock
from cat4.audit.models import AuditEntry, LedgerEntry
from cat4.fiscal import month_range
from cat4.notices.models import Notice
from cat4.outbox.models import OutboxRow
from governance.closures.actions.signing import sign_closure
from governance.closures.actions.sustain import follow_withdrawn_evidence, run_sustain_checks
from governance.closures.models import SustainResult
from governance.closures.selectors.facts import closing_decision, gone_evidence
from governance.gates.actions.decisions import decide_gate
from governance.gates.actions.requests import withdraw_request
from governance.gates.models import GateRequest
from governance.gates.selectors.waiting import decisions_waiting
from measures.evidence.actions import withdraw_document
from measures.models import Document, EffectMonth, Measure
from measures.money.selectors.result import money_of
from tests.governance.gates.test_decisions import asked
from tests.governance.ready import NOW, add_evidence
from tests.world import PASSWORD, World, lock_months

APRIL, OCTOBER = date(2027, 4, 1), date(2027, 10, 1)


@pytest.fixture
def closed(world: World) -> Iterator[Measure]:
    """Closed on 15 October 2026 at 1,200 a year."""
    with world.inside():
        request = asked(world, 4)
        sign_closure(world.actor("controller"), request.pk, reason="1,200 in the books.", password=PASSWORD)
        yield Measure.objects.get()


def book(world: World, measure: Measure, amount: int, first: date, last: date) -> None:
    line = measure.lines.get(name="Steel price")
    for month in month_range(first, last):
        EffectMonth.objects.update_or_create(
            measure=measure, line=line, month=month,
            defaults={
                "reported": Decimal(amount), "reported_by": world.people["owner"], "reported_at": NOW,
                "validated": Decimal(amount), "validated_by": world.people["controller"], "validated_at": NOW,
            },
        )  # fmt: skip
    lock_months(*month_range(first, last))


def measure_lines_signed(measure: Measure) -> bool:
    return measure.lines.filter(closed_run_rate__isnull=False).exists()


def run(year: int, month: int) -> int:
    at = datetime(year, month, 12, 9, tzinfo=UTC)
    with clock.at(at):
        return run_sustain_checks(at.date())


def test_a_check_waits_for_the_lock_of_its_month_and_is_made_once(world: World, closed: Measure) -> None:
    book(world, closed, 100, date(2026, 10, 1), date(2027, 3, 1))
    assert run(2027, 5) == 0
    book(world, closed, 100, APRIL, APRIL)
    assert [run(2027, 5), run(2027, 5)] == [1, 0]
    result = SustainResult.objects.get()
    assert (result.months_after, result.outcome, result.run_rate, result.needed) == (6, "held", 1200, 1080)
    assert LedgerEntry.objects.latest("sequence").entry.verb == "closure.sustain_checked"
    assert not GateRequest.objects.filter(kind="reopen").exists()


def test_as_long_as_the_money_lasts_the_signed_run_rate_stays_the_forecast(world: World, closed: Measure) -> None:
    book(world, closed, 100, date(2026, 10, 1), APRIL)
    assert (run(2027, 5), measure_lines_signed(closed)) == (1, True)


def test_after_a_standstill_one_run_makes_both_checks(world: World, closed: Measure) -> None:
    book(world, closed, 100, date(2026, 10, 1), OCTOBER)
    assert [run(2027, 11), run(2027, 11)] == [2, 0]
    assert list(SustainResult.objects.values_list("months_after", flat=True)) == [6, 12]


def test_the_page_shows_a_check_as_it_was_made(world: World, closed: Measure) -> None:
    book(world, closed, 100, date(2026, 10, 1), APRIL)
    # Made under another share than today's, and with other words.
    decision = closing_decision(closed)
    assert decision is not None
    SustainResult.objects.create(
        measure=closed, decision=decision, months_after=6, due_month=APRIL, outcome="held",
        closed_run_rate=1200, needed=960, run_rate=1111, sentence="Kept.", checked_at=NOW,
    )  # fmt: skip
    with clock.at(datetime(2027, 5, 20, 9, tzinfo=UTC)):
        first, second = money_of(Measure.objects.get()).checks
    assert (first.sentence, first.run_rate, first.needed, first.state) == ("Kept.", 1111, 960, "held")
    assert (second.months_after, second.state) == (12, "upcoming")


def test_a_reversal_is_told_and_proposes_to_reopen_which_the_controller_decides(world: World, closed: Measure) -> None:
    book(world, closed, 50, date(2026, 10, 1), APRIL)
    assert run(2027, 5) == 1
    result, request = SustainResult.objects.get(), GateRequest.objects.get(kind="reopen")
    # What was signed is no forecast any more: the owner's counts again.
    assert not measure_lines_signed(closed)
    assert (result.outcome, request.requested_by_id, request.comment) == ("reversal", None, result.sentence)
    assert OutboxRow.objects.filter(topic="governance.reversal_found", object_id=result.pk).exists()
    assert Notice.objects.filter(kind="sustain.reopening_asked", person=world.people["controller"]).exists()
    assert request in decisions_waiting(world.actor("controller"))
    decide_gate(world.actor("controller"), request.pk, outcome="reopen", reason="It did not last.")
    assert Measure.objects.get().doi == 4


def test_what_a_rule_proposed_is_not_withdrawn(world: World, closed: Measure) -> None:
    from cat4.errors import NotAllowed

    book(world, closed, 50, date(2026, 10, 1), APRIL)
    run(2027, 5)
    with pytest.raises(NotAllowed, match="A rule proposed this"):
        withdraw_request(world.actor("owner"), GateRequest.objects.get(kind="reopen").pk, reason="No.")


def test_what_was_withdrawn_earlier_on_the_day_of_the_signature_is_no_reason_to_reopen(world: World) -> None:
    """Replaced before the closing, in whatever zone the worker counts days."""
    with world.inside():
        request = asked(world, 4)
        first = add_evidence(world, request.measure)
        with clock.at(NOW - timedelta(hours=2)):
            withdraw_document(world.actor("owner"), first.pk, reason="The extract was of another plant.")
        sign_closure(world.actor("controller"), request.pk, reason="1,200 in the books.", password=PASSWORD)
        measure = Measure.objects.get()
        follow_withdrawn_evidence(measure.pk)
        assert not GateRequest.objects.filter(kind="reopen").exists()
        assert list(gone_evidence(measure)) == []


def test_withdrawn_evidence_of_a_closed_measure_proposes_to_reopen_once(world: World, closed: Measure) -> None:
    evidence = Document.objects.get(purpose="evidence")
    withdraw_document(world.actor("owner"), evidence.pk, reason="Another plant.")
    follow_withdrawn_evidence(closed.pk)
    follow_withdrawn_evidence(closed.pk)
    request = GateRequest.objects.get(kind="reopen")
    assert request.comment == "Evidence of the closing was withdrawn: Proof."
    assert AuditEntry.objects.filter(verb="gate.requested", cause="rule").count() == 1
