"""Whose numbers are unconfirmed: the year's money by business unit, legal entity and owner, and how forecasts held.

One GROUP BY over the sums that are kept of each measure, and one over its looked-back months.
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import Count, F, QuerySet, Sum

from cat4 import clock
from cat4.accounts.actor import Actor
from cat4.fiscal import add_months, first_of_month
from hierarchy.organization.selectors import organization_settings
from measures.core.selectors.measures import visible_measures
from measures.facts.freshness import RUNNING, stale_today
from measures.formulas.honesty import Honesty, honesty_of
from measures.formulas.money import Fac
from measures.models import ForecastCheck, Measure
from reporting.constants import FIRST_VALUED_DOI

ZERO = Decimal(0)
HONESTY_MONTHS = 12
SHOWN = 100
_PARTS = ("validated", "reported", "forecast", "assumed", "stale")


class By(StrEnum):
    """What the ranking ranks; the value is the measure's field."""

    UNIT = "business_unit"
    ENTITY = "legal_entity"
    OWNER = "owner"


@dataclass(frozen=True, slots=True)
class Freshness:
    """The year's expected money of some measures, as roll-ups count it, and how much of it nobody stands behind now.

    `stale` counts those whose forecast was confirmed too long ago. `honesty` is None while no month can be looked
    back at.
    """

    id: UUID | None
    name: str
    measures: int
    stale: int
    fac: Fac
    stated: Decimal = ZERO
    validated: Decimal = ZERO

    @property
    def unconfirmed(self) -> Decimal | None:
        """The share that rests on a stale forecast, or on none (domain 14)."""
        return self.fac.unconfirmed

    @property
    def unconfirmed_amount(self) -> Decimal:
        return self.fac.stale + self.fac.assumed

    @property
    def honesty(self) -> Honesty | None:
        return honesty_of(self.stated, self.validated)

    @property
    def forecast_after_haircut(self) -> Decimal:
        """The open forecast with the suggested haircut taken off; a suggestion that changes nothing."""
        honesty = self.honesty
        forecast = self.fac.forecast
        return forecast * (1 - honesty.haircut) if honesty and forecast > 0 else forecast


@dataclass(frozen=True, slots=True)
class Ranking:
    """Everything together, and its groups: the most unconfirmed money first."""

    by: By
    whole: Freshness
    groups: list[Freshness] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class StaleMeasure:
    """A measure whose forecast waits to be confirmed."""

    id: UUID
    code: str
    name: str
    owner: str
    confirmed_at: datetime | None
    amount: Decimal
    is_stale: bool


def unconfirmed(actor: Actor, *, by: str = By.UNIT) -> Ranking:
    """What the actor sees, ranked."""
    by = By(by)
    checks = _checks(actor, by)
    rows = _valued(actor).values(by.value, f"{by.value}__name").annotate(**_sums())
    groups = [_freshness(row, row[by.value], row[f"{by.value}__name"], checks) for row in rows.order_by()]
    groups.sort(key=lambda group: (-abs(group.unconfirmed_amount), -group.stale, group.name))
    return Ranking(by, _together(groups), groups)


def waiting_measures(actor: Actor, *, by: str, of: UUID | None) -> list[StaleMeasure]:
    """The measures of a group, the longest unconfirmed first; of everything without a group."""
    measures = _running(actor).filter(**{by: of}) if of else _running(actor)
    rows = measures.annotate(is_stale=stale_today()).order_by(
        F("is_stale").desc(), F("forecast_confirmed_at").asc(nulls_first=True), "code"
    )
    found = rows.values_list(
        "id", "code", "name", "owner__name", "forecast_confirmed_at", "totals__forecast_in_year",
        "totals__assumed_in_year", "is_stale",
    )  # fmt: skip
    return [
        StaleMeasure(pk, code, name, owner or "", at, (forecast or ZERO) + (assumed or ZERO), is_stale)
        for pk, code, name, owner, at, forecast, assumed, is_stale in found[:SHOWN]
    ]


def _valued(actor: Actor) -> QuerySet[Measure]:
    """Those that bring money into totals: what is ranked adds up to what a cockpit shows."""
    return visible_measures(actor).filter(governable=True, doi__gte=FIRST_VALUED_DOI)


def _running(actor: Actor) -> QuerySet[Measure]:
    """Those whose forecast somebody has to confirm."""
    return visible_measures(actor).filter(RUNNING, governable=True)


def _sums() -> dict[str, Any]:
    return {
        "measures": Count("id"),
        "stale_measures": Count("id", filter=stale_today()),
        **{part: Sum(f"totals__{part}_in_year") for part in _PARTS},
    }


def _freshness(row: dict[str, Any], pk: UUID | None, name: str | None, checks: dict[UUID | None, Any]) -> Freshness:
    stated, validated = checks.get(pk, (ZERO, ZERO))
    return Freshness(
        id=pk,
        name=name or "Nobody",
        measures=row["measures"],
        stale=row["stale_measures"],
        fac=Fac(**{part: row[part] or ZERO for part in _PARTS}),
        stated=stated,
        validated=validated,
    )


def _together(groups: list[Freshness]) -> Freshness:
    return Freshness(
        id=None,
        name="",
        measures=sum(group.measures for group in groups),
        stale=sum(group.stale for group in groups),
        fac=Fac(**{part: sum((getattr(group.fac, part) for group in groups), ZERO) for part in _PARTS}),
        stated=sum((group.stated for group in groups), ZERO),
        validated=sum((group.validated for group in groups), ZERO),
    )


def _checks(actor: Actor, by: By) -> dict[UUID | None, tuple[Decimal, Decimal]]:
    """Stated and validated of the last twelve months by group, of the measures that the actor sees."""
    today = clock.today(organization_settings().organization.time_zone)
    first = add_months(first_of_month(today), -HONESTY_MONTHS)
    checks = ForecastCheck.objects.filter(organization_id=actor.organization_id, month__gte=first)
    if not actor.is_admin:
        checks = checks.filter(measure__in=visible_measures(actor))
    rows = checks.order_by().values_list(by.value).annotate(Sum("stated"), Sum("validated"))
    return {pk: (stated, validated) for pk, stated, validated in rows}
