"""How a cockpit writes its amounts and its fiscal year."""

from reporting.figures.units import PageUnit, unit_for
from reporting.figures.years import year_words

from ..selectors.cockpit import Cockpit


def unit_of(page: Cockpit) -> PageUnit:
    """The unit that suits target, plan and forecast: one for the whole page."""
    target = page.target.amount if page.target else None
    return unit_for(page.currency, target, page.sums.everything.plan, page.sums.everything.forecast)


def years_of(page: Cockpit) -> str:
    """The fiscal year: `FY 2026`, or `FY 2027 (Apr 2026 - Mar 2027)`."""
    return year_words(page.fiscal_year, page.fiscal_year_start)
