"""Closing a measure of which another carries a part: that part is neither signed nor missed (domain section 11)."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from governance.closures.actions.signing import sign_closure
from governance.closures.models import ClosureLine, SustainResult
from governance.closures.selectors.comparison import closing_of
from governance.gates.actions.decisions import decide_gate
from governance.gates.actions.requests import give_approval, request_gate
from governance.gates.models import GateRequest
from measures.constants import DocumentPurpose
from measures.facts.measures import measure_facts
from measures.findings.actions.findings import refresh_findings, resolve_finding
from measures.formulas.totals import totals_of
from measures.models import EffectMonth, Finding, Measure
from tests.governance.closures.test_sustain import APRIL, book, run
from tests.governance.ready import (
    FIRST,
    add_document,
    add_evidence,
    lock_through_september,
    ready_measure,
    report_and_validate,
)
from tests.measures.amounts import effect_line, fill
from tests.world import PASSWORD, World


@pytest.fixture
def request_to_close(world: World) -> Iterator[GateRequest]:
    """M-1 books 100 a month and keeps 60 percent of it; M-2 plans the same 100 and carries the rest."""
    with world.inside():
        mine, other = ready_measure(world, doi=2), world.measure("M-2", doi=1)
        fill(effect_line(world, other), FIRST, date(2027, 12, 1), plan=Decimal(100))
        refresh_findings(mine.pk)
        overlap = Finding.objects.get(code="overlap")
        resolve_finding(
            world.actor("owner"), overlap.pk, resolution="split", percent=Decimal(60), reason="x", measure_id=mine.pk
        )
        for given, decider in (({"size_and_timing": "controller", "sponsor": "sponsor"}, "chair"), ({}, "sponsor")):
            request = request_gate(world.actor("owner"), mine.pk, comment="Ready.")
            for kind, persona in (given or {"hand_over": "pmo"}).items():
                give_approval(world.actor(persona), request.pk, kind=kind)
            decide_gate(world.actor(decider), request.pk, outcome="advance", reason="Agreed.")
            implement(world, mine)
        yield request_gate(world.actor("owner"), mine.pk, comment="It works.")


def implement(world: World, measure: Measure) -> None:
    """What stands between the decision and the books: milestones reached, months booked, evidence there."""
    for milestone in measure.milestones.filter(actual_on__isnull=True):
        add_document(world, measure, DocumentPurpose.MILESTONE, milestone=milestone)
    measure.milestones.update(actual_on=date(2026, 1, 10), is_critical=True)
    report_and_validate(world, measure)
    add_evidence(world, measure)
    lock_through_september()


def test_a_closing_shows_and_signs_what_is_left_of_a_shared_line(world: World, request_to_close: GateRequest) -> None:
    line = next(row for row in closing_of(request_to_close.measure).lines if row.name == "Steel price")
    assert (line.plan, line.reported, line.validated, line.shared_with) == (720, 720, 720, "M-2")
    sign_closure(world.actor("controller"), request_to_close.pk, reason="720 in the books.", password=PASSWORD)
    measure = request_to_close.measure
    measure.refresh_from_db()
    assert (measure.closed_run_rate, ClosureLine.objects.get(line_id=line.id).confirmed) == (720, 720)
    facts = measure_facts(measure.pk)
    assert facts is not None
    totals = totals_of(facts)
    assert (totals.forecast_run_rate, totals.plan_run_rate) == (720, 720)


def test_a_part_that_another_carries_is_no_reversal(world: World, request_to_close: GateRequest) -> None:
    measure = request_to_close.measure
    sign_closure(world.actor("controller"), request_to_close.pk, reason="720 in the books.", password=PASSWORD)
    book(world, measure, 100, date(2026, 10, 1), APRIL)
    assert EffectMonth.objects.filter(measure=measure, month=APRIL, validated=100).exists()
    assert run(2027, 5) == 1
    result = SustainResult.objects.get()
    assert (result.outcome, result.run_rate, result.needed) == ("held", 720, 648)
    assert not GateRequest.objects.filter(kind="reopen").exists()
