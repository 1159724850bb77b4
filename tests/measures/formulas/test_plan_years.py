"""Plans beside each other per fiscal year: the same exit run-rate as the measure's sums (domain 6.2)."""

from decimal import Decimal

from measures.formulas.plan_versions import plan_years
from measures.formulas.totals import totals_of
from tests.measures.formulas.make import measure, month, organization, phased

D = Decimal


def test_a_plan_leaves_its_year_with_the_run_rate_of_the_measure() -> None:
    # 1,000 a year are 83.33 and 83.34 by turns: twelve times one of them is not the annual effect.
    line = phased("1000", start=month(3), ramp=0)
    years = plan_years(organization(), [(line, line.plan)])
    assert years[2026].run_rate == totals_of(measure(line)).plan_exit_run_rate
    assert [years[year].run_rate for year in (2026, 2027)] == [D("1000.00"), D("1000.00")]
