# mypy: disable-error-code="comparison-overlap"
# Amounts are compared with whole numbers here.
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from cat4.outbox.actions import drain, publish
from cat4.outbox.models import OutboxRow
from cat4.outbox.registry import consumers_of
from hierarchy.constants import Level, RateKind
from hierarchy.constants import Topic as HierarchyTopic
from hierarchy.models import ExchangeRate, Node, OrganizationSettings
from measures.constants import Certainty, EffectKind, Lifecycle, Recurrence
from measures.constants import Topic as MeasureTopic
from measures.facts.measures import measure_facts
from measures.formulas.totals import MonthSums, month_sums
from measures.models import Measure, MeasureTotals, Milestone
from reporting.constants import Topic
from reporting.models import NodeCell, NodeMonth, NodeStatus
from reporting.rollups.actions.rebuild import rebuild_reports
from reporting.rollups.actions.rollup import mark_stale, roll_up_package
from tests.reporting.portfolio import JANUARY, line, month, node_below, packages_of, rated, sum_up
from tests.world import World


def total(node: Node, name: str) -> Decimal:
    return sum(NodeCell.objects.filter(node=node).values_list(name, flat=True), Decimal(0))


def test_a_package_is_the_sum_of_its_measures_by_degree_lifecycle_and_statuses(world: World) -> None:
    with world.inside():
        rated(world, "M-1", "gr", plan=100, forecast=60)
        rated(world, "M-2", "gr", plan=50, forecast=40)
        rated(world, "M-3", "gg", plan=30, doi=4)
        roll_up_package(world.package.pk)
        cells = NodeCell.objects.filter(node=world.package).order_by("doi")
        facts = list(cells.values_list("doi", "implementation", "potential", "measures", "plan_run_rate"))
        assert facts == [(3, "g", "r", 2, Decimal("150.00")), (4, "g", "g", 1, Decimal("30.00"))]
        assert cells[0].forecast_run_rate == Decimal("100.00")


def test_every_node_up_to_the_root_is_the_sum_of_its_children(world: World) -> None:
    with world.inside():
        first, second = packages_of(world)
        rated(world, "M-1", plan=100, package=first)
        rated(world, "M-2", plan=50, package=second)
        for package in (first, second):
            roll_up_package(package.pk)
        assert total(world.nodes[Level.PROGRAM], "plan_run_rate") == 100
        assert total(world.nodes[Level.PORTFOLIO], "plan_run_rate") == 150
        assert total(world.nodes[Level.ORGANIZATION], "plan_run_rate") == 150


def test_a_measure_that_is_not_governable_counts_but_brings_no_money(world: World) -> None:
    with world.inside():
        rated(world, "M-1", plan=100, governable=False)
        roll_up_package(world.package.pk)
        cell = NodeCell.objects.get(node=world.package)
        assert (cell.measures, cell.governable, cell.plan_run_rate, cell.fac_in_year) == (1, False, 0, 0)


def test_a_cancelled_measure_stays_in_the_plan_with_a_forecast_of_zero(world: World) -> None:
    with world.inside():
        rated(world, "M-1", plan=100, validated=40, lifecycle=Lifecycle.CANCELLED)
        roll_up_package(world.package.pk)
        cell = NodeCell.objects.get(node=world.package)
        assert (cell.plan_run_rate, cell.plan_in_year) == (100, 100)
        assert (cell.forecast_run_rate, cell.fac_in_year) == (0, 0)
        assert cell.validated_in_year + cell.reported_in_year + cell.forecast_in_year + cell.assumed_in_year == 0


def test_on_hold_keeps_what_was_booked_and_leaves_the_forecast(world: World) -> None:
    with world.inside():
        rated(world, "M-1", plan=100, validated=40, lifecycle=Lifecycle.ON_HOLD, totals={"reported_in_year": 5})
        roll_up_package(world.package.pk)
        cell = NodeCell.objects.get(node=world.package)
        assert (cell.plan_run_rate, cell.forecast_run_rate) == (100, 0)
        assert (cell.fac_in_year, cell.validated_in_year, cell.forecast_in_year) == (45, 40, 0)


def test_cancelling_never_improves_the_status(world: World) -> None:
    with world.inside():
        for package, lifecycle in zip(packages_of(world), (Lifecycle.ACTIVE, Lifecycle.CANCELLED), strict=True):
            rated(world, f"M-1 {lifecycle}", "gg", plan=900, package=package)
            rated(world, f"M-2 {lifecycle}", "rr", plan=300, forecast=200, package=package, lifecycle=lifecycle)
            roll_up_package(package.pk)
        working, cancelled = NodeStatus.objects.filter(node__level=Level.PACKAGE).order_by("computed_at", "pk")
        assert (working.implementation, working.potential) == ("r", "a")
        assert (cancelled.implementation, cancelled.potential) == ("r", "r")


