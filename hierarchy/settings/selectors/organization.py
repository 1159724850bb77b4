"""What a change of the organization itself would move."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hierarchy.calendar.selectors.periods import locked_months
from hierarchy.constants import RateKind
from hierarchy.models import ExchangeRate, LegalEntity, Target


@dataclass(frozen=True, slots=True)
class OrganizationEffects:
    """`changes` is field to [old, new]; the counts are of what the change touches, 0 where it doesn't.

    `rates`: withdrawn with the currency, or with the fiscal year left at a month that begins none.
    `currencies`: of legal entities, that need a plan rate into the new reporting currency.
    """

    changes: Mapping[str, list[Any]]
    targets: int = 0
    rates: int = 0
    currencies: tuple[str, ...] = ()
    locked: int = 0


def organization_effects(changes: Mapping[str, list[Any]]) -> OrganizationEffects:
    """What the changes, field to [old, new], touch."""
    moves_money, moves_years = "currency" in changes, "fiscal_year_start" in changes
    if not moves_money and not moves_years:
        return OrganizationEffects(changes)
    rates = ExchangeRate.objects.all()
    if not moves_money:
        rates = rates.filter(kind=RateKind.PLAN).exclude(month__month=changes["fiscal_year_start"][1])
    entities = LegalEntity.objects.filter(retired_at__isnull=True)
    others = entities.exclude(currency=changes["currency"][1]) if moves_money else entities.none()
    return OrganizationEffects(
        changes=changes,
        targets=Target.objects.count(),
        rates=rates.count(),
        currencies=tuple(sorted(set(others.values_list("currency", flat=True)))),
        locked=len(locked_months()),
    )
