"""What the lines of different measures book on the same accounts, and against which baselines (domain section 11)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q

from cat4.fiscal import fiscal_year
from cat4.tenancy.context import current_organization_id
from hierarchy.organization.selectors import organization
from hierarchy.rates.selectors.rates import PlanRates, plan_rates
from measures.constants import EBITDA_KINDS, Certainty, Lifecycle, OverlapResolution
from measures.formulas.overlap import Claim, Ground
from measures.models import Baseline, EffectLine, EffectMonth, Finding, Measure, TakenMonth

OVERLAP = "overlap"
# Only what counts toward a target can count twice.
_CLAIMING = Q(kind__in=EBITDA_KINDS, certainty=Certainty.HARD, account__isnull=False)
_LINE = {
    "measure": "measure_id",
    "code": "measure__code",
    "doi": "measure__doi",
    "line": "id",
    "name": "name",
    "entity": "legal_entity_id",
    "account": "account_id",
    "entity_name": "legal_entity__name",
    "account_code": "account__code",
    "account_label": "account__name",
    "supplier": "supplier",
    "cost_centre": "cost_centre",
    "product": "product",
    "currency": "currency",
}


def claims_beside(measure: Measure) -> list[Claim]:
    """The hard EBITDA lines of all measures that book where a line of `measure` does, its own included.

    Three queries, a fourth where a currency is foreign. Cancelled measures claim nothing.
    """
    own = EffectLine.objects.filter(_CLAIMING, organization_id=current_organization_id(), measure=measure)
    places = set(own.values_list("legal_entity_id", "account_id"))
    if not places or measure.lifecycle == Lifecycle.CANCELLED:
        return []
    return _claims(places)


def _claims(places: Iterable[tuple[UUID, UUID | None]]) -> list[Claim]:
    where = Q()
    for entity, account in places:
        where |= Q(legal_entity=entity, account=account)
    lines = EffectLine.objects.filter(_CLAIMING, where, organization_id=current_organization_id())
    lines = lines.exclude(measure__lifecycle=Lifecycle.CANCELLED).order_by("id")
    facts_of_lines = [dict(zip(_LINE, facts, strict=True)) for facts in lines.values_list(*_LINE.values())]
    plans = _plans(facts_of_lines)
    found = [(facts, *plans[facts["line"]]) for facts in facts_of_lines if facts["line"] in plans]
    home = organization()
    years = {fiscal_year(month, home.fiscal_year_start) for _, months, _ in found for month in months}
    rates = plan_rates({facts["currency"] for facts, _, _ in found}, years)
    taken = _taken([facts["line"] for facts, _, _ in found])
    return [
        _claim(
            facts, dict(zip(months, amounts, strict=True)), taken.get(facts["line"], {}), rates, home.fiscal_year_start
        )
        for facts, months, amounts in found
    ]


def _taken(lines: list[UUID]) -> dict[UUID, dict[date, Decimal]]:
    """What resolved overlaps take out of the plans of lines: they claim that much less of the account."""
    found: dict[UUID, dict[date, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    rows = TakenMonth.objects.filter(organization_id=current_organization_id(), line__in=lines)
    for line, month, plan in rows.values_list("line_id", "month", "plan"):
        found[line][month] += plan
    return found


def _plans(lines: list[dict[str, Any]]) -> dict[UUID, tuple[list[date], list[Decimal]]]:
    """Months and amounts of lines that plan any.

    A query of its own over their ids: joined with what the lines are chosen by, months are read from one end to the
    other wherever PostgreSQL has no statistics yet, as after an import.
    """
    months = EffectMonth.objects.filter(
        organization_id=current_organization_id(),
        measure__in={facts["measure"] for facts in lines},
        line__in=[facts["line"] for facts in lines],
        plan__isnull=False,
    ).exclude(plan=0)
    grouped = months.order_by("line_id").values_list("line_id")
    rows = grouped.annotate(in_months=ArrayAgg("month"), amounts=ArrayAgg("plan"))
    return {line: (in_months, amounts) for line, in_months, amounts in rows}


def _claim(
    facts: dict[str, Any],
    plan: Mapping[date, Decimal],
    taken: Mapping[date, Decimal],
    rates: PlanRates,
    first_month: int,
) -> Claim:
    """Without a plan rate the line has no money to compare, as in every sum; its place and months are known."""
    years: dict[int, Decimal] = defaultdict(Decimal)
    by_month: dict[date, Decimal] = {}
    currency = facts.pop("currency")
    for month, amount in plan.items():
        year = fiscal_year(month, first_month)
        rate = rates.get((currency, year), Decimal(0))
        by_month[month] = amount * rate
        years[year] += (amount + taken.get(month, Decimal(0))) * rate
    account_name = f"{facts.pop('account_code')} {facts.pop('account_label')}"
    return Claim(
        **facts,
        account_name=account_name,
        months=frozenset(plan),
        years=dict(years),
        amounts=by_month,
        home=rates.home,
    )


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
