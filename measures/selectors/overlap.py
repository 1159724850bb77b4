"""What the lines of different measures book on the same accounts, and against which baselines (domain section 11)."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q

from cat4.tenancy.context import current_organization_id
from hierarchy.fiscal import fiscal_year
from hierarchy.selectors.rates import plan_rates
from hierarchy.selectors.settings import organization

from ..constants import EBITDA_KINDS, Certainty, Lifecycle, OverlapResolution
from ..formulas.overlap import Claim, Ground
from ..models import Baseline, EffectLine, EffectMonth, Finding, Measure

OVERLAP = "overlap"
_LINE = {
    "measure": "line__measure_id",
    "code": "line__measure__code",
    "doi": "line__measure__doi",
    "line": "line_id",
    "name": "line__name",
    "entity": "line__legal_entity_id",
    "account": "line__account_id",
    "entity_name": "line__legal_entity__name",
    "account_code": "line__account__code",
    "account_label": "line__account__name",
    "supplier": "line__supplier",
    "cost_centre": "line__cost_centre",
    "product": "line__product",
    "currency": "line__currency",
}


def claims_beside(measure: Measure) -> list[Claim]:
    """The hard EBITDA lines of all measures that book where a line of `measure` does, its own included.

    Two queries, a third where a currency is foreign. Cancelled measures claim nothing.
    """
    own = EffectLine.objects.filter(_claiming(""), organization_id=current_organization_id(), measure=measure)
    places = set(own.values_list("legal_entity_id", "account_id"))
    if not places or measure.lifecycle == Lifecycle.CANCELLED:
        return []
    return _claims(places)


def _claiming(prefix: str) -> Q:
    """Only what counts toward a target can count twice."""
    facts = {"kind__in": EBITDA_KINDS, "certainty": Certainty.HARD, "account__isnull": False}
    return Q(**{f"{prefix}{name}": value for name, value in facts.items()})


def _claims(places: Iterable[tuple[UUID, UUID | None]]) -> list[Claim]:
    where = Q()
    for entity, account in places:
        where |= Q(line__legal_entity=entity, line__account=account)
    planned = EffectMonth.objects.filter(
        _claiming("line__"), where, organization_id=current_organization_id(), plan__isnull=False
    )
    planned = planned.exclude(plan=0).exclude(line__measure__lifecycle=Lifecycle.CANCELLED)
    rows = planned.order_by("line_id").values_list(*_LINE.values())
    grouped = rows.annotate(in_months=ArrayAgg("month"), amounts=ArrayAgg("plan"))
    found = [(dict(zip(_LINE, facts, strict=True)), months, amounts) for *facts, months, amounts in grouped]
    home = organization()
    years = {fiscal_year(month, home.fiscal_year_start) for _, months, _ in found for month in months}
    rates = plan_rates({facts["currency"] for facts, _, _ in found}, years)
    return [_claim(facts, months, amounts, rates, home.fiscal_year_start) for facts, months, amounts in found]


def _claim(
    facts: dict[str, Any],
    months: list[date],
    amounts: list[Decimal],
    rates: dict[tuple[str, int], Decimal],
    first_month: int,
) -> Claim:
    """Without a plan rate the line has no money to compare, as in every sum; its place and months are known."""
    years: dict[int, Decimal] = defaultdict(Decimal)
    currency = facts.pop("currency")
    for month, amount in zip(months, amounts, strict=True):
        year = fiscal_year(month, first_month)
        years[year] += amount * rates.get((currency, year), Decimal(0))
    account_name = f"{facts.pop('account_code')} {facts.pop('account_label')}"
    return Claim(**facts, account_name=account_name, months=frozenset(months), years=dict(years))


def grounds_of(measure_ids: Collection[UUID], year: int) -> dict[UUID, Ground]:
    """The approved baseline of each measure, else its newest proposal, at the plan rate of `year`."""
    rows = Baseline.objects.filter(
        organization_id=current_organization_id(), measure__in=measure_ids, amount__isnull=False
    ).order_by("number")
    chosen: dict[UUID, Baseline] = {}
    for row in rows:
        known = chosen.get(row.measure_id)
        if known is None or row.approved_at or not known.approved_at:
            chosen[row.measure_id] = row
    rates = plan_rates({row.currency for row in chosen.values()}, {year})
    follows = _following(measure_ids)
    return {
        measure_id: Ground(
            measure_id,
            (row.amount or Decimal(0)) * rates.get((row.currency, year), Decimal(0)),
            row.period,
            row.source,
            follows.get(measure_id),
        )
        for measure_id, row in chosen.items()
    }


def _following(measure_ids: Collection[UUID]) -> dict[UUID, UUID | None]:
    """The measures that start where another one ends, as resolved."""
    return dict(_resolved(measure_ids, OverlapResolution.SEQUENTIAL).values_list("measure_id", "other_measure_id"))


def merged_lines(measure_ids: Collection[UUID]) -> frozenset[UUID]:
    """The lines whose value another measure carries, as resolved."""
    lines = _resolved(measure_ids, OverlapResolution.MERGE).values_list("line_id", flat=True)
    return frozenset(line for line in lines if line)


def _resolved(measure_ids: Collection[UUID], resolution: OverlapResolution) -> Any:
    return Finding.objects.filter(
        organization_id=current_organization_id(),
        measure__in=measure_ids,
        code=OVERLAP,
        resolution=resolution,
        closed_at__isnull=True,
    )
