"""Deciding on a deviation: who may, once, and what each outcome does by itself (domain section 9)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import ProgrammingError, transaction
from django.http import Http404

from cat4 import clock
from cat4.audit.models import LedgerEntry
from cat4.errors import Conflict, Invalid, NotAllowed
from governance.deviations.actions.answers import (
    add_counter_measure,
    add_option,
    complete_counter_measure,
    remove_option,
    state_cause,
)
from governance.deviations.actions.clock import run_clock
from governance.deviations.actions.deciding import decide_deviation
from governance.deviations.models import CounterMeasure, Deviation, DeviationDecision
from governance.gates.models import GateDecision
from hierarchy.models import ReportingPeriod
from measures.constants import Doi
from measures.models import EffectMonth, ForecastRevision, Measure
from measures.status.actions.recompute import recompute_measure
from tests.governance.deviating import NOV, OCT, SEP, D, again, book, decided, forecast, look, short_of_money
from tests.measures.steps import invalid, refused
from tests.world import TODAY, World, lock_months

LATER = TODAY + timedelta(days=20)
OUTCOMES: list[dict[str, Any]] = [
    {"outcome": "re_scope", "due_on": LATER},
    {"outcome": "add_resources", "due_on": LATER},
    {"outcome": "re_sequence", "due_on": LATER},
]


def decide(world: World, deviation: Deviation, persona: str = "chair", **ruling: Any) -> DeviationDecision:
    facts: dict[str, Any] = {
        "outcome": "re_scope",
        "reason": "The second line comes a year later.",
        "due_on": LATER,
    } | ruling
    if facts["outcome"] not in {"re_scope", "add_resources", "re_sequence"}:
        del facts["due_on"]
    return decide_deviation(world.actor(persona), deviation.pk, **facts)


@pytest.mark.parametrize(
    ("persona", "said"),
    [
        ("owner", "You own this measure. Nobody decides on their own measure."),
        ("sponsor", "You sponsor this measure. Nobody decides on their own measure."),
        ("controller", "You control this measure and advise the committee. Somebody else has to decide."),
        ("pmo", "Only the chair of the Commercial committee (Chair Alder) decides on its deviations."),
        ("member", "Only the chair of the Commercial committee (Chair Alder) decides on its deviations."),
        ("admin", "Only the chair of the Commercial committee (Chair Alder) decides on its deviations."),
    ],
)
def test_nobody_but_the_committee_decides(world: World, persona: str, said: str) -> None:
    with world.inside():
        found = short_of_money(world)
        with refused(NotAllowed, said):
            decide(world, found, persona)
        assert again(found).state == "open"


def test_the_database_refuses_a_decision_of_the_owner(world: World) -> None:
    with world.inside():
        found = short_of_money(world)
        with pytest.raises(ProgrammingError, match="do not decide on its deviations"), transaction.atomic():
            DeviationDecision.objects.create(
                number=1, deviation=found, round=1, outcome="accept", reason="Mine.",
                decided_by=world.people["owner"], decided_at=clock.now(),
            )  # fmt: skip


def test_of_two_deciders_the_second_is_told_who_was_first(world: World) -> None:
    with world.inside():
        found = short_of_money(world)
        first = decide(world, found)
        with refused(Conflict, "Chair Alder decided this deviation in the meantime: re-scope (decision 1)."):
            decide(world, found, outcome="accept", gap_owner_id=world.people["pmo"].pk)
        assert list(found.decisions.values_list("number", "outcome")) == [(first.number, "re_scope")]


def test_a_decision_has_its_number_and_stands_in_the_ledger(world: World) -> None:
    with world.inside():
        found = short_of_money(world)
        GateDecision.objects.all()
        decision = decide(world, found)
        entry = LedgerEntry.objects.select_related("entry").order_by("-sequence").first()
        assert entry is not None
        assert entry.entry.summary == f"decided “Re-scope” on deviation 1, decision {decision.number}"
        assert (entry.entry.reason, entry.entry.actor_name) == ("The second line comes a year later.", "Chair Alder")


def test_accepting_resets_the_forecast_and_gives_the_gap_to_a_name(world: World) -> None:
    """What is expected becomes the stated forecast; the accepted gap opens nothing until it grows by 5 points."""
    with world.inside():
        measure = decided(world)
        EffectMonth.objects.filter(measure=measure, month__gte=NOV, plan__gt=0).update(forecast=D("50.00"))
        [found] = look(measure)
        decision = decide(world, found, outcome="accept", gap_owner_id=world.people["pmo"].pk)
        kept = again(found)
        assert (kept.state, kept.gap_owner, decision.gap_owner) == ("decided", world.people["pmo"], world.people["pmo"])
        # October was assumed at plan, and is a forecast now.
        assert EffectMonth.objects.get(measure=measure, month=OCT, plan__gt=0).forecast == D("100.00")
        assert set(ForecastRevision.objects.values_list("reason", flat=True)) == {
            "Deviation 1, money: The second line comes a year later."
        }
        assert [deviation.state for deviation in look(measure)] == ["decided"]
        assert again(found).clear_since == TODAY
        forecast(measure, "40.00")
        assert [(deviation.state, deviation.round) for deviation in look(measure)] == [("open", 2)]


@pytest.mark.parametrize("ruling", OUTCOMES, ids=[outcome["outcome"] for outcome in OUTCOMES])
def test_a_change_of_the_plan_becomes_the_owners_task(world: World, ruling: dict[str, Any]) -> None:
    with world.inside():
        found = short_of_money(world)
        with invalid("due_on", "Choose a day in the future."):
            decide(world, found, **ruling | {"due_on": TODAY})
        decision = decide(world, found, **ruling)
        task = CounterMeasure.objects.get()
        assert (task.pk, task.responsible, task.due_on, task.origin) == (
            decision.counter_measure_id, world.people["owner"], LATER, "ordered",
        )  # fmt: skip
        assert "ask for the change of the plan" in task.text


def test_a_task_that_is_not_done_by_its_day_gives_the_deviation_back(world: World) -> None:
    with world.inside():
        found = short_of_money(world)
        decide(world, found)
        with clock.at(LATER):
            run_clock(LATER)
            assert again(found).state == "decided"
        with clock.at(LATER + timedelta(days=1)):
            run_clock(LATER + timedelta(days=1))
            assert (again(found).state, again(found).round) == ("open", 2)
            complete_counter_measure(world.actor("owner"), CounterMeasure.objects.get().pk, note="Asked for.")
            assert run_clock(LATER + timedelta(days=1)) >= 0
            assert again(found).escalated_on == date(2026, 10, 29)


def test_compensating_links_a_measure_that_has_30_days_to_doi_2(world: World) -> None:
    with world.inside():
        found = short_of_money(world)
        other = world.measure("M-9", owner=world.people["pmo"])
        decide(world, found, outcome="compensate", measure_id=other.pk)
        counter = CounterMeasure.objects.get()
        assert (counter.measure, counter.due_on) == (other, TODAY + timedelta(days=30))
        after = TODAY + timedelta(days=31)
        with clock.at(after):
            run_clock(after)
        assert again(found).state == "open"
        note = found.steps.get(step="reopened").note
        assert note == "M-9 was to be at DoI 2 by 14 Nov 2026 and is at DoI 0."


def test_a_compensating_measure_at_doi_2_in_time_is_a_counter_measure_done(world: World) -> None:
    with world.inside():
        found = short_of_money(world)
        other = world.measure("M-9", owner=world.people["pmo"], doi=Doi.DETAILED)
        decide(world, found, outcome="compensate", measure_id=other.pk)
        after = TODAY + timedelta(days=31)
        with clock.at(after):
            run_clock(after)
        counter = CounterMeasure.objects.get()
        assert (counter.note, again(found).state) == ("M-9 is at DoI 2.", "decided")


def test_compensating_may_write_the_new_measure_down(world: World) -> None:
    with world.inside():
        found = short_of_money(world)
        decide(world, found, outcome="compensate", new_measure="Second source for castings")
        written = Measure.objects.get(name="Second source for castings")
        assert (written.package, written.owner, written.doi) == (world.package, world.people["owner"], 0)
        assert CounterMeasure.objects.get().measure == written


def test_holding_and_cancelling_are_the_gates_own_decisions(world: World) -> None:
    with world.inside():
        held, given_up = short_of_money(world), short_of_money(world, "M-2")
        hold = decide(world, held, outcome="hold", hold_reason="budget", resume_on=LATER)
        cancel = decide(world, given_up, outcome="cancel", gap_owner_id=world.people["pmo"].pk)
        assert [ruling.gate_decision.outcome for ruling in (hold, cancel) if ruling.gate_decision] == ["hold", "cancel"]
        assert [again(deviation).measure.lifecycle for deviation in (held, given_up)] == ["on_hold", "cancelled"]
        # Cancelled, there is nothing left to close the gap with: a rule closes it.
        look(given_up.measure)
        assert (again(given_up).state, again(held).state) == ("closed", "decided")
        numbers = [hold.gate_decision.number, hold.number, cancel.gate_decision.number, cancel.number]  # type: ignore[union-attr]
        assert numbers == [1, 2, 3, 4]


def test_waiting_is_possible_once_and_for_14_days(world: World) -> None:
    with world.inside():
        found = short_of_money(world)
        with invalid("wait_until", "no later than 29 Oct 2026"):
            decide(world, found, outcome="wait", wait_until=TODAY + timedelta(days=15))
        until = TODAY + timedelta(days=10)
        decide(world, found, outcome="wait", wait_until=until)
        assert (again(found).state, again(found).decide_by) == ("open", until)
        with invalid("outcome", "The committee has waited once already. Decide now."):
            decide(world, found, outcome="wait", wait_until=until)


def test_an_escalated_one_waits_off_the_agenda_and_keeps_the_gate_shut(world: World) -> None:
    with world.inside():
        found, day = short_of_money(world), date(2026, 10, 29)
        until = day + timedelta(days=14)
        with clock.at(day):
            run_clock(day)
            decide(world, found, outcome="wait", wait_until=until)
            assert again(found).escalated_on is None
            assert again(found).is_past_clock(day)
        with clock.at(until):
            run_clock(until)
            assert again(found).escalated_on == until


def test_it_closes_once_the_month_in_which_it_recovered_is_locked_green(world: World) -> None:
    with world.inside():
        found = short_of_money(world)
        with clock.at(date(2026, 10, 20)):
            forecast(found.measure, "100.00")
            look(found.measure)
        assert (again(found).state, again(found).clear_since) == ("recovering", date(2026, 10, 20))
        _lock(world, found.measure, SEP, date(2026, 10, 21))
        assert again(found).state == "recovering"
        _lock(world, found.measure, OCT, date(2026, 11, 10))
        closed = again(found)
        assert (closed.state, closed.closed_on, closed.closed_month) == ("closed", date(2026, 11, 10), OCT)


def test_a_green_month_without_validated_actuals_is_not_confirmed(world: World) -> None:
    with world.inside():
        found = short_of_money(world)
        with clock.at(date(2026, 10, 20)):
            forecast(found.measure, "100.00")
            look(found.measure)
        _lock(world, found.measure, NOV, date(2026, 12, 10), validated=False)
        assert again(found).state == "recovering"


def test_coming_back_within_the_period_goes_on_from_where_the_clock_stood(world: World) -> None:
    """Green on day 5, back eight weeks later: day 5 again, and the committee nine days later."""
    with world.inside():
        found = short_of_money(world)
        with clock.at(date(2026, 10, 20)):
            forecast(found.measure, "100.00")
            look(found.measure)
        _lock(world, found.measure, NOV, date(2026, 12, 10))
        with clock.at(date(2026, 12, 15)):
            forecast_december(found.measure, "1.00")
            money = [deviation for deviation in look(found.measure) if deviation.kind == "money"]
            assert [
                (deviation.pk, deviation.state, deviation.round, deviation.day_on(date(2026, 12, 15)))
                for deviation in money
            ] == [(found.pk, "open", 2, 5)]
            assert money[0].escalate_on == date(2026, 12, 24)


def forecast_december(measure: Measure, amount: str) -> None:
    EffectMonth.objects.filter(measure=measure, month=date(2026, 12, 1)).update(forecast=D(amount))


def _lock(world: World, measure: Measure, month: date, on: date, *, validated: bool = True) -> None:
    """Book the months up to `month` as planned, lock them, and look at the measure as the lock does."""
    with clock.at(on):
        Measure.objects.filter(pk=measure.pk).update(forecast_confirmed_at=clock.now())
        for entry in EffectMonth.objects.filter(measure=measure, month__lte=month, validated__isnull=True):
            entry.reported, entry.reported_by, entry.reported_at = entry.plan, world.people["owner"], clock.now()
            if validated:
                entry.validated, entry.validated_by, entry.validated_at = (
                    entry.plan, world.people["controller"], clock.now(),
                )  # fmt: skip
            entry.save()
        months = [date(2026, number, 1) for number in range(1, month.month + 1)]
        lock_months(*months)
        ReportingPeriod.objects.filter(month__in=months).update(locked_at=clock.now())
        look(measure)
        recompute_measure(measure.pk)


def test_options_belong_to_who_answers_and_stay_once_chosen(world: World) -> None:
    with world.inside():
        found, owner = short_of_money(world), world.actor("owner")
        facts: dict[str, Any] = {
            "title": "Second supplier", "outcome": "add_resources", "effect_in_year": D(900),
            "effect_run_rate": D(1100), "one_time_cost": D(-90), "effective_on": date(2027, 5, 1),
        }  # fmt: skip
        with refused(NotAllowed, "answers for this deviation"):
            add_option(world.actor("chair"), found.pk, **facts, is_recommended=True)
        option = add_option(owner, found.pk, **facts, is_recommended=True)
        spare = add_option(owner, found.pk, **facts | {"title": "Stay"})
        remove_option(owner, spare.pk)
        decide(world, found, outcome="add_resources", option_id=option.pk)
        with refused(Conflict, "The committee has chosen this option."):
            remove_option(owner, option.pk)


def test_another_organization_finds_nothing(world: World, twin: World) -> None:
    with world.inside():
        found = short_of_money(world)
        counter = add_counter_measure(
            world.actor("owner"), found.pk, text="Tender.", responsible_id=world.people["owner"].pk, due_on=LATER
        )
    chair, owner = twin.actor("chair"), twin.actor("owner")
    with twin.inside():
        own = short_of_money(twin)
        with pytest.raises(Http404):
            decide_deviation(chair, found.pk, outcome="re_scope", reason="Ours.", due_on=LATER)
        with pytest.raises(Http404):
            state_cause(owner, found.pk, cause_class="price", cause="Ours.")
        with pytest.raises(Http404):
            complete_counter_measure(owner, counter.pk, note="Ours.")
        with pytest.raises(Invalid) as foreign:
            decide_deviation(chair, own.pk, outcome="compensate", reason="Ours.", measure_id=found.measure_id)
        assert foreign.value.errors == {"measure_id": ["Choose another measure of this organization."]}
        book(own.measure, "100.00")
