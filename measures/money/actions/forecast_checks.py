"""Looking back at forecasts: when a month is validated, what was said of it three months before (domain section 14)."""

from collections import defaultdict
from datetime import date, datetime, time
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from cat4.fiscal import add_months, first_of_month
from hierarchy.organization.selectors import organization
from measures.facts.measures import measure_facts
from measures.formulas.facts import Group, LineFacts, MeasureFacts, RateMissing
from measures.formulas.honesty import MONTHS_AHEAD
from measures.models import ForecastCheck, Measure

from ..selectors.forecasts import stated_before

MONTHS_KEPT = 24


@transaction.atomic
def check_forecasts(measure_id: UUID) -> None:
    """Bring the checks of a measure up to date; run twice, the second time changes nothing.

    A month counts when every hard line that had anything to say of it is validated, and the measure's plan was
    frozen three months before: what nobody had forecast by then was stated by the plan.
    """
    measure, facts = Measure.objects.filter(pk=measure_id).first(), measure_facts(measure_id)
    if measure is None or facts is None:
        return
    zone = ZoneInfo(organization().time_zone)
    months = _validated_months(facts)
    instants = {month: _three_months_before(month, zone) for month in months}
    stated = stated_before(measure_id, instants)
    try:
        compared = _compared(facts, months, stated)
    except RateMissing:
        # The measure says so itself; without a rate there is nothing to compare yet.
        compared = {}
    ForecastCheck.objects.filter(measure=measure).exclude(month__in=list(compared)).delete()
    ForecastCheck.objects.bulk_create(
        [_check(measure, month, *pair) for month, pair in sorted(compared.items())],
        update_conflicts=True,
        unique_fields=["organization", "measure", "month"],
        update_fields=["stated", "validated"],
    )


def _check(measure: Measure, month: date, stated: Decimal, validated: Decimal) -> ForecastCheck:
    return ForecastCheck(
        measure=measure, month=month, stated=stated, validated=validated, owner_id=measure.owner_id,
        business_unit_id=measure.business_unit_id, legal_entity_id=measure.legal_entity_id,
    )  # fmt: skip


def _three_months_before(month: date, zone: ZoneInfo) -> datetime:
    """The end of the third month before: what was known when that month was over."""
    return datetime.combine(add_months(month, 1 - MONTHS_AHEAD), time(), zone)


def _validated_months(facts: MeasureFacts) -> list[date]:
    """Months of the last two years in which every hard line with an entry is validated."""
    first = add_months(first_of_month(facts.organization.today), -MONTHS_KEPT)
    complete: dict[date, bool] = {}
    for line in facts.lines_of(Group.HARD):
        for known in line.months:
            if known.month >= first and (known.plan or known.forecast or known.reported or known.validated):
                complete[known.month] = complete.get(known.month, True) and known.validated is not None
    return sorted(month for month, is_complete in complete.items() if is_complete)


def _compared(
    facts: MeasureFacts, months: list[date], stated: dict[date, dict[UUID, Decimal]]
) -> dict[date, tuple[Decimal, Decimal]]:
    """Stated and validated of each month that was stated at all, in the reporting currency."""
    found: dict[date, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for line in facts.lines_of(Group.HARD):
        validated = {known.month: known.validated for known in line.months}
        for month in months:
            if month in stated and line.id is not None:
                sums = found[month]
                sums[0] += _home(facts, line, month, stated[month].get(line.id))
                sums[1] += _home(facts, line, month, validated.get(month))
    return {month: (sums[0], sums[1]) for month, sums in found.items()}


def _home(facts: MeasureFacts, line: LineFacts, month: date, amount: Decimal | None) -> Decimal:
    home = facts.organization
    return home.at_plan_rate(amount, line.currency, home.year_of(month)) if amount else Decimal(0)
