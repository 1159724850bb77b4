"""An enabler that is held, cancelled or reopened tells every measure that it makes possible (domain section 4)."""

from datetime import date
from decimal import Decimal
from typing import Any

from cat4.errors import Conflict, NotAllowed
from cat4.notices.models import Notice
from governance.closures.actions.sustain import follow_enabler
from governance.closures.models import SustainResult
from governance.gates.actions.decisions import cancel_measure, hold_measure
from governance.gates.models import GateRequest
from governance.gates.selectors.causes import causes_of
from measures.facts.measures import measure_facts
from measures.formulas.lights import Light
from measures.formulas.outcome import outcome_of
from measures.models import EnablerAnswer, Measure
from measures.schedule.actions.enablers import answer_enabler, forget_enabler
from measures.schedule.selectors.enablers import enabler_answers_to_give
from tests.governance.gates.test_reopening import close
from tests.governance.ready import ready_measure
from tests.measures.steps import refused
from tests.world import World

HOLD: dict[str, Any] = {"hold_reason": "budget", "reason": "No money before May.", "resume_on": date(2027, 5, 3)}


def enabler_of(world: World, measure: Measure) -> Measure:
    return world.measure("M-9", doi=3, owner=world.people["pmo"], enables=measure)


def held(world: World, enabler: Measure) -> None:
    hold_measure(world.actor("chair"), enabler.pk, **HOLD)
    follow_enabler(enabler.pk)
    follow_enabler(enabler.pk)


def test_an_open_measure_is_at_best_amber_until_its_owner_answers(inside: World) -> None:
    measure = ready_measure(inside, doi=4)
    enabler = enabler_of(inside, measure)
    held(inside, enabler)
    (asked,) = enabler_answers_to_give(inside.actor("owner"))
    assert (asked.enabler, asked.event, asked.due_on) == (enabler, "hold", date(2026, 10, 22))
    told = Notice.objects.filter(kind="enabler.fell").values_list("person__email", "path")
    assert dict(told) == {
        "owner@alder.example": f"/enabler-answers/{asked.pk}/",
        "controller@alder.example": f"/measures/{measure.pk}/",
    }
    facts = measure_facts(measure.pk)
    assert facts is not None
    reason = "M-9, which makes it possible, has fallen, and its owner has not answered."
    assert outcome_of(facts).potential.reasons[-1] == reason
    assert outcome_of(facts).potential.value is Light.AMBER
    with refused(NotAllowed, "answer for its enabler"):
        answer_enabler(inside.actor("sponsor"), asked.pk, kind="accept")
    answer_enabler(inside.actor("owner"), asked.pk, kind="absorb", counter_measure="We rent the line.")
    with refused(Conflict, "Owner Alder answered this already."):
        answer_enabler(inside.actor("owner"), asked.pk, kind="accept")
    facts = measure_facts(measure.pk)
    assert facts is not None and facts.fallen_enablers == ()


def test_an_enabler_that_stands_again_asks_nobody(inside: World) -> None:
    measure = ready_measure(inside, doi=4)
    enabler = enabler_of(inside, measure)
    held(inside, enabler)
    forget_enabler(enabler)
    asked = EnablerAnswer.objects.get()
    assert not enabler_answers_to_give(inside.actor("owner")).exists()
    with refused(Conflict, "M-9 stands again."):
        answer_enabler(inside.actor("owner"), asked.pk, kind="accept")


def test_a_closed_measure_is_checked_at_once_and_reopening_proposed_where_it_fails(inside: World) -> None:
    measure = close(inside)
    Measure.objects.filter(pk=measure.pk).update(closed_run_rate=Decimal(2400))
    enabler = enabler_of(inside, measure)
    cancel_measure(inside.actor("chair"), enabler.pk, reason="Given up.", gap_owner_id=inside.people["pmo"].pk)
    follow_enabler(enabler.pk)
    follow_enabler(enabler.pk)
    result, request = SustainResult.objects.get(), GateRequest.objects.get(kind="reopen")
    assert (result.outcome, result.due_month, result.run_rate) == ("reversal", date(2026, 9, 1), Decimal(1200))
    assert (request.requested_by_id, request.cause["kind"]) == (None, "sustain")
    assert {cause.kind for cause in causes_of(measure)} == {"sustain", "enabler"}
    assert not EnablerAnswer.objects.exists()


def test_a_closed_measure_whose_money_lasts_is_only_told(inside: World) -> None:
    measure = close(inside)
    held(inside, enabler_of(inside, measure))
    assert SustainResult.objects.get().outcome == "held"
    assert not GateRequest.objects.filter(kind="reopen").exists()
    assert Notice.objects.filter(kind="enabler.fell").count() == 2
