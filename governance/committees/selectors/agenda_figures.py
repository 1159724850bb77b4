"""The committee's measures in sums: what each agenda is compared by with the one before it."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, Sum

from cat4.fiscal import fiscal_year
from cat4.web import formats
from hierarchy.models import Committee
from hierarchy.organization.selectors import organization
from hierarchy.rates.selectors.rates import MissingRate, plan_rates
from measures.constants import EBITDA_KINDS, Certainty, Doi, Lifecycle
from measures.models import EffectMonth, Measure, MeasureTotals

# What is summed up, with its words.
SUMS = {
    "plan_run_rate": "Plan, run-rate",
    "forecast_run_rate": "Forecast, run-rate",
    "validated_run_rate": "Validated, run-rate",
    "plan_in_year": "Plan, in year",
    "fac_in_year": "At completion, in year",
}


def figures_of(committee: Committee) -> dict[str, str]:
    """Sums over the committee's governable measures in the reporting currency, and how many stand at each degree."""
    measures = Measure.objects.filter(committee_id=committee.pk, governable=True)
    sums = MeasureTotals.objects.filter(measure__in=measures).aggregate(**{name: Sum(name) for name in SUMS})
    stages = measures.exclude(lifecycle=Lifecycle.CANCELLED).order_by("doi").values_list("doi").annotate(Count("pk"))
    counts = dict(stages)
    return {
        **{name: str(sums[name] or Decimal("0.00")) for name in SUMS},
        **{f"doi_{degree.value}": str(counts.get(degree.value, 0)) for degree in Doi},
    }


def changes_in_words(now: Mapping[str, str], before: Mapping[str, str] | None) -> list[tuple[str, str, str]]:
    """Label, value, and the difference since the last meeting, in thousands of the reporting currency."""
    lines = []
    for name, label in SUMS.items():
        value = Decimal(now[name])
        known = before is not None and name in before
        difference = formats.signed((value - Decimal(before[name])) / 1000) if before and known else ""
        lines.append((label, formats.thousands(value), difference))
    return lines


def funnel_in_words(now: Mapping[str, str], before: Mapping[str, str] | None) -> str:
    """`DoI 0: 3, 1: 4 (+1), 2: 7`."""
    parts = []
    for degree in Doi:
        key = f"doi_{degree.value}"
        moved = int(now[key]) - int(before.get(key, now[key])) if before else 0
        parts.append(f"{degree.value}: {now[key]}" + (f" ({formats.signed(moved)})" if moved else ""))
    return f"DoI {', '.join(parts)}"


def validated_since(committee: Committee, since: datetime) -> Decimal | None:
    """Hard EBITDA that controllers validated after an instant, at plan rate; None while a plan rate is missing."""
    start = organization().fiscal_year_start
    months = EffectMonth.objects.filter(
        measure__committee_id=committee.pk,
        validated_at__gt=since,
        validated__isnull=False,
        line__kind__in=EBITDA_KINDS,
        line__certainty=Certainty.HARD,
    ).values_list("line__currency", "month", "validated")
    rows = [(currency, fiscal_year(month, start), amount or Decimal(0)) for currency, month, amount in months]
    try:
        rates = plan_rates({currency for currency, *_ in rows}, {year for _, year, _ in rows})
        return sum((amount * rates[currency, year] for currency, year, amount in rows), Decimal(0))
    except MissingRate:
        return None