def test_an_idea_lends_its_money_to_no_status(world: World) -> None:
    with world.inside():
        rated(world, "M-1", "gr", plan=100, forecast=70)
        rated(world, "M-2", "nn", plan=900, doi=0)
        roll_up_package(world.package.pk)
        status = NodeStatus.objects.get(node=world.package)
        assert status.potential == "r"
        assert status.potential_reasons == [
            "Forecast at completion EUR 70 is 30% below plan.",
            "Forecast run-rate EUR 70 is 30% below plan.",
        ]


def test_a_red_child_with_a_tenth_of_the_value_keeps_its_parent_from_green(world: World) -> None:
    with world.inside():
        first, second = packages_of(world)
        rated(world, "M-1", "gg", plan=850, package=first)
        rated(world, "M-2", "rg", plan=150, package=second)
        for package in (first, second):
            roll_up_package(package.pk)
        assert NodeStatus.objects.get(node=second).implementation == "r"
        above = NodeStatus.objects.get(node=world.nodes[Level.PORTFOLIO])
        assert above.implementation == "a"
        assert above.implementation_reasons[-1] == "Second program is red and holds 15% of the value."


def test_a_package_without_measures_has_neither_cells_nor_a_status(world: World) -> None:
    with world.inside():
        measure = rated(world, "M-1", plan=100)
        roll_up_package(world.package.pk)
        assert NodeStatus.objects.filter(node=world.package).exists()
        other = packages_of(world)[1]
        Measure.objects.filter(pk=measure.pk).update(package=other)
        roll_up_package(world.package.pk)
        assert not NodeCell.objects.filter(node=world.package).exists()
        assert not NodeStatus.objects.filter(node=world.package).exists()


def row_versions() -> Any:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id::text, ctid::text FROM reporting_nodecell UNION ALL"
            " SELECT id::text, ctid::text FROM reporting_nodemonth UNION ALL"
            " SELECT id::text, ctid::text FROM reporting_nodestatus ORDER BY 1"
        )
        return cursor.fetchall()


def test_a_climb_that_changes_nothing_writes_nothing(world: World) -> None:
    with world.inside():
        measure = rated(world, "M-1", plan=100)
        month(world, line(world, measure), JANUARY, plan=10)
        roll_up_package(world.package.pk)
        before = row_versions()
        roll_up_package(world.package.pk)
        rebuild_reports()
        assert row_versions() == before
        assert len(before) == 3 * len(Level)


def test_months_hold_recurring_hard_ebitda_only(world: World) -> None:
    with world.inside():
        measure = rated(world, "M-1", plan=100)
        month(world, line(world, measure), JANUARY, plan=10, forecast=9, reported=7, validated=7)
        revenue = line(world, measure, kind=EffectKind.EBITDA_REVENUE)
        month(world, revenue, JANUARY, plan=1)
        for facts in (
            {"kind": EffectKind.CAPEX},
            {"certainty": Certainty.SOFT},
            {"certainty": Certainty.AVOIDANCE},
            {"recurrence": Recurrence.ONE_OFF},
        ):
            month(world, line(world, measure, **facts), JANUARY, plan=1000)
        roll_up_package(world.package.pk)
        for node in world.nodes.values():
            stored = NodeMonth.objects.get(node=node, month=JANUARY)
            assert (stored.plan, stored.forecast, stored.reported, stored.validated) == (11, 8, 0, 7)


def test_months_are_converted_at_the_plan_rate_of_their_fiscal_year(world: World) -> None:
    world.organization.fiscal_year_start = 4
    world.organization.save()
    with world.inside():
        for first, rate in ((date(2025, 4, 1), "0.5"), (date(2026, 4, 1), "2")):
            ExchangeRate.objects.create(kind=RateKind.PLAN, currency="USD", month=first, rate=Decimal(rate))
        dollars = line(world, rated(world, "M-1"), currency="USD")
        month(world, dollars, date(2026, 3, 1), plan=100)
        month(world, dollars, date(2026, 4, 1), plan=100)
        roll_up_package(world.package.pk)
        months = NodeMonth.objects.filter(node=world.package).order_by("month")
        assert list(months.values_list("plan", flat=True)) == [50, 200]


