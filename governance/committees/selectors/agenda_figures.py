"""The committee's measures in sums: what each agenda is compared by with the one before it."""

from datetime import datetime
from decimal import Decimal

from django.db.models import Count, Sum

from cat4.fiscal import fiscal_year
from hierarchy.models import Committee
from hierarchy.organization.selectors import organization
from hierarchy.rates.selectors.rates import MissingRate, plan_rates
from measures.constants import EBITDA_KINDS, Certainty, Doi, Lifecycle
from measures.models import EffectMonth, Measure, MeasureTotals

SUMS = ("plan_run_rate", "forecast_run_rate", "validated_run_rate", "plan_in_year", "fac_in_year")


def figures_of(committee: Committee) -> dict[str, str]:
    """Sums over the committee's measures in the reporting currency, as roll-ups count them, and how many stand where.

    As text: they are kept with the papers, and compared with those of the meeting after.
    """
    measures = Measure.objects.filter(committee_id=committee.pk, governable=True)
    # An idea (DoI 0) has no value yet.
    valued = measures.filter(doi__gte=Doi.IDENTIFIED)
    sums = MeasureTotals.objects.filter(measure__in=valued).aggregate(**{name: Sum(name) for name in SUMS})
    stages = measures.exclude(lifecycle=Lifecycle.CANCELLED).order_by("doi").values_list("doi").annotate(Count("pk"))
    counts = dict(stages)
    return {
        **{name: str(sums[name] or Decimal("0.00")) for name in SUMS},
        **{f"doi_{degree.value}": str(counts.get(degree.value, 0)) for degree in Doi},
    }


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
