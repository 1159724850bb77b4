"""Numbers, money, dates and ages. The rules are in cat4.web.formats; here they only get names."""

import datetime as dt
from decimal import Decimal

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cat4 import clock
from cat4.web import formats

register = template.Library()

register.filter("m1", formats.millions)
register.filter("k0", formats.thousands)
register.filter("signed", formats.signed)
register.filter("pct", formats.percent)
register.filter("days", formats.days)
register.filter("day", formats.day)
register.filter("moment", formats.moment)
register.filter("month", formats.month)
register.filter("num", formats.number)
register.simple_tag(formats.month, name="month")


@register.filter
def signed_m1(amount: Decimal | int | None) -> str:
    """A difference in millions: `+1.8`."""
    return formats.signed(None if amount is None else Decimal(amount) / 1_000_000, 1)


@register.filter
def signed_k0(amount: Decimal | int | None) -> str:
    """A difference in thousands: `−864`."""
    return formats.signed(None if amount is None else Decimal(amount) / 1_000)


@register.filter
def in_unit(amount: Decimal | int | None, unit: str) -> str:
    """An amount as cells write it: in millions for `m`, in thousands for `k`, else in whole units."""
    return {"m": formats.millions, "k": formats.thousands}.get(unit, formats.number)(amount)


@register.filter
def is_negative(written: str) -> bool:
    """Whether an amount as it is written is below zero: `{% if amount|num|is_negative %}`."""
    return formats.is_negative(written)


@register.simple_tag
def money(amount: Decimal | int | None, unit: str = "") -> str:
    """An amount for a sentence: `EUR 13.7m` for unit "EUR m", `2,640 kEUR` for "kEUR", `1,200 EUR` for "EUR"."""
    currency = unit.replace("k", "", 1).split(" ")[0] if unit else ""
    if unit.endswith(" m"):
        return f"{currency} {formats.millions(amount)}m" if amount is not None else formats.NOTHING
    text = formats.thousands(amount) if unit.startswith("k") else formats.number(amount)
    return f"{text} {unit}".strip() if amount is not None else formats.NOTHING


@register.simple_tag
def month_key(value: dt.date) -> str:
    """`2026-09`: how addresses name a month."""
    return f"{value:%Y-%m}"


@register.simple_tag
def date(value: dt.date | None) -> SafeString:
    """`15 Oct 2026` as a `<time>`; an instant shows its hour on hover."""
    if value is None:
        return SafeString(formats.NOTHING)
    title = formats.moment(value) if isinstance(value, dt.datetime) else ""
    return _time(value, formats.day(value), title)


@register.simple_tag
def moment(value: dt.datetime | None) -> SafeString:
    """`15 Oct 2026, 09:12` as a `<time>`."""
    return SafeString(formats.NOTHING) if value is None else _time(value, formats.moment(value), "")


@register.simple_tag
def now_moment() -> SafeString:
    """The present moment, for the line on top of a print."""
    return moment(clock.now())


@register.simple_tag
def age(value: dt.date | None) -> SafeString:
    """`9 days ago`, with the date on hover."""
    if value is None:
        return SafeString(formats.NOTHING)
    title = formats.moment(value) if isinstance(value, dt.datetime) else formats.day(value)
    return _time(value, formats.age(value), title)


def _time(value: dt.date, text: str, title: str) -> SafeString:
    shown = format_html(' title="{}"', title) if title else ""
    return format_html('<time datetime="{}"{}>{}</time>', value.isoformat(), shown, text)
