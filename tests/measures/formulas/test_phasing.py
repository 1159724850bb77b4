"""Domain 6.1 with its example."""

from datetime import date
from decimal import Decimal

from measures.formulas.money import exit_run_rate, planned_run_rate
from measures.formulas.phasing import carried, moved, phase, sum_between
from tests.measures.formulas.make import LAST, month

D = Decimal

EXAMPLE = phase(D("1200"), month(4), None, 3, LAST)


def test_the_example_of_the_domain_guide() -> None:
    assert [EXAMPLE[month(number)] for number in range(4, 9)] == [D("33.33"), D("66.67"), D(100), D(100), D(100)]
    in_year = sum_between(EXAMPLE, month(1), month(12))
    next_year = sum_between(EXAMPLE, month(1, 2027), month(12, 2027))
    assert (in_year, next_year, next_year - in_year) == (D(800), D(1200), D(400))


def test_nothing_comes_before_the_start_or_after_the_end() -> None:
    months = phase(D("1200"), month(4), month(6), 0, LAST)
    assert months == {month(4): D(100), month(5): D(100), month(6): D(100)}


def test_an_open_effect_runs_to_the_end_of_the_calendar() -> None:
    assert max(EXAMPLE) == LAST
    assert max(phase(D("1200"), month(4), date(2035, 1, 1), 0, LAST)) == LAST


def test_ramps_of_none_and_of_one_month_are_at_once() -> None:
    assert phase(D("1200"), month(4), month(6), 0, LAST) == phase(D("1200"), month(4), month(6), 1, LAST)


def test_an_end_before_the_start_brings_nothing() -> None:
    assert phase(D("1200"), month(4), month(3), 0, LAST) == {}


def test_the_fiscal_year_may_start_in_july() -> None:
    assert sum_between(EXAMPLE, month(7), month(6, 2027)) == D(1200)
    assert sum_between(EXAMPLE, month(7, 2025), month(6)) == D(200)


def test_costs_are_phased_like_gains() -> None:
    costs = phase(D("-1200"), month(4), None, 3, LAST)
    assert costs == {when: -amount for when, amount in EXAMPLE.items()}


def test_the_example_slipped_by_two_months_loses_200_in_the_year_and_no_run_rate() -> None:
    late = moved(EXAMPLE, 2, LAST)
    assert sum_between(late, month(1), month(12)) == D(600)
    assert late[month(6)] == D("33.33")
    assert planned_run_rate(late) == planned_run_rate(EXAMPLE) == D(1200)
    assert exit_run_rate(late, month(12)) == exit_run_rate(EXAMPLE, month(12)) == D(1200)
    assert max(late) == LAST


def test_what_begins_with_a_date_comes_with_it_and_the_level_before_goes_on() -> None:
    series = {month(1): D(10), month(2): D(10), month(3): D(40), month(4): D(50)}
    assert carried(series, month(3), 2, LAST) == {
        month(1): D(10), month(2): D(10), month(3): D(10), month(4): D(10), month(5): D(40), month(6): D(50),
    }  # fmt: skip
    assert carried(series, month(3), -1, LAST) == {month(1): D(10), month(2): D(40), month(3): D(50)}
    assert carried(series, month(3), 2, month(5)) == {
        month(1): D(10), month(2): D(10), month(3): D(10), month(4): D(10), month(5): D(40),
    }  # fmt: skip
