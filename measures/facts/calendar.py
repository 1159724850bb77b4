"""The organization's calendar as measures need it: which months can be planned, which are locked, what day it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from cat4 import clock
from cat4.fiscal import add_months, first_of_month, month_range
from cat4.wording import day_name, month_name
from hierarchy.calendar.selectors.periods import period_states
from hierarchy.constants import PeriodState
from hierarchy.organization.selectors import organization_settings
from hierarchy.thresholds import Thresholds


@dataclass(frozen=True, slots=True)
class Calendar:
    """The fiscal calendar, today in the organization's time zone, locked months, and thresholds."""

    today: date
    first_month: date
    last_month: date
    fiscal_year_start: int
    currency: str
    locked: frozenset[date]
    submitted: frozenset[date]
    validated: frozenset[date]
    thresholds: Thresholds

    def contains(self, month: date) -> bool:
        return self.first_month <= month <= self.last_month

    @property
    def current_month(self) -> date:
        return first_of_month(self.today)

    def begun_months(self, after: date) -> list[date]:
        """The months after `after` that have begun, inside the fiscal calendar."""
        return list(month_range(add_months(after, 1), min(self.current_month, self.last_month)))

    def has_ended(self, month: date) -> bool:
        """Whether the month is over where the organization is: only then it takes actuals (domain section 12)."""
        return add_months(month, 1) <= self.today

    def why_no_actuals(self, month: date) -> str:
        """The sentence that says from which day on the month takes actuals; empty once it does."""
        if self.has_ended(month):
            return ""
        return f"{month_name(month)} isn't over. It takes actuals from {day_name(add_months(month, 1))} on."


def calendar() -> Calendar:
    """Read it once per action."""
    settings = organization_settings()
    organization, states = settings.organization, period_states()
    return Calendar(
        today=clock.today(organization.time_zone),
        first_month=settings.first_month,
        last_month=settings.last_month,
        fiscal_year_start=organization.fiscal_year_start,
        currency=organization.currency,
        locked=_in_state(states, PeriodState.LOCKED),
        submitted=_in_state(states, PeriodState.SUBMITTED),
        validated=_in_state(states, PeriodState.VALIDATED),
        thresholds=settings.thresholds,
    )


def _in_state(states: Mapping[date, str], state: PeriodState) -> frozenset[date]:
    return frozenset(month for month, reached in states.items() if reached == state)
