"""What everything of an organization is computed in, read at once.

Raw SQL, because it is read for every measure that is recomputed: building the query took longer than running it.
Every value is a parameter, the organization always.
"""

import json
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.db import connection

from cat4 import clock
from cat4.tenancy.context import current_organization_id
from hierarchy.constants import DayKind, PeriodState
from hierarchy.thresholds import Thresholds

from ..public_holidays import exchanged_weekends, public_holidays
from ..workdays import WorkCalendar

# Lags and clocks reach a little beyond the months that can be planned.
YEARS_AROUND = 2
_FRAME = """
    SELECT o.currency, o.time_zone, o.fiscal_year_start, s.first_month, s.last_month, s.overrides::text,
           s.holiday_country, s.holiday_subdivision,
           ARRAY(SELECT p.month FROM hierarchy_reportingperiod p
                  WHERE p.organization_id = s.organization_id AND p.state = %(locked)s),
           ARRAY(SELECT d."on" FROM hierarchy_ownday d
                  WHERE d.organization_id = s.organization_id AND d.kind = %(closed)s ORDER BY 1),
           ARRAY(SELECT d."on" FROM hierarchy_ownday d
                  WHERE d.organization_id = s.organization_id AND d.kind = %(worked)s ORDER BY 1)
      FROM hierarchy_organizationsettings s
      JOIN tenancy_organization o ON o.id = s.organization_id
     WHERE s.organization_id = %(organization)s"""


@dataclass(frozen=True, slots=True)
class Frame:
    """The organization's currency, zone, fiscal years and months, with its thresholds and working days.

    `calendar` covers the fiscal calendar and two years around it; beyond, every weekday counts.
    """

    currency: str
    time_zone: str
    fiscal_year_start: int
    first_month: date
    last_month: date
    locked: frozenset[date]
    thresholds: Thresholds
    calendar: WorkCalendar

    @property
    def today(self) -> date:
        """The day it is in the organization."""
        return clock.today(self.time_zone)


def organization_frame() -> Frame:
    """The frame of the current organization, in one query.

    Public holidays, working days and thresholds are kept by the process for the values they were made of.
    """
    values = {
        "organization": str(current_organization_id()),
        "locked": PeriodState.LOCKED.value,
        "closed": DayKind.CLOSED.value,
        "worked": DayKind.WORKED.value,
    }
    with connection.cursor() as cursor:
        cursor.execute(_FRAME, values)
        row: Any = cursor.fetchone()
    currency, zone, start, first, last, overrides, country, subdivision, locked, closed, worked = row
    years = (first.year - YEARS_AROUND, last.year + YEARS_AROUND)
    days = _calendar((country, subdivision), years, tuple(closed), tuple(worked))
    return Frame(currency, zone, start, first, last, frozenset(locked), _thresholds(overrides), days)


@lru_cache(maxsize=256)
def _thresholds(overrides: str) -> Thresholds:
    return Thresholds.from_stored(json.loads(overrides))


@lru_cache(maxsize=256)
def _calendar(
    place: tuple[str, str], years: tuple[int, int], closed: tuple[date, ...], worked: tuple[date, ...]
) -> WorkCalendar:
    exchanged = exchanged_weekends(*place, *years) - set(closed)
    return WorkCalendar.without({*public_holidays(*place, *years), *closed}, {*worked, *exchanged})