def test_a_measure_without_its_plan_rate_brings_no_months_and_holds_up_no_other(world: World) -> None:
    with world.inside():
        dollars = line(world, rated(world, "M-1", plan=5), currency="USD")
        month(world, dollars, JANUARY, plan=100)
        month(world, line(world, rated(world, "M-2", plan=5)), JANUARY, plan=7)
        roll_up_package(world.package.pk)
        assert NodeMonth.objects.get(node=world.nodes[Level.ORGANIZATION]).plan == 7


def test_an_expected_month_is_validated_or_reported_or_forecast_or_the_plan(world: World) -> None:
    with world.inside():
        effect = line(world, rated(world, "M-1"))
        month(world, effect, date(2026, 1, 1), plan=10, forecast=9, reported=7, validated=7)
        month(world, effect, date(2026, 2, 1), plan=10, forecast=9, reported=8)
        month(world, effect, date(2026, 3, 1), plan=10, forecast=9)
        month(world, effect, date(2026, 4, 1), plan=10)
        undecided = line(world, rated(world, "M-2", doi=2))
        month(world, undecided, date(2026, 3, 1), plan=10, forecast=1)
        roll_up_package(world.package.pk)
        months = NodeMonth.objects.filter(node=world.package).order_by("month")
        assert list(months.values_list("forecast", "reported", "validated")) == [
            (7, 0, 7),
            (8, 8, 0),
            (9 + 10, 0, 0),
            (10, 0, 0),
        ]


def test_a_month_without_a_forecast_takes_the_plan_moved_by_the_slip(world: World) -> None:
    with world.inside():
        measure = rated(world, "M-1")
        milestone = Milestone.objects.create(
            measure=measure,
            name="Start",
            is_effect_start=True,
            baseline_on=date(2026, 10, 20),
            forecast_on=date(2026, 12, 2),
        )
        effect = line(world, measure)
        for number in (9, 10, 12):
            month(world, effect, date(2026, number, 1), plan=number * 10)
        month(world, effect, date(2026, 11, 1), plan=110, forecast=5)
        roll_up_package(world.package.pk)
        months = NodeMonth.objects.filter(node=world.package).order_by("month")
        moved = [date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1)]
        assert list(months.values_list("month", "forecast")) == [
            *zip(moved, (0, 0, 5, 100), strict=True),
            (date(2027, 1, 1), 110),
            (date(2027, 2, 1), 120),
        ]
        milestone.actual_on = date(2026, 8, 1)
        milestone.save()
        sum_up(measure.pk)
        roll_up_package(world.package.pk)
        assert list(months.values_list("forecast", flat=True)) == [90, 100, 5, 120]


def test_the_months_of_a_package_are_those_of_its_measures_formulas(world: World) -> None:
    """`measures.formulas.totals.month_sums`, which pages of a measure show, says the same."""
    with world.inside():
        measure = rated(world, "M-1")
        start = {"baseline_on": date(2026, 2, 20), "forecast_on": date(2026, 4, 2), "is_effect_start": True}
        Milestone.objects.create(measure=measure, name="Start", **start)
        effect = line(world, measure)
        month(world, effect, date(2026, 1, 1), plan=10, forecast=9, reported=7, validated=7)
        month(world, effect, date(2026, 2, 1), plan=20, reported=8)
        month(world, effect, date(2026, 3, 1), plan=30)
        month(world, effect, date(2029, 12, 1), plan=40, forecast=3)
        roll_up_package(world.package.pk)
        facts = measure_facts(measure.pk)
        assert facts is not None
        sums = month_sums(facts, date(2024, 1, 1), date(2029, 12, 1))
        # Nodes don't keep by month what is unconfirmed.
        expected = [replace(row, unconfirmed=Decimal(0)) for row in sums]
        stored = NodeMonth.objects.filter(node=world.package).order_by("month")
        assert [MonthSums(m.month, m.plan, m.forecast, m.reported, m.validated) for m in stored] == expected


def test_cancelled_and_held_months_stay_in_the_plan_and_leave_the_forecast(world: World) -> None:
    with world.inside():
        for code, lifecycle in (("M-1", Lifecycle.CANCELLED), ("M-2", Lifecycle.ON_HOLD)):
            month(world, line(world, rated(world, code, lifecycle=lifecycle)), JANUARY, plan=10, forecast=10)
        roll_up_package(world.package.pk)
        stored = NodeMonth.objects.get(node=world.package)
        assert (stored.plan, stored.forecast) == (20, 0)


