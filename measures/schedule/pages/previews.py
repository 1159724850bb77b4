"""What a slip would cause, as every page shows it before it is saved: the roadmap's panel and the forecast's form."""

from typing import Any
from uuid import UUID

from cat4.web import charts, formats
from cat4.web.requests import OrganizationRequest
from measures.core.selectors.numbering import milestone_numbers
from measures.facts.calendar import calendar

from ..selectors.moved_money import MoneyMoved
from ..selectors.network import RipplePreview
from .ripple_lines import Horizon, affected, horizon, parts, quarter_shifts, sentence


def slip_parts(request: OrganizationRequest, preview: RipplePreview) -> dict[str, Any]:
    """The context of `measures/schedule/_preview.html` and `measures/schedule/_affected.html`."""
    currency, until = request.organization.currency, horizon(calendar())
    numbers = numbers_of_preview(preview)
    said, absorbed = sentence(preview, until, currency)
    lines = affected(preview, numbers, until)
    return {
        **money_parts(preview.money, currency, until),
        "preview": preview,
        "shift": formats.days(preview.days),
        "number": numbers[preview.milestone.pk],
        "said": said,
        "absorbed": absorbed,
        "affected": lines,
        "hidden": sum(line.is_hidden for line in lines),
    }


def money_parts(money: MoneyMoved, currency: str, until: Horizon) -> dict[str, Any]:
    """The context of `measures/schedule/_moved_parts.html`: bars by quarter, fiscal years, units, entities."""
    return {
        "money": money,
        "shifts": quarter_shifts(money, currency),
        "total": charts.thousands(currency).signed(until.of(money.total, money)),
        "units": parts(money.by_unit, money, until),
        "entities": parts(money.by_entity, money, until),
        "until": until.last_month,
        "total_label": f"To {formats.month(until.last_month)}",
        "currency": currency,
    }


def numbers_of_preview(preview: RipplePreview) -> dict[UUID, str]:
    """M1, M2 … of every milestone that it names."""
    return milestone_numbers({preview.milestone.measure_id, *(hop.measure.id for hop in preview.hops)})
