"""The organization's calendar as measures need it: which months can be planned, which are locked, what day it is."""

from dataclasses import dataclass
from datetime import date

from cat4 import clock
from hierarchy.selectors.periods import locked_months
from hierarchy.selectors.settings import organization_settings
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
    thresholds: Thresholds

    def contains(self, month: date) -> bool:
        return self.first_month <= month <= self.last_month

    @property
    def current_month(self) -> date:
        return self.today.replace(day=1)

    def has_begun(self, month: date) -> bool:
        return month <= self.current_month


def calendar() -> Calendar:
    """Read it once per action."""
    settings = organization_settings()
    organization = settings.organization
    return Calendar(
        today=clock.today(organization.time_zone),
        first_month=settings.first_month,
        last_month=settings.last_month,
        fiscal_year_start=organization.fiscal_year_start,
        currency=organization.currency,
        locked=frozenset(locked_months()),
        thresholds=settings.thresholds,
    )