def test_a_burst_of_measures_of_a_package_climbs_once(world: World) -> None:
    with world.inside():
        for number in range(5):
            mark_stale(rated(world, f"M-{number}", plan=1).package_id)
        assert OutboxRow.objects.filter(topic=Topic.PACKAGE_STALE).count() == 1
    drain(world.organization.pk)
    with world.inside():
        assert total(world.nodes[Level.ORGANIZATION], "plan_run_rate") == 5
        assert not OutboxRow.objects.exists()


def test_a_recomputed_measure_reaches_the_root(world: World) -> None:
    with world.inside():
        measure = rated(world, "M-1", plan=1)
        publish(MeasureTopic.MEASURE_RECOMPUTED, measure.pk)
    drain(world.organization.pk)
    with world.inside():
        MeasureTotals.objects.filter(measure=measure).update(plan_run_rate=7)
        publish(MeasureTopic.MEASURE_RECOMPUTED, measure.pk)
    drain(world.organization.pk)
    with world.inside():
        assert total(world.nodes[Level.ORGANIZATION], "plan_run_rate") == 7


def test_a_moved_measure_leaves_its_old_chain_and_enters_the_new_one(world: World) -> None:
    with world.inside():
        old, new = packages_of(world)
        measure = rated(world, "M-1", plan=100, package=old)
        rebuild_reports()
        Measure.objects.filter(pk=measure.pk).update(package=new)
        publish(MeasureTopic.MEASURE_MOVED, measure.pk)
        publish(MeasureTopic.PACKAGE_LEFT, old.pk)
    drain(world.organization.pk)
    with world.inside():
        assert total(world.nodes[Level.PROGRAM], "plan_run_rate") == 0
        assert total(new, "plan_run_rate") == 100
        assert total(world.nodes[Level.PORTFOLIO], "plan_run_rate") == 100


def test_a_moved_node_leaves_its_old_chain_and_enters_the_new_one(world: World) -> None:
    with world.inside():
        rated(world, "M-1", plan=100)
        target = node_below(node_below(world.nodes[Level.PORTFOLIO], "Second program"), "Second project")
        rebuild_reports()
        package, old_parent = world.package, world.nodes[Level.PROJECT]
        Node.objects.filter(pk=package.pk).update(parent=target, path=[*target.path, package.pk])
        publish(HierarchyTopic.NODE_MOVED, package.pk)
        publish(HierarchyTopic.NODE_MOVED, old_parent.pk)
    drain(world.organization.pk)
    with world.inside():
        assert total(old_parent, "plan_run_rate") == 0
        assert total(world.nodes[Level.PROGRAM], "plan_run_rate") == 0
        assert total(target, "plan_run_rate") == 100
        assert total(world.nodes[Level.PORTFOLIO], "plan_run_rate") == 100


def test_new_thresholds_colour_every_node_anew(world: World) -> None:
    with world.inside():
        rated(world, "M-1", "gg", plan=100, forecast=96)
        rebuild_reports()
        assert NodeStatus.objects.get(node=world.package).potential == "g"
        OrganizationSettings.objects.update(overrides={"potential_green": "0.97"}, version=2)
        for consumer in consumers_of(HierarchyTopic.SETTINGS_CHANGED):
            if consumer.__module__ == "reporting.rollups.consumers":
                consumer(world.organization.pk)
        assert NodeStatus.objects.get(node=world.nodes[Level.ORGANIZATION]).potential == "a"


def test_a_climb_touches_no_other_organization(world: World, twin: World) -> None:
    with twin.inside():
        rated(twin, "M-1", plan=33)
        roll_up_package(twin.package.pk)
    with world.inside():
        rated(world, "M-1", plan=100)
        roll_up_package(world.package.pk)
        roll_up_package(twin.package.pk)
        assert total(world.nodes[Level.ORGANIZATION], "plan_run_rate") == 100
    with twin.inside():
        assert total(twin.nodes[Level.ORGANIZATION], "plan_run_rate") == 33


def test_the_command_rebuilds_one_organization_or_all(world: World, twin: World) -> None:
    for place in (world, twin):
        with place.inside():
            rated(place, "M-1", plan=100)
    call_command("rebuild_reports", organization="alder", verbosity=0)
    with world.inside():
        assert total(world.nodes[Level.ORGANIZATION], "plan_run_rate") == 100
    with twin.inside():
        assert not NodeCell.objects.exists()
    call_command("rebuild_reports")
    with twin.inside():
        assert total(twin.nodes[Level.ORGANIZATION], "plan_run_rate") == 100


def test_the_command_names_an_unknown_organization(db: None) -> None:
    with pytest.raises(CommandError, match="no organization “nobody”"):
        call_command("rebuild_reports", organization="nobody")
