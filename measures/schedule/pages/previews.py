"""What a slip would cause, as every page shows it before it is saved: the roadmap's panel and the forecast's form."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from cat4.web import charts, formats

from ..selectors.moved_money import MoneyMoved
from ..selectors.network import RipplePreview
from .ripple_lines import Horizon, affected, parts, quarter_shifts, sentence


def slip_parts(preview: RipplePreview, numbers: Mapping[UUID, str], until: Horizon, currency: str) -> dict[str, Any]:
    """The context of `measures/schedule/_preview.html` and `measures/schedule/_affected.html`.

    `numbers` are M1, M2 … of every milestone of the measures that the preview names.
    """
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
