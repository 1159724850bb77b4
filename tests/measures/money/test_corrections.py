"""What comes late for a locked month is booked in the open one and points back (domain section 12)."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from cat4.errors import Conflict, Invalid, NotAllowed
from hierarchy.models import ReportingPeriod, RoleGrant
from measures.core.pages.overview import monthly_chart
from measures.core.selectors.overview import year_by_month
from measures.models import Correction, EffectLine, EffectMonth, Measure, MeasureTotals
from measures.money.actions.actuals import report_actuals
from measures.money.actions.corrections import enter_correction, return_correction, validate_correction
from measures.money.policies import may_validate_entry
from measures.money.selectors.grid import ActualState, Rights, grids
from measures.money.selectors.result import money_of
from measures.status.actions.recompute import recompute_measure
from tests.measures.steps import AUG, SEP, line_for, month_of, refused
from tests.world import World, lock_months

D = Decimal
JUL = date(2026, 7, 1)
Late = tuple[World, Measure, EffectLine]


@pytest.fixture
def late(world: World) -> Iterator[Late]:
    """July and August were planned with 100 and validated with 90, and are locked."""
    with world.inside():
        measure = world.measure(doi=3)
        line = line_for(world, measure)
        signed = {"reported_by": world.people["owner"], "validated_by": world.people["controller"]}
        for month in (JUL, AUG):
            month_of(line, month, plan=D(100), reported=D(90), validated=D(90), **signed)
        month_of(line, SEP, plan=D(100), forecast=D(100))
        lock_months(JUL, AUG)
        yield world, measure, line


def correct(late: Late, persona: str = "owner", **changes: Any) -> Correction:
    world, measure, line = late
    facts: dict[str, Any] = {"line_id": line.pk, "corrects": JUL, "amount": D(-30), "reason": "Credit note", **changes}
    return enter_correction(world.actor(persona), measure.pk, **facts)


def sums(measure: Measure) -> tuple[Decimal, Decimal, Decimal, Decimal, dict[str, str]]:
    recompute_measure(measure.pk)
    found = MeasureTotals.objects.get(measure=measure)
    return (
        found.validated_in_year, found.reported_in_year, found.validated_run_rate, found.forecast_run_rate,
        found.leakage,
    )  # fmt: skip


def test_the_same_correction_is_not_booked_twice_while_it_waits(late: Late) -> None:
    first = correct(late)
    with refused(Conflict, "The same correction waits for its controller already."):
        correct(late)
    assert correct(late, reason="Second credit note").pk != first.pk
    return_correction(late[0].actor("controller"), first.pk, reason="Wrong month.")
    assert correct(late).pk != first.pk


def test_a_correction_counts_in_the_open_month_and_leaves_the_locked_one_alone(late: Late) -> None:
    world, measure, _ = late
    before = list(EffectMonth.objects.order_by("pk").values())
    assert sums(measure) == (180, 0, 1080, 1200, {"magnitude": "20.00"})
    correction = correct(late)
    assert (correction.month, correction.corrects) == (SEP, JUL)
    assert sums(measure) == (180, -30, 1080, 1200, {"magnitude": "20.00"})
    validate_correction(world.actor("controller"), correction.pk)
    assert sums(measure) == (150, 0, 1080, 1200, {"magnitude": "20.00"})
    assert list(EffectMonth.objects.order_by("pk").values()) == before


def test_a_correction_is_in_the_grid_the_line_and_the_chart_as_in_the_forecast_at_completion(late: Late) -> None:
    world, measure, line = late
    correct(late)
    completion = D(180) - 30 + 100
    recompute_measure(measure.pk)
    assert MeasureTotals.objects.get(measure=measure).fac_in_year == completion
    (grid,) = grids(measure, 2026, Rights(frozenset({world.people["owner"].pk})))
    assert grid.corrections is not None
    cells = {cell.month: (cell.amount, cell.state) for cell in grid.corrections.cells if cell.amount}
    assert cells == {SEP: (D(-30), ActualState.SUBMITTED)}
    assert {cell.month: cell.amount for cell in grid.expected.cells if cell.amount} == {JUL: 90, AUG: 90, SEP: 70}
    assert (grid.expected.total, grid.against_plan.total) == (completion, completion - 300)
    assert [(amounts.line, amounts.expected) for amounts in money_of(measure).lines] == [(line, completion)]
    # The month that books it still brings its own forecast: it isn't over because something came late.
    chart = monthly_chart(year_by_month(measure)).chart
    assert chart is not None
    assert "at completion 0, 0." in chart.sentence
    september = year_by_month(measure).sums[SEP]
    assert (september.forecast, september.reported, september.unconfirmed) == (70, -30, 100)


def test_once_its_month_is_locked_it_is_in_the_run_rate_and_the_leakage_of_that_month(late: Late) -> None:
    world, measure, line = late
    validate_correction(world.actor("controller"), correct(late).pk)
    signed = {"reported_by": world.people["owner"], "validated_by": world.people["controller"]}
    EffectMonth.objects.filter(line=line, month=SEP).update(reported=D(90), validated=D(90), **signed)
    lock_months(SEP)
    validated, reported, run_rate, forecast, leakage = sums(measure)
    assert (validated, reported, run_rate, leakage) == (240, 0, 960, {"magnitude": "60.00"})
    assert forecast == 1080


def test_a_refusal_over_a_locked_month_names_the_way_out_that_is_open(late: Late) -> None:
    world, measure, line = late
    with pytest.raises(Invalid) as refusal:
        report_actuals(world.actor("owner"), measure.pk, line_id=line.pk, months={JUL: D(80)})
    assert refusal.value.errors == {"months": ["Jul 2026 is locked. Enter the difference as a correction in Sep 2026."]}
    entry = EffectMonth(measure=measure, line=line, month=JUL, reported_by=world.people["controller"])
    refused_because = may_validate_entry(world.actor("controller"), measure, entry).reason
    assert refused_because.endswith("It is locked: a portfolio manager names another controller, who validates it.")


def test_nobody_validates_an_own_correction_and_only_the_controller_does(late: Late) -> None:
    world, measure, _ = late
    RoleGrant.objects.create(user=world.people["pmo"], node=world.package, role="controller")
    Measure.objects.filter(pk=measure.pk).update(controller=world.people["pmo"])
    own = correct(late, "pmo")
    with refused(NotAllowed, "You entered this correction. Return it, and somebody else enters it."):
        validate_correction(world.actor("pmo"), own.pk)
    for persona in ("owner", "sponsor", "controller", "chair", "admin"):
        with refused(NotAllowed):
            validate_correction(world.actor(persona), own.pk)


def test_a_returned_correction_counts_no_more_and_is_answered_once(late: Late) -> None:
    world, measure, _ = late
    correction = correct(late)
    with refused(Invalid, "This is needed."):
        return_correction(world.actor("controller"), correction.pk, reason=" ")
    return_correction(world.actor("controller"), correction.pk, reason="Wrong account")
    assert sums(measure)[:2] == (180, 0)
    for act in (validate_correction, lambda actor, pk: return_correction(actor, pk, reason="Again")):
        with refused(Conflict, "This correction was returned already."):
            act(world.actor("controller"), correction.pk)


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"corrects": SEP}, "corrects", "Sep 2026 is not locked. Report it as an actual."),
        ({"month": AUG}, "month", "Choose an open month: Sep 2026, Oct 2026."),
        ({"amount": D(0)}, "amount", "A correction of 0 changes nothing."),
        ({"amount": D("0.001")}, "amount", "At most two decimals."),
        ({"reason": " "}, "reason", "This is needed."),
    ],
)
def test_what_is_no_correction_is_refused_by_field(
    late: Late, changes: dict[str, Any], field: str, sentence: str
) -> None:
    with pytest.raises(Invalid) as caught:
        correct(late, **changes)
    assert caught.value.errors == {field: [sentence]}
    assert not Correction.objects.exists()


@pytest.mark.parametrize("persona", ["sponsor", "controller", "chair", "reader", "admin"])
def test_only_the_owner_or_a_portfolio_manager_enters_one(late: Late, persona: str) -> None:
    with refused(NotAllowed):
        correct(late, persona)
    assert not Correction.objects.exists()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE measures_correction SET amount = 1",
        "UPDATE measures_correction SET month = '2026-10-01'",
        "UPDATE measures_correction SET validated_at = now(), validated_by_id = '{owner}'",
        "UPDATE measures_correction SET validated_at = now(), validated_by_id = '{sponsor}'",
        "DELETE FROM measures_correction",
        "INSERT INTO measures_correction (id, organization_id, measure_id, line_id, corrects, month, amount, reason,"
        " entered_by_id, entered_at, return_reason) SELECT gen_random_uuid(), organization_id, measure_id, line_id,"
        " corrects, '2026-08-01', 5, 'x', entered_by_id, now(), '' FROM measures_correction",
    ],
)
def test_the_database_keeps_a_correction_as_it_was_entered(late: Late, statement: str) -> None:
    world, _, _ = late
    correct(late)
    before = list(Correction.objects.values())
    people = {name: person.pk for name, person in world.people.items()}
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(**people))
    assert list(Correction.objects.values()) == before
    assert ReportingPeriod.objects.filter(state="locked").count() == 2
