"""Effect lines, plans, baselines, forecasts and actuals."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.db.utils import ProgrammingError
from django.http import Http404

from cat4 import clock
from cat4.audit.models import LedgerEntry
from cat4.errors import Conflict, Invalid, NotAllowed, StaleVersion
from measures.facts.measures import measure_facts
from measures.models import Baseline, EffectLine, EffectMonth, ForecastRevision, Measure, Milestone, PlanMonth
from measures.money.actions.actuals import report_actuals, return_actuals, validate_actuals
from measures.money.actions.baselines import approve_baseline, propose_baseline
from measures.money.actions.effects import add_effect_line, edit_effect_line, remove_effect_line
from measures.money.actions.forecasts import confirm_forecast, revise_forecast
from measures.money.actions.months import hand_in_month
from measures.money.actions.plans import freeze_plan, set_plan_months
from measures.money.selectors.baselines import baseline_lines
from measures.schedule.actions.milestones import revise_milestone
from tests.measures.steps import AUG, NOV, OCT, SEP, D, invalid, last_entry, line_for, month_of, refused, told_about
from tests.world import World, lock_months

FROZEN = "only by an approved change request"


def line_facts(world: World, **changes: Any) -> dict[str, Any]:
    facts = {
        "name": "Steel price", "kind": "ebitda_cost", "recurrence": "recurring", "certainty": "hard",
        "legal_entity_id": world.entity.pk, "account_id": world.account.pk, "currency": "EUR",
    }  # fmt: skip
    return {**facts, **changes}


def baseline_facts(**changes: Any) -> dict[str, Any]:
    facts = {"type": "prior_year", "period": "FY 2025", "source": "SAP, 400", "amount": D("5000"), "currency": "EUR"}
    return {**facts, **changes}


def approved_amount(measure: Measure) -> Decimal | None:
    facts = measure_facts(measure.pk)
    return facts.baseline.amount if facts and facts.baseline else None


def plan_of(line: EffectLine) -> dict[date, Decimal | None]:
    return {entry.month: entry.plan for entry in line.months.all()}


# Effect lines and the plan ---------------------------------------------------------------------


def test_a_phased_line_gets_its_months_from_the_annual_amount(world: World) -> None:
    with world.inside():
        measure = world.measure()
        facts = line_facts(world, annual_amount=D("1200"), start_month=date(2026, 4, 1), ramp_months=3)
        line = add_effect_line(world.actor("owner"), measure.pk, **facts)
        plan = plan_of(line)
        assert [plan[date(2026, month, 1)] for month in (4, 5, 6)] == [D("33.33"), D("66.67"), D("100.00")]
        assert sum(v for k, v in plan.items() if k.year == 2026 and v) == D("800.00")
        assert max(plan) == date(2029, 12, 1)
        assert told_about(measure)
        edit_effect_line(world.actor("owner"), line.pk, end_month=date(2026, 12, 1), ramp_months=0)
        assert plan_of(line)[date(2026, 4, 1)] == D("100.00")
        assert max(plan_of(line)) == date(2026, 12, 1)


def test_a_typed_line_keeps_the_months_that_were_typed(world: World) -> None:
    with world.inside():
        measure = world.measure()
        facts = line_facts(world, recurrence="one_off", kind="one_time_cost", months={NOV: D("-200.00")})
        line = add_effect_line(world.actor("pmo"), measure.pk, **facts)
        assert plan_of(line) == {NOV: D("-200.00")}
        set_plan_months(world.actor("owner"), line.pk, months={NOV: D("-150.00"), OCT: D("0")})
        assert plan_of(line) == {OCT: D("0.00"), NOV: D("-150.00")}
        entry = last_entry()
        assert entry.change == {"2026-10": [None, "0.00"], "2026-11": ["-200.00", "-150.00"]}


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"name": ""}, "name", "needed"),
        ({"kind": "gain"}, "kind", "Choose one of"),
        ({"recurrence": "daily"}, "recurrence", "Choose one of"),
        ({"certainty": "sure"}, "certainty", "Choose one of"),
        ({"legal_entity_id": None}, "legal_entity_id", "Name the legal entity"),
        ({"legal_entity_id": uuid4()}, "legal_entity_id", "Unknown legal entity"),
        ({"account_id": uuid4()}, "account_id", "Unknown account"),
        ({"currency": "euro"}, "currency", "three capital letters"),
        ({"annual_amount": D("12"), "recurrence": "one_off"}, "annual_amount", "Type its months"),
        ({"annual_amount": D("12")}, "start_month", "Name the month"),
        ({"annual_amount": D("NaN"), "start_month": OCT}, "annual_amount", "Enter a number"),
        ({"annual_amount": D("12"), "start_month": date(2026, 10, 2)}, "start_month", "first day of a month"),
        ({"annual_amount": D("12"), "start_month": date(2031, 1, 1)}, "start_month", "outside the fiscal calendar"),
        ({"annual_amount": D("12"), "start_month": OCT, "end_month": SEP}, "end_month", "before it starts"),
        ({"annual_amount": D("12"), "start_month": OCT, "ramp_months": -1}, "ramp_months", "from 0 to 120"),
        ({"annual_amount": D("12"), "start_month": OCT, "months": {OCT: D(1)}}, "months", "not both"),
        ({"months": {OCT: D("0.001")}}, "months", "Oct 2026: at most two decimals"),
        ({"months": {OCT: D("Infinity"), NOV: D("1e15")}}, "months", "Nov 2026: the number is too large"),
        ({"months": {date(2023, 12, 1): D(1)}}, "months", "Dec 2023 is outside the fiscal calendar"),
    ],
)
def test_a_line_is_refused_by_field_and_month(world: World, changes: dict[str, Any], field: str, said: str) -> None:
    with world.inside():
        measure = world.measure()
        with invalid(field, said):
            add_effect_line(world.actor("owner"), measure.pk, **line_facts(world, **changes))
        assert EffectLine.objects.count() == 0


def test_a_line_books_on_no_entity_or_account_of_another_organization(world: World, twin: World) -> None:
    with world.inside():
        measure = world.measure()
        for field, foreign in {"legal_entity_id": twin.entity.pk, "account_id": twin.account.pk}.items():
            with invalid(field, "Unknown"):
                add_effect_line(world.actor("owner"), measure.pk, **line_facts(world, **{field: foreign}))


def test_from_doi_3_on_the_plan_is_frozen_for_everybody(world: World) -> None:
    with world.inside():
        measure = world.measure(doi=3)
        line = line_for(world, measure)
        month_of(line, OCT, plan=D(100))
        for actor in (world.actor("owner"), world.actor("pmo")):
            with refused(NotAllowed, FROZEN):
                set_plan_months(actor, line.pk, months={OCT: D(1)})
            with refused(NotAllowed, FROZEN):
                edit_effect_line(actor, line.pk, name="New")
            with refused(NotAllowed, FROZEN):
                remove_effect_line(actor, line.pk)
            with refused(NotAllowed, FROZEN):
                add_effect_line(actor, measure.pk, **line_facts(world))
        assert plan_of(line) == {OCT: D("100.00")}


def test_a_new_baseline_after_the_decision_needs_the_same_approval_and_the_old_one_stands_until_then(
    world: World,
) -> None:
    with world.inside():
        measure = world.measure(doi=3)
        first = propose_baseline(world.actor("owner"), measure.pk, **baseline_facts(amount=D("5000")))
        approve_baseline(world.actor("controller"), first.pk)
        second = propose_baseline(world.actor("pmo"), measure.pk, **baseline_facts(amount=D("6000")))
        assert approved_amount(measure) == D("5000.00")
        with refused(NotAllowed, "Only the controller Controller Alder may approve the baseline."):
            approve_baseline(world.actor("owner"), second.pk)
        approve_baseline(world.actor("controller"), second.pk)
        assert approved_amount(measure) == D("6000.00")
        assert [row.number for row in baseline_lines(measure)] == [2, 1]


def test_a_line_is_removed_before_the_decision_and_its_plan_stays_on_record(world: World) -> None:
    with world.inside():
        line = line_for(world, world.measure())
        month_of(line, OCT, plan=D(100))
        remove_effect_line(world.actor("owner"), line.pk)
        assert EffectMonth.objects.count() == 0
        assert last_entry().change == {"plan": {"2026-10": "100.00"}}


def test_two_who_edit_a_line_do_not_overwrite_each_other(world: World) -> None:
    with world.inside():
        line = line_for(world, world.measure())
        set_plan_months(world.actor("owner"), line.pk, months={OCT: D(1)}, expected_version=1)
        with refused(StaleVersion):
            set_plan_months(world.actor("pmo"), line.pk, months={OCT: D(2)}, expected_version=1)
        with refused(StaleVersion):
            edit_effect_line(world.actor("pmo"), line.pk, name="Other", expected_version=1)


def test_freezing_writes_a_version_that_nobody_changes(world: World) -> None:
    with world.inside():
        measure = world.measure()
        line = line_for(world, measure)
        month_of(line, OCT, plan=D(100))
        month_of(line, NOV, forecast=D(90))
        version = freeze_plan(measure, reason="Decided", at=clock.now(), actor=world.actor("chair"))
        assert version.number == 1
        assert [(row.month, row.amount) for row in version.months.all()] == [(OCT, D("100.00"))]
        with pytest.raises(ProgrammingError, match="changes only by a decision"), transaction.atomic():
            freeze_plan(measure, reason="Changed", at=clock.now())
        assert LedgerEntry.objects.count() == 1
        with pytest.raises(ProgrammingError, match="permission denied"):
            PlanMonth.objects.filter(plan_version=version).update(amount=D(1))


# Baselines -------------------------------------------------------------------------------------


def test_the_controller_approves_the_latest_baseline(world: World) -> None:
    with world.inside():
        measure = world.measure()
        first = propose_baseline(world.actor("owner"), measure.pk, **baseline_facts())
        second = propose_baseline(world.actor("pmo"), measure.pk, **baseline_facts(amount=D("6000")))
        assert (first.number, second.number) == (1, 2)
        with refused(Conflict, "Baseline 2 was proposed since"):
            approve_baseline(world.actor("controller"), first.pk)
        approved = approve_baseline(world.actor("controller"), second.pk)
        assert approved.approved_by_id == world.people["controller"].pk
        assert last_entry().ledger.sequence == 1
        with refused(Conflict, "approved already"):
            approve_baseline(world.actor("controller"), second.pk)


def test_a_baseline_is_never_approved_by_who_proposed_it(world: World) -> None:
    with world.inside():
        measure = world.measure(controller=world.people["pmo"])
        baseline = propose_baseline(world.actor("pmo"), measure.pk, **baseline_facts())
        with refused(NotAllowed, "You proposed this baseline"):
            approve_baseline(world.actor("pmo"), baseline.pk)


def test_a_baseline_without_amount_can_be_proposed_but_not_approved(world: World) -> None:
    with world.inside():
        measure = world.measure()
        baseline = propose_baseline(world.actor("owner"), measure.pk, **baseline_facts(amount=None))
        with invalid("amount", "no amount yet"):
            approve_baseline(world.actor("controller"), baseline.pk)
        zero = propose_baseline(world.actor("owner"), measure.pk, **baseline_facts(type="zero", amount=None))
        assert approve_baseline(world.actor("controller"), zero.pk).approved_at is not None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"type": "guess"}, "type"),
        ({"period": ""}, "period"),
        ({"source": ""}, "source"),
        ({"amount": D("1.001")}, "amount"),
        ({"currency": ""}, "currency"),
    ],
)
def test_a_baseline_says_type_period_source_and_money(world: World, changes: dict[str, Any], field: str) -> None:
    with world.inside():
        measure = world.measure()
        with invalid(field):
            propose_baseline(world.actor("owner"), measure.pk, **baseline_facts(**changes))
        assert Baseline.objects.count() == 0


# Forecast --------------------------------------------------------------------------------------


@pytest.fixture
def decided(world: World) -> tuple[Measure, EffectLine]:
    with world.inside():
        measure = world.measure(doi=3)
        line = line_for(world, measure)
        for month in (AUG, SEP, OCT, NOV):
            month_of(line, month, plan=D(100))
        return measure, line


def test_a_forecast_moves_with_its_reason_and_counts_as_confirmed(
    world: World, decided: tuple[Measure, EffectLine]
) -> None:
    measure, line = decided
    with world.inside():
        revise_forecast(
            world.actor("owner"), measure.pk, line_id=line.pk, months={NOV: D("90")}, reason="Two plants are late."
        )
        assert EffectMonth.objects.get(line=line, month=NOV).forecast == D("90.00")
        assert Measure.objects.get().forecast_confirmed_by_id == world.people["owner"].pk
        entry = last_entry()
        assert entry.summary == "changed the forecast of Steel price for Nov 2026 from empty to 90 EUR"
        assert entry.reason == "Two plants are late."


def test_stating_or_confirming_a_forecast_ties_it_to_the_date_on_which_its_effect_starts(
    world: World, decided: tuple[Measure, EffectLine]
) -> None:
    measure, line = decided
    with world.inside():
        start = Milestone.objects.create(
            measure=measure, name="Start", baseline_on=NOV, forecast_on=NOV, is_effect_start=True
        )
        revise_forecast(world.actor("owner"), measure.pk, line_id=line.pk, months={NOV: D(90)}, reason="As quoted.")
        assert EffectLine.objects.get(pk=line.pk).forecast_stands_on == NOV
        revise_milestone(world.actor("owner"), start.pk, forecast_on=date(2027, 1, 11), reason="Late delivery.")
        assert EffectLine.objects.get(pk=line.pk).forecast_stands_on == NOV
        confirm_forecast(world.actor("owner"), measure.pk)
        assert EffectLine.objects.get(pk=line.pk).forecast_stands_on == date(2027, 1, 11)


def test_neither_revising_nor_confirming_a_forecast_brings_back_the_months_before_a_slip(
    world: World, decided: tuple[Measure, EffectLine]
) -> None:
    measure, line = decided
    dec, jan = date(2026, 12, 1), date(2027, 1, 1)
    with world.inside():
        owner = world.actor("owner")
        start = Milestone.objects.create(
            measure=measure, name="Start", baseline_on=NOV, forecast_on=NOV, is_effect_start=True
        )
        months = {NOV: D(90), dec: D(90), jan: D(95)}
        revise_forecast(owner, measure.pk, line_id=line.pk, months=months, reason="As quoted.")
        revise_milestone(owner, start.pk, forecast_on=date(2026, 12, 14), reason="Late delivery.")
        confirm_forecast(owner, measure.pk)
        stood = dict(line.months.filter(forecast__isnull=False).values_list("month", "forecast"))
        assert stood == {NOV: D(0), dec: D(90), jan: D(90), date(2027, 2, 1): D(95)}
        revise_milestone(owner, start.pk, forecast_on=date(2027, 1, 11), reason="Later still.")
        revise_forecast(owner, measure.pk, line_id=line.pk, months={jan: D(70)}, reason="A slower ramp.")
        stood = dict(line.months.filter(forecast__isnull=False).values_list("month", "forecast"))
        assert stood == {NOV: D(0), dec: D(0), jan: D(70), date(2027, 2, 1): D(90), date(2027, 3, 1): D(95)}
        assert {row.reason for row in ForecastRevision.objects.filter(month=dec, after=0)} == {
            "Comes later with the milestone that it follows."
        }


def test_a_forecast_does_not_move_without_a_reason_nor_for_a_locked_month(
    world: World, decided: tuple[Measure, EffectLine]
) -> None:
    measure, line = decided
    with world.inside():
        lock_months(AUG)
        with invalid("reason", "needed"):
            revise_forecast(world.actor("owner"), measure.pk, line_id=line.pk, months={NOV: D(90)}, reason=" ")
        with invalid("months", "Aug 2026 is locked"):
            revise_forecast(world.actor("owner"), measure.pk, line_id=line.pk, months={AUG: D(90)}, reason="Late")


def test_there_is_no_forecast_before_doi_3(world: World) -> None:
    with world.inside():
        measure = world.measure(doi=2)
        line = line_for(world, measure)
        with refused(NotAllowed, "from DoI 3 on"):
            revise_forecast(world.actor("owner"), measure.pk, line_id=line.pk, months={NOV: D(90)}, reason="Late")
        with refused(NotAllowed, "from DoI 3 on"):
            confirm_forecast(world.actor("owner"), measure.pk)


def test_the_same_forecast_again_changes_nothing(world: World, decided: tuple[Measure, EffectLine]) -> None:
    measure, line = decided
    with world.inside():
        actor = world.actor("owner")
        revise_forecast(actor, measure.pk, line_id=line.pk, months={NOV: D(90)}, reason="Late")
        before = last_entry().pk
        revise_forecast(actor, measure.pk, line_id=line.pk, months={NOV: D(90)}, reason="")
        assert last_entry().pk == before


def test_a_line_of_another_measure_or_organization_is_not_found(
    world: World, twin: World, decided: tuple[Measure, EffectLine]
) -> None:
    measure, _ = decided
    with twin.inside():
        foreign = line_for(twin, twin.measure())
    with world.inside():
        other = line_for(world, world.measure("M-2"))
        for line_id in (foreign.pk, other.pk, uuid4()):
            with pytest.raises(Http404):
                report_actuals(world.actor("owner"), measure.pk, line_id=line_id, months={SEP: D(1)})
            with pytest.raises(Http404):
                revise_forecast(world.actor("owner"), measure.pk, line_id=line_id, months={NOV: D(1)}, reason="x")
            with pytest.raises(Http404):
                validate_actuals(world.actor("controller"), measure.pk, line_id=line_id, months=[SEP])
        with pytest.raises(Http404):
            set_plan_months(world.actor("owner"), foreign.pk, months={SEP: D(1)})


# Actuals ---------------------------------------------------------------------------------------


def report(world: World, decided: tuple[Measure, EffectLine], persona: str = "owner", **months: Any) -> None:
    measure, line = decided
    amounts = months.get("months") or {SEP: D(95)}
    report_actuals(world.actor(persona), measure.pk, line_id=line.pk, months=amounts)


def entry_of(line: EffectLine, month: date = SEP) -> EffectMonth:
    return EffectMonth.objects.get(line=line, month=month)


def test_the_controller_validates_what_the_owner_reported(world: World, decided: tuple[Measure, EffectLine]) -> None:
    measure, line = decided
    with world.inside():
        report(world, decided)
        assert entry_of(line).reported_by_id == world.people["owner"].pk
        validate_actuals(world.actor("controller"), measure.pk, line_id=line.pk, months=[SEP], comment="Seen in SAP.")
        entry = entry_of(line)
        assert (entry.validated, entry.validated_by_id) == (D("95.00"), world.people["controller"].pk)
        assert last_entry().summary == "validated actuals of Steel price for Sep 2026, 95 EUR"
        assert last_entry().ledger.sequence == 1
        assert told_about(measure)


def test_a_controller_may_not_validate_an_own_entry(world: World) -> None:
    with world.inside():
        measure = world.measure(doi=3, controller=world.people["pmo"])
        line = line_for(world, measure)
        month_of(line, SEP, plan=D(100))
        report(world, (measure, line), "pmo")
        with refused(NotAllowed, "You entered the actual of Sep 2026"):
            validate_actuals(world.actor("pmo"), measure.pk, line_id=line.pk, months=[SEP])
        assert entry_of(line).validated is None


@pytest.mark.parametrize(
    ("months", "said"),
    [
        ({OCT: D(1)}, "Oct 2026 isn't over. It takes actuals from 1 Nov 2026 on."),
        ({AUG: D(1)}, "Aug 2026 is locked"),
        ({date(2023, 1, 1): D(1)}, "Jan 2023 is outside the fiscal calendar"),
        ({date(2026, 9, 15): D(1)}, "not the first day"),
        ({SEP: D("1.005")}, "Sep 2026: at most two decimals"),
        ({SEP: D("-Infinity")}, "Sep 2026: enter a number"),
        ({SEP: D("-1e15")}, "Sep 2026: the number is too large"),
        ({SEP: None}, "Sep 2026: enter a number"),
        ({}, "at least one month"),
    ],
)
def test_actuals_are_refused_by_month(
    world: World, decided: tuple[Measure, EffectLine], months: dict[date, Any], said: str
) -> None:
    measure, line = decided
    with world.inside():
        lock_months(AUG)
        with invalid("months", said):
            report_actuals(world.actor("owner"), measure.pk, line_id=line.pk, months=months)
        assert not EffectMonth.objects.filter(reported__isnull=False).exists()


def test_a_month_takes_actuals_from_the_day_after_its_last_where_the_organization_is(
    world: World, decided: tuple[Measure, EffectLine]
) -> None:
    measure, line = decided
    with world.inside():
        line.months.filter(month=OCT).update(reported=D(90), reported_by=world.people["owner"])
        # Half an hour before and after midnight in Vienna.
        with clock.at(datetime(2026, 10, 31, 22, 30, tzinfo=UTC)):
            with invalid("months", "Oct 2026 isn't over. It takes actuals from 1 Nov 2026 on."):
                validate_actuals(world.actor("controller"), measure.pk, line_id=line.pk, months=[OCT])
            with invalid("month", "Oct 2026 isn't over"):
                hand_in_month(world.actor("owner"), measure.pk, month=OCT)
        with clock.at(datetime(2026, 10, 31, 23, 30, tzinfo=UTC)):
            validate_actuals(world.actor("controller"), measure.pk, line_id=line.pk, months=[OCT])
            assert hand_in_month(world.actor("owner"), measure.pk, month=OCT).month == OCT


def test_one_bad_month_keeps_the_good_ones_out_too(world: World, decided: tuple[Measure, EffectLine]) -> None:
    measure, line = decided
    with world.inside():
        with invalid("months"):
            report_actuals(world.actor("owner"), measure.pk, line_id=line.pk, months={SEP: D(1), NOV: D(1)})
        assert entry_of(line).reported is None


def test_a_validated_month_is_not_reported_again_until_it_is_returned(
    world: World, decided: tuple[Measure, EffectLine]
) -> None:
    measure, line = decided
    with world.inside():
        report(world, decided)
        validate_actuals(world.actor("controller"), measure.pk, line_id=line.pk, months=[SEP])
        with invalid("months", "Controller Alder has to return it first"):
            report(world, decided, months={SEP: D(99)})
        report(world, decided, months={AUG: D(40), SEP: D(95)})
        assert entry_of(line).validated == D("95.00")
        return_actuals(
            world.actor("controller"), measure.pk, line_id=line.pk, months=[SEP], reason="Booked on another account."
        )
        assert last_entry().verb == "actuals.returned"
        assert entry_of(line).reported is None
        report(world, decided, months={SEP: D(99)})
        assert entry_of(line).reported == D("99.00")


def test_only_reported_months_are_validated_or_returned(world: World, decided: tuple[Measure, EffectLine]) -> None:
    measure, line = decided
    with world.inside():
        controller = world.actor("controller")
        with invalid("months", "Sep 2026 is not reported"):
            validate_actuals(controller, measure.pk, line_id=line.pk, months=[SEP])
        with invalid("months", "Sep 2026 is not reported"):
            return_actuals(controller, measure.pk, line_id=line.pk, months=[SEP], reason="Why")
        report(world, decided)
        with invalid("reason", "needed"):
            return_actuals(controller, measure.pk, line_id=line.pk, months=[SEP], reason="")
        lock_months(SEP)
        with invalid("months", "is locked"):
            return_actuals(controller, measure.pk, line_id=line.pk, months=[SEP], reason="Why")
        validate_actuals(controller, measure.pk, line_id=line.pk, months=[SEP])
        with invalid("months", "validated already"):
            validate_actuals(controller, measure.pk, line_id=line.pk, months=[SEP])


def test_nobody_validates_a_figure_that_moved_since_it_was_seen(
    world: World, decided: tuple[Measure, EffectLine]
) -> None:
    measure, line = decided
    with world.inside():
        report(world, decided)
        report(world, decided, months={SEP: D(80)})
        with refused(Conflict, "Sep 2026: 80"):
            validate_actuals(world.actor("controller"), measure.pk, line_id=line.pk, months={SEP: D(95)})
        validate_actuals(world.actor("controller"), measure.pk, line_id=line.pk, months={SEP: D(80)})
        assert entry_of(line).validated == D("80.00")


def test_actuals_need_a_decided_measure(world: World) -> None:
    with world.inside():
        measure = world.measure(doi=2)
        line = line_for(world, measure)
        with refused(NotAllowed, "from DoI 3 on"):
            report_actuals(world.actor("owner"), measure.pk, line_id=line.pk, months={SEP: D(1)})


def test_every_wrong_month_is_named(world: World, decided: tuple[Measure, EffectLine]) -> None:
    measure, line = decided
    with world.inside(), pytest.raises(Invalid) as caught:
        report_actuals(world.actor("owner"), measure.pk, line_id=line.pk, months={NOV: D(1), date(2026, 12, 1): D(1)})
    assert len(caught.value.errors["months"]) == 2
