"""Months, amounts, counts and lists in sentences that are kept: English, whatever the reader's locale.

Formulas word their reasons with these, so nothing of Django is loaded here. Pages use `cat4.web.formats` and gettext.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal


def month_name(month: date) -> str:
    """`Oct 2026`."""
    return f"{month:%b %Y}"


def day_name(day: date) -> str:
    """`15 Oct 2026`."""
    return f"{day.day} {month_name(day)}"


def plain(amount: Decimal | None) -> str:
    """`1,200`, `33.33` or `−96,000`; "empty" where there was none."""
    if amount is None:
        return "empty"
    text = f"{amount:,.0f}" if amount == amount.to_integral_value() else f"{amount:,.2f}"
    return text.replace("-", "\N{MINUS SIGN}")


def money(amount: Decimal | None, currency: str) -> str:
    """`1,200 EUR`."""
    return f"{plain(amount)} {currency}" if amount is not None else "empty"


def month_span(months: Sequence[date]) -> str:
    """`Oct 2026`, or `Oct 2026 to Dec 2026 (3 months)`."""
    if len(months) == 1:
        return month_name(months[0])
    return f"{month_name(min(months))} to {month_name(max(months))} ({len(months)} months)"


def listed(words: Iterable[str], joint: str = "and") -> str:
    """`a, b and c`; with the joint "or" `a, b or c`."""
    *first, last = list(words) or [""]
    return f"{', '.join(first)} {joint} {last}" if first else last


def counted(number: int, noun: str, plural: str = "") -> str:
    """`1 milestone`, `3 milestones`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def article(noun: str) -> str:
    """`an` before a vowel, else `a`."""
    return "an" if noun[:1].lower() in "aeio" else "a"


def amounts_changed(before: dict[date, Decimal | None], after: dict[date, Decimal], currency: str) -> str:
    """`for Dec 2026 from 330 to 310 EUR`; over several months the sums."""
    months = sorted(after)
    if len(months) == 1:
        return f"for {month_name(months[0])} from {plain(before.get(months[0]))} to {money(after[months[0]], currency)}"
    known = [amount for amount in before.values() if amount is not None]
    old = sum(known, Decimal(0)) if known else None
    new = sum(after.values(), Decimal(0))
    return f"for {month_span(months)} from {plain(old)} to {money(new, currency)} in total"


def change_of(before: dict[date, Decimal | None], after: dict[date, Decimal]) -> dict[str, list[str | None]]:
    """Old and new amount by month, for the record."""
    old = {month: None if before.get(month) is None else str(before[month]) for month in after}
    return {f"{month:%Y-%m}": [old[month], str(after[month])] for month in sorted(after)}
