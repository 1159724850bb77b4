"""Cost status: one-time cost and capex against what was approved (domain 7)."""

from decimal import Decimal

from .facts import Group, MeasureFacts
from .lights import Light, StatusResult
from .totals import Totals
from .words import against, in_words, short_words

_ONE = Decimal(1)


def cost_status(facts: MeasureFacts, totals: Totals) -> StatusResult:
    """(Spent + estimate to complete) / approved: what is approved is the plan of the whole life.

    Costs are negative, so more cost is less money. For an approved 0 the absolute tolerance applies.
    Grey without a cost line.
    """
    if not any(line.months for line in facts.lines_of(Group.COST)):
        return StatusResult(Light.GREY, ("No one-time cost is planned.",))
    thresholds, currency = facts.organization.thresholds, facts.organization.currency
    approved, expected, spent = totals.one_time_plan, totals.one_time_forecast, totals.one_time_actual
    if not approved:
        light = Light.GREEN if expected >= -thresholds.potential_zero_tolerance else Light.RED
        return StatusResult(light, (f"One-time cost of {in_words(-expected, currency)} is expected, 0 is approved.",))
    ratio = _ONE + (approved - expected) / abs(approved)
    if ratio <= thresholds.cost_green:
        of_approved = f"{short_words(-spent, beside=approved)} of {in_words(-approved, currency)}"
        return StatusResult(Light.GREEN, (f"{of_approved} approved one-time cost is spent.",))
    light = Light.AMBER if ratio <= thresholds.cost_amber else Light.RED
    reason = f"One-time cost of {in_words(-expected, currency)} is {against(-expected, -approved, 'the approved')}"
    return StatusResult(light, (f"{reason} {in_words(-approved, currency)}.",))
