"""Domain 6.3 and 8: a forecast was stated for the dates of its day, and comes later when its milestone does."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from cat4.fiscal import add_months, month_range
from measures.formulas.facts import LineFacts
from measures.formulas.money import Expected, Source, expected_months, forecast_run_rate
from tests.measures.formulas.make import LAST, TODAY, line, measure, milestone, month, with_months

D = Decimal
STATED = date(2026, 11, 20)
START = milestone("Line running", STATED, STATED, is_effect_start=True)
NEXT = month(1, 2027)


def forecast(amount: str = "90", before: str = "0") -> LineFacts:
    """Forecast `before` until October and `amount` from November on, for a start in November."""
    months = month_range(month(9), LAST)
    amounts = {when: {"forecast": D(before) if when < month(11) else D(amount)} for when in months}
    planned = line({when: D(100) for when in month_range(month(11), LAST)}, forecast_stands_on=STATED)
    return with_months(planned, amounts)


def expected(known: LineFacts, **start: Any) -> dict[date, Expected]:
    return expected_months(measure(known, milestones=(replace(START, **start),)), known)


def test_a_forecast_stands_while_its_milestone_does() -> None:
    assert expected(forecast())[month(11)] == Expected(D(90), Source.FORECAST)
    assert expected(forecast(), forecast_on=date(2026, 11, 30))[month(11)] == Expected(D(90), Source.FORECAST)


def test_a_forecast_comes_as_many_months_later_as_its_milestone_and_is_assumed_then() -> None:
    found = expected(forecast(), forecast_on=date(2027, 1, 4))
    assert [found[when] for when in month_range(month(10), NEXT)] == [
        Expected(D(0), Source.FORECAST),
        Expected(D(0), Source.ASSUMED),
        Expected(D(0), Source.ASSUMED),
        Expected(D(90), Source.ASSUMED),
    ]
    assert max(found) == LAST


def test_predecessors_that_push_the_milestone_move_the_forecast_too() -> None:
    assert expected(forecast(), computed_on=date(2026, 12, 1))[month(11)] == Expected(D(0), Source.ASSUMED)


def test_until_it_comes_the_level_before_goes_on() -> None:
    found = expected(forecast(before="40"), forecast_on=date(2027, 1, 4))
    assert [found[when].amount for when in month_range(month(10), NEXT)] == [D(40), D(40), D(40), D(90)]


def test_a_late_start_moves_the_forecast_and_leaves_its_run_rate() -> None:
    known = forecast()
    facts = measure(known, milestones=(replace(START, forecast_on=date(2027, 1, 4)),))
    assert forecast_run_rate(facts, known) == D(1080)


def test_what_was_booked_stays_where_it_was_booked() -> None:
    known = with_months(forecast(), {month(11): {"reported": D(85)}})
    found = expected(known, forecast_on=date(2027, 1, 4))
    assert found[month(11)] == Expected(D(85), Source.REPORTED)
    assert found[month(12)] == Expected(D(0), Source.ASSUMED)


def test_an_early_milestone_moves_no_money_by_itself() -> None:
    assert expected(forecast(), actual_on=date(2026, 10, 2))[month(10)] == Expected(D(0), Source.FORECAST)


def test_a_forecast_that_nobody_tied_to_a_date_stays() -> None:
    known = replace(forecast(), forecast_stands_on=None)
    assert expected(known, forecast_on=date(2027, 1, 4))[month(11)] == Expected(D(90), Source.FORECAST)


def test_an_overdue_milestone_moves_the_forecast_month_by_month() -> None:
    known = replace(forecast(), forecast_stands_on=date(2026, 8, 3))
    found = expected(known, forecast_on=date(2026, 8, 3))
    assert found[add_months(month(11), 2)] == Expected(D(90), Source.ASSUMED)
    assert found[month(11)] == Expected(D(0), Source.ASSUMED)
    assert TODAY.month - 8 == 2


def test_no_month_beyond_the_calendar_is_expected_however_late_it_comes() -> None:
    found = expected(forecast(before="40"), forecast_on=date(2040, 1, 4))
    assert max(found) == LAST
    assert found[LAST] == Expected(D(40), Source.ASSUMED)
