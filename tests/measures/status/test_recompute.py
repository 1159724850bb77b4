"""The recompute on real rows: what it stores, when it tells, and that it says nothing twice."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cat4 import clock
from cat4.audit.models import AuditEntry
from cat4.outbox.actions import drain
from cat4.outbox.models import OutboxRow
from hierarchy.constants import Level
from hierarchy.models import ExchangeRate, Node, OrganizationSettings
from hierarchy.organization.actions import SYSTEM_ID
from measures.constants import Certainty, EffectKind, Lifecycle, Recurrence, Topic, Verb
from measures.facts.measures import facts_of, measure_facts
from measures.formulas.totals import Totals
from measures.models import EffectLine, Measure, MeasureStatus, MeasureTotals, Milestone, PlanVersion, StatusChange
from measures.status.actions.recompute import (
    inputs_hash,
    mark_changed,
    mark_every_measure,
    mark_outdated,
    recompute_measure,
)
from tests.measures.amounts import effect_line, fill, status_values, stored_rows, validate
from tests.world import TODAY, World, lock_months

JANUARY, DECEMBER = date(2026, 1, 1), date(2026, 12, 1)
HUNDRED = Decimal("100000.00")
IMPLEMENTATION, POTENTIAL, COST = "implementation", "potential", "cost"


def decided(world: World, **changes: Any) -> tuple[Measure, EffectLine]:
    """A decided measure that plans 100,000 a month in 2026, confirmed today, with a milestone in November."""
    facts = {"doi": 3, "forecast_confirmed_at": clock.now()}
    measure = world.measure(**{**facts, **changes})
    line = effect_line(world, measure)
    fill(line, JANUARY, DECEMBER, plan=HUNDRED)
    Milestone.objects.create(
        measure=measure, name="Tender", baseline_on=date(2026, 11, 30), forecast_on=date(2026, 11, 30)
    )
    return measure, line


def recomputed_facts() -> list[Any]:
    return list(OutboxRow.objects.filter(topic=Topic.MEASURE_RECOMPUTED).values_list("object_id", flat=True))


def test_sums_and_statuses_are_stored_with_reasons_and_date(world: World) -> None:
    with world.inside():
        measure, _ = decided(world)
        recompute_measure(measure.pk)
        totals = MeasureTotals.objects.get(measure=measure)
        assert (totals.as_of, totals.computed_at) == (TODAY, clock.now())
        assert totals.plan_in_year == totals.fac_in_year == totals.assumed_in_year == Decimal("1200000.00")
        assert totals.plan_run_rate == totals.forecast_run_rate == Decimal("1200000.00")
        assert status_values(measure) == {IMPLEMENTATION: "g", POTENTIAL: "g", COST: "n"}
        potential = MeasureStatus.objects.get(measure=measure, kind=POTENTIAL)
        assert potential.since == TODAY
        assert potential.reasons == [
            "Forecast at completion 1,200 kEUR is at plan.",
            "Actual to date EUR 0 is 900,000 below plan.",
        ]
        assert recomputed_facts() == [measure.pk]


def test_a_first_status_is_kept_in_the_history_and_is_no_change_to_audit(world: World) -> None:
    with world.inside():
        measure, _ = decided(world)
        recompute_measure(measure.pk)
        changes = StatusChange.objects.filter(measure=measure).order_by("kind")
        assert [(change.kind, change.before, change.after) for change in changes] == [
            (COST, "", "n"),
            (IMPLEMENTATION, "", "g"),
            (POTENTIAL, "", "g"),
        ]
        assert not AuditEntry.objects.exists()


def test_computing_again_writes_nothing(world: World) -> None:
    with world.inside():
        measure, _ = decided(world)
        recompute_measure(measure.pk)
        before = stored_rows(measure)
        OutboxRow.objects.all().delete()
        with clock.at(clock.now() + timedelta(hours=1)), CaptureQueriesContext(connection) as queries:
            recompute_measure(measure.pk)
        assert stored_rows(measure) == before
        assert not OutboxRow.objects.exists()
        assert not [query for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]


def test_a_status_that_changes_is_dated_recorded_and_told(world: World) -> None:
    with world.inside():
        measure, line = decided(world)
        recompute_measure(measure.pk)
        OutboxRow.objects.all().delete()
        fill(line, date(2026, 10, 1), DECEMBER, forecast=Decimal("10000.00"))
        with clock.at(date(2026, 10, 20)):
            recompute_measure(measure.pk)
        status = MeasureStatus.objects.get(measure=measure, kind=POTENTIAL)
        assert (status.value, status.since) == ("r", date(2026, 10, 20))
        change = StatusChange.objects.filter(measure=measure, kind=POTENTIAL).latest("at")
        assert (change.before, change.after, change.reasons) == ("g", "r", status.reasons)
        entry = AuditEntry.objects.get()
        assert (entry.verb, entry.object_id, entry.measure_id) == (Verb.STATUS_CHANGED, status.pk, measure.pk)
        assert (entry.actor_id, entry.actor_name, entry.cause) == (SYSTEM_ID, "cat4", "rule")
        assert entry.summary == "computed the potential status as red, before it was green"
        assert entry.change == {POTENTIAL: ["g", "r"]}
        assert entry.reason.startswith("Forecast run-rate 120 kEUR is 90% below plan.")
        assert recomputed_facts() == [measure.pk]


def test_a_status_that_changes_with_the_day_alone_is_caused_by_the_schedule(world: World) -> None:
    with world.inside():
        measure, _ = decided(world)
        recompute_measure(measure.pk)
        with clock.at(TODAY + timedelta(days=63)):
            recompute_measure(measure.pk)
        entries = AuditEntry.objects.order_by("summary")
        assert [(entry.cause, entry.change) for entry in entries] == [
            ("schedule", {IMPLEMENTATION: ["g", "a"]}),
            ("schedule", {POTENTIAL: ["g", "a"]}),
        ]


def test_a_new_day_without_a_difference_moves_the_date_and_tells_nobody(world: World) -> None:
    with world.inside():
        measure, _ = decided(world)
        recompute_measure(measure.pk)
        OutboxRow.objects.all().delete()
        with clock.at(date(2026, 10, 16)):
            recompute_measure(measure.pk)
        assert MeasureTotals.objects.get(measure=measure).as_of == date(2026, 10, 16)
        assert not OutboxRow.objects.exists()
        assert StatusChange.objects.count() == 3


def test_today_is_the_day_of_the_organization(world: World) -> None:
    with world.inside():
        measure, _ = decided(world)
        with clock.at(datetime(2026, 10, 15, 23, 30, tzinfo=UTC)):
            recompute_measure(measure.pk)
        assert MeasureTotals.objects.get(measure=measure).as_of == date(2026, 10, 16)


@pytest.mark.parametrize("changes", [{"governable": False}, {"package": "another"}])
def test_what_roll_ups_sort_by_is_told_although_no_sum_differs(world: World, changes: dict[str, Any]) -> None:
    with world.inside():
        measure = world.measure()
        recompute_measure(measure.pk)
        OutboxRow.objects.all().delete()
        if "package" in changes:
            project = world.nodes[Level.PROJECT]
            changes = {"package": Node.objects.create(level=Level.PACKAGE, parent=project, name="Another")}
        Measure.objects.filter(pk=measure.pk).update(**changes)
        recompute_measure(measure.pk)
        assert recomputed_facts() == [measure.pk]


def test_what_a_decision_moves_is_part_of_what_is_compared(world: World) -> None:
    with world.inside():
        measure = world.measure()
        facts = measure_facts(measure.pk)
        assert facts is not None
        held = Measure(pk=measure.pk, package_id=measure.package_id, governable=True, lifecycle=Lifecycle.ON_HOLD)
        hashes = {
            inputs_hash(measure, facts),
            inputs_hash(measure, replace(facts, doi=1)),
            inputs_hash(held, facts),
        }
        assert len(hashes) == 3


def test_the_day_itself_is_not_part_of_what_is_compared(world: World) -> None:
    with world.inside():
        measure, _ = decided(world)
        facts = measure_facts(measure.pk)
        assert facts is not None
        tomorrow = replace(facts, organization=replace(facts.organization, today=date(2026, 10, 16)))
        next_year = replace(facts, organization=replace(facts.organization, today=date(2027, 1, 1)))
        assert inputs_hash(measure, facts) == inputs_hash(measure, tomorrow) != inputs_hash(measure, next_year)


def test_a_month_of_a_later_year_is_told_although_no_sum_differs(world: World) -> None:
    with world.inside():
        measure, line = decided(world)
        fill(line, date(2027, 1, 1), date(2027, 12, 1), plan=HUNDRED)
        recompute_measure(measure.pk)
        OutboxRow.objects.all().delete()
        fill(line, date(2027, 3, 1), date(2027, 3, 1), plan=Decimal("1.00"))
        recompute_measure(measure.pk)
        assert recomputed_facts() == [measure.pk]


def test_only_hard_ebitda_counts(world: World) -> None:
    with world.inside():
        measure, _ = decided(world)
        others: list[dict[str, Any]] = [
            {"kind": EffectKind.EBITDA_REVENUE},
            {"certainty": Certainty.SOFT},
            {"kind": EffectKind.EBITDA_REVENUE, "certainty": Certainty.AVOIDANCE},
            {"kind": EffectKind.WORKING_CAPITAL},
            {"kind": EffectKind.FTE},
            {"kind": EffectKind.NON_FINANCIAL},
        ]
        for number, changes in enumerate(others):
            line = effect_line(world, measure, position=number + 1, **changes)
            fill(line, DECEMBER, DECEMBER, plan=Decimal(1000) * 10**number)
        recompute_measure(measure.pk)
        totals = MeasureTotals.objects.get(measure=measure)
        assert totals.plan_in_year == Decimal("1201000.00")
        assert totals.plan_run_rate == Decimal("1212000.00")
        assert totals.soft_run_rate == Decimal("1320000.00")


def test_one_time_cost_and_capex_are_summed_over_their_whole_life(world: World) -> None:
    with world.inside():
        measure, _ = decided(world)
        for number, kind in enumerate((EffectKind.ONE_TIME_COST, EffectKind.CAPEX)):
            cost = effect_line(world, measure, kind=kind, recurrence=Recurrence.ONE_OFF, position=number + 1)
            fill(cost, date(2025, 12, 1), date(2025, 12, 1), plan=Decimal(-50_000))
            fill(cost, date(2027, 1, 1), date(2027, 1, 1), plan=Decimal(-50_000))
            validate(world, cost, date(2025, 12, 1), date(2025, 12, 1), Decimal(-62_000))
        recompute_measure(measure.pk)
        totals = MeasureTotals.objects.get(measure=measure)
        assert totals.one_time_plan == Decimal(-200_000)
        assert totals.one_time_forecast == Decimal(-224_000)
        assert totals.one_time_actual == Decimal(-124_000)
        cost_status = MeasureStatus.objects.get(measure=measure, kind=COST)
        assert cost_status.value == "r"
        assert cost_status.reasons == ["One-time cost of 224 kEUR is 12% above the approved 200 kEUR."]


def test_locked_months_without_validation_cap_at_amber_until_the_controller_validates(world: World) -> None:
    with world.inside():
        measure, line = decided(world)
        validate(world, line, date(2026, 7, 1), date(2026, 7, 1), HUNDRED)
        reported: dict[str, Any] = {"reported": HUNDRED, "reported_by": world.people["owner"]}
        fill(line, date(2026, 8, 1), date(2026, 8, 1), **reported)
        lock_months(date(2026, 7, 1), date(2026, 8, 1))
        recompute_measure(measure.pk)
        assert status_values(measure)[POTENTIAL] == "a"
        validate(world, line, date(2026, 8, 1), date(2026, 8, 1), HUNDRED)
        recompute_measure(measure.pk)
        assert status_values(measure)[POTENTIAL] == "g"
        assert MeasureTotals.objects.get(measure=measure).validated_run_rate == Decimal("1200000.00")


def test_the_freezing_of_the_plan_counts_as_its_first_confirmation(world: World) -> None:
    with world.inside():
        measure, _ = decided(world, forecast_confirmed_at=None)
        recompute_measure(measure.pk)
        assert status_values(measure)[POTENTIAL] == "a"
        PlanVersion.objects.create(measure=measure, number=1, frozen_at=clock.now(), reason="Decided")
        recompute_measure(measure.pk)
        assert status_values(measure)[POTENTIAL] == "g"


def test_thresholds_are_those_of_the_organization(world: World) -> None:
    with world.inside():
        measure, line = decided(world)
        fill(line, DECEMBER, DECEMBER, forecast=Decimal("90000.00"))
        recompute_measure(measure.pk)
        assert status_values(measure)[POTENTIAL] == "a"
        OrganizationSettings.objects.update(overrides={"potential_green": "0.90"}, version=2)
        recompute_measure(measure.pk)
        assert status_values(measure)[POTENTIAL] == "g"


def test_a_missing_rate_is_visible_and_brings_no_money(world: World) -> None:
    with world.inside():
        measure, line = decided(world)
        EffectLine.objects.filter(pk=line.pk).update(currency="USD")
        recompute_measure(measure.pk)
        totals = MeasureTotals.objects.get(measure=measure)
        assert totals.plan_in_year == totals.plan_run_rate == Decimal(0)
        assert totals.missing_rates == ["USD 2026"]
        potential = MeasureStatus.objects.get(measure=measure, kind=POTENTIAL)
        assert (potential.value, potential.reasons) == (
            "n",
            ["USD has no plan rate for 2026: these amounts stay out."],
        )
        ExchangeRate.objects.create(kind="plan", currency="USD", month=JANUARY, rate=Decimal("0.9"))
        recompute_measure(measure.pk)
        totals.refresh_from_db()
        assert (totals.plan_in_year, totals.missing_rates) == (Decimal("1080000.00"), [])
        assert status_values(measure)[POTENTIAL] == "g"


def test_the_facts_of_many_measures_take_as_many_queries_as_those_of_one(world: World) -> None:
    with world.inside():
        measures = [decided(world, code=f"M-{number}")[0] for number in range(3)]
        EffectLine.objects.update(currency="USD")
        counts = []
        for ids in ([measures[0].pk], [measure.pk for measure in measures]):
            with CaptureQueriesContext(connection) as queries:
                assert set(facts_of(ids)) == set(ids)
            counts.append(len(queries))
        assert counts == [8, 8]


def test_a_measure_that_is_gone_is_left_alone(world: World) -> None:
    with world.inside():
        recompute_measure(uuid4())
        assert not MeasureTotals.objects.exists()
        assert not OutboxRow.objects.exists()


def test_a_measure_of_another_organization_is_not_there(world: World, twin: World) -> None:
    with twin.inside():
        foreign, _ = decided(twin)
    with world.inside():
        recompute_measure(foreign.pk)
        assert not OutboxRow.objects.exists()
    with twin.inside():
        assert not MeasureTotals.objects.exists()


def test_the_outbox_recomputes_what_changed(world: World) -> None:
    with world.inside():
        measure, _ = decided(world)
        assert mark_changed([measure.pk]) == 1
    drain(world.organization.pk)
    with world.inside():
        assert status_values(measure) == {IMPLEMENTATION: "g", POTENTIAL: "g", COST: "n"}


def test_measures_that_wait_already_are_not_marked_twice(world: World) -> None:
    with world.inside():
        measures = [world.measure(f"M-{number}").pk for number in range(3)]
        assert mark_changed(measures[:1]) == 1
        assert mark_every_measure() == 2
        assert mark_every_measure() == 0
        assert OutboxRow.objects.filter(topic=Topic.MEASURE_CHANGED).count() == 3


def test_measures_of_an_earlier_day_or_never_computed_are_outdated(world: World) -> None:
    with world.inside():
        today, yesterday, never = (decided(world, code=code)[0] for code in ("M-1", "M-2", "M-3"))
        recompute_measure(today.pk)
        with clock.at(date(2026, 10, 14)):
            recompute_measure(yesterday.pk)
        OutboxRow.objects.all().delete()
        assert mark_outdated() == 2
        marked = set(OutboxRow.objects.values_list("object_id", flat=True))
        assert marked == {yesterday.pk, never.pk}


def test_stored_sums_have_a_column_for_each_total(world: World) -> None:
    with world.inside():
        measure, _ = decided(world)
        recompute_measure(measure.pk)
        stored = MeasureTotals.objects.get(measure=measure)
        names = {field.name for field in MeasureTotals._meta.concrete_fields}
        own = {"id", "organization", "measure", "as_of", "inputs_hash", "computed_at", "missing_rates"}
        series = {"first_month", "plan_cents", "forecast_cents", "reported_cents", "validated_cents"}
        assert set(asdict(Totals())) == names - own - series
        assert stored.inputs_hash
