"""What a closed measure is held to afterwards, and what reopening it says of the cause (domain 6.8)."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import ProgrammingError, transaction

from cat4 import clock
from cat4.audit.models import AuditEntry
from cat4.errors import Invalid, NotAllowed
from cat4.fiscal import month_range
from governance.closures.actions.signing import sign_closure
from governance.closures.actions.sustain import run_sustain_checks
from governance.gates.actions.decisions import decide_gate, hold_measure, reopen_measure
from governance.gates.actions.requests import request_gate
from governance.gates.models import GateDecision
from governance.gates.pages.standing import Standing
from governance.gates.pages.steps import step_lines
from governance.gates.selectors.causes import causes_of
from governance.gates.selectors.steps import steps_of
from governance.gates.selectors.waiting import decisions_waiting
from measures.evidence.actions import withdraw_document
from measures.models import Document, EffectMonth, Measure
from measures.money.actions.corrections import enter_correction, validate_correction
from tests.governance.gates.test_decisions import asked
from tests.governance.ready import NOW, add_evidence, lock_through_september, ready_measure, report_and_validate
from tests.measures.steps import refused
from tests.world import PASSWORD, World, lock_months


def close(world: World) -> Measure:
    request = asked(world, 4)
    sign_closure(world.actor("controller"), request.pk, reason="1,200 in the books.", password=PASSWORD)
    return Measure.objects.get()


def gone(world: World) -> Document:
    evidence = Document.objects.get(purpose="evidence")
    return withdraw_document(world.actor("owner"), evidence.pk, reason="The extract was of another plant.")


def cause(decision: GateDecision) -> tuple[str, str]:
    (result,) = decision.rule_results
    assert result["rule"] == "reopen_cause"
    return result["kind"], result["value"]


def test_closing_keeps_its_day_and_the_validated_run_rate(inside: World) -> None:
    measure = close(inside)
    assert (measure.closed_on, measure.closed_run_rate) == (date(2026, 10, 15), Decimal("1200.00"))


def test_reopening_forgets_them(inside: World) -> None:
    measure = close(inside)
    gone(inside)
    (cause,) = causes_of(measure)
    reopen_measure(inside.actor("chair"), measure.pk, reason="The price went back.", cause=cause.ref)
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
        run_sustain_checks(date(2027, 5, 10))
        decision = reopen_measure(inside.actor("controller"), measure.pk, reason="It did not last.")
    sentence = "6 months after closing the effect has reversed: the run-rate is EUR 600, 50% below the closed run-rate"
    assert cause(decision) == ("C", sentence)


def test_withdrawn_evidence_is_one_too(inside: World) -> None:
    measure, evidence = close(inside), gone(inside)
    (found,) = causes_of(measure)
    decision = reopen_measure(inside.actor("controller"), measure.pk, reason="The extract was wrong.", cause=found.ref)
    assert cause(decision) == ("C", "Proof withdrawn")
    assert decision.cause == {"kind": "evidence", "key": str(evidence.pk), "said": "Proof withdrawn."}
    assert AuditEntry.objects.get(verb="measure.reopened").change["cause"] == decision.cause


def test_a_correction_below_the_closings_share_is_one(inside: World) -> None:
    """1,200 a year of three months of 100: 20 less leave 1,120, below 95 %; 10 less don't."""
    measure = close(inside)
    line = measure.lines.get(name="Steel price")
    for amount, found in (("-10", 0), ("-10", 1)):
        late = enter_correction(
            inside.actor("owner"), measure.pk, line_id=line.pk, corrects=date(2026, 8, 1), amount=Decimal(amount),
            reason=f"Late invoice {found}",
        )  # fmt: skip
        assert not found or not causes_of(measure)
        validate_correction(inside.actor("controller"), late.pk)
        assert len(causes_of(measure)) == found
    (cause,) = causes_of(measure)
    assert cause.said == "Corrections of Aug 2026 leave 1,120 of the 1,200 a year that were signed."


def test_an_enabler_that_fell_since_is_one(inside: World) -> None:
    measure = close(inside)
    enabler = ready_measure(inside, doi=2, code="M-2", enables=measure)
    chair = inside.actor("chair")
    hold_measure(chair, enabler.pk, hold_reason="budget", reason="No money.", resume_on=date(2027, 5, 3))
    (cause,) = causes_of(measure)
    number = GateDecision.objects.get(measure=enabler).number
    assert cause.said == f"M-2, which makes it possible, was put on hold on 15 Oct 2026, decision {number}."


@pytest.mark.parametrize(("first", "second"), [("controller", "chair"), ("chair", "controller")])
def test_without_a_cause_controller_and_chair_both_agree(inside: World, first: str, second: str) -> None:
    measure = ready_measure(inside, doi=5)
    for persona in (first, second):
        with refused(Invalid, "controller and chair both agree"):
            reopen_measure(inside.actor(persona), measure.pk, reason="Booked twice.")
    with pytest.raises(Invalid, match="controller and chair both agree"):
        request_gate(inside.actor("owner"), measure.pk, kind="reopen", comment="Booked twice.")
    request = request_gate(inside.actor(first), measure.pk, kind="reopen", comment="Booked twice.")
    assert request not in decisions_waiting(inside.actor(first))
    assert request in decisions_waiting(inside.actor(second))
    with refused(NotAllowed, "You asked for this."):
        decide_gate(inside.actor(first), request.pk, outcome="reopen", reason="Yes.")
    decision = decide_gate(inside.actor(second), request.pk, outcome="reopen", reason="I see it too.")
    assert cause(decision) == ("M", "no cause is found: controller and chair both agree")
    names = (f"{first.title()} Alder: “Booked twice.”", f"{second.title()} Alder: “I see it too.”")
    assert decision.cause["kind"] == "agreed" and decision.cause["said"] == " ".join(names)


def test_a_cause_that_is_not_found_is_refused_with_those_that_are(inside: World) -> None:
    measure, evidence = close(inside), gone(inside)
    with pytest.raises(Invalid) as refusal:
        reopen_measure(inside.actor("controller"), measure.pk, reason="Because.", cause="sustain:1")
    assert refusal.value.errors["cause"] == [
        f"This cause is not found. Found are: evidence:{evidence.pk} (Proof withdrawn)."
    ]


@pytest.mark.parametrize("kept", [{}, {"kind": "evidence", "key": "x"}, {"kind": "agreed", "key": "x"}])
def test_the_database_takes_no_reopening_without_a_cause(inside: World, kept: dict[str, str]) -> None:
    measure = ready_measure(inside, doi=5)
    request = request_gate(inside.actor("controller"), measure.pk, kind="reopen", comment="Booked twice.")
    with pytest.raises(ProgrammingError, match="controller and chair both agree"), transaction.atomic():
        GateDecision.objects.create(
            number=90, measure=measure, request=request, outcome="reopen", from_doi=5, to_doi=4, reason="Mine.",
            cause=kept, decided_by=inside.people["controller"], decided_at=NOW,
        )  # fmt: skip


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
    measure.refresh_from_db()
    with clock.at(datetime(2026, 10, 20, 9, tzinfo=UTC)):
        (found,) = causes_of(measure)
        reopen_measure(inside.actor("controller"), measure.pk, reason="The paper was wrong.", cause=found.ref)
        assert notes(inside)[4] == "24 Dec 2024, reopened 20 Oct 2026"


def notes(world: World) -> list[str]:
    """What the stepper says under each degree."""
    measure = Measure.objects.get()
    standing = Standing(world.actor("owner"), measure, None)
    return [line.note for line in step_lines(steps_of(measure), standing)]
