"""Plans beside each other per fiscal year: the same exit run-rate as the measure's sums (domain 6.2)."""

from decimal import Decimal

from measures.formulas.phasing import phase
from measures.formulas.plan_versions import plan_years
from measures.formulas.totals import totals_of
from tests.measures.formulas.make import line, measure, month, organization, phased

D = Decimal


def test_a_plan_leaves_its_year_with_the_run_rate_of_the_measure() -> None:
    # 1,000 a year are 83.33 and 83.34 by turns: twelve times one of them is not the annual effect.
    known = phased("1000", start=month(3), ramp=0)
    years = plan_years(organization(), [(known, known.plan)])
    assert years[2026].run_rate == totals_of(measure(known)).plan_exit_run_rate
    assert [years[year].run_rate for year in (2026, 2027)] == [D("1000.00"), D("1000.00")]


def test_the_last_year_of_the_calendar_carries_nothing_over() -> None:
    end = month(12, 2027)
    known = line(phase(D(1200), month(3), None, 0, end))
    years = plan_years(organization(last_month=end), [(known, known.plan)])
    assert [years[year].carry_over for year in (2026, 2027)] == [D(200), D(0)]
    last = totals_of(measure(known, organization=organization(today=month(10, 2027), last_month=end)))
    assert (last.plan_in_year, last.plan_carry_over, last.carry_over) == (D(1200), D(0), D(0))
