"""Amounts and percentages in the sentences of statuses and findings: English, as the prototype writes them."""

from decimal import ROUND_HALF_UP, Decimal

_THOUSANDS_FROM = 10_000
MINUS = "\u2212"


def rounded(number: Decimal) -> Decimal:
    return number.quantize(Decimal(1), ROUND_HALF_UP)


def in_words(amount: Decimal, currency: str) -> str:
    """`3,936 kEUR`; below 10,000 `EUR 1,200`."""
    if abs(amount) < _THOUSANDS_FROM:
        return f"{currency} {digits(amount)}"
    return f"{digits(amount / 1000)} k{currency}"


def short_words(amount: Decimal, beside: Decimal) -> str:
    """An amount without its unit, in the unit of the amount it stands beside."""
    return digits(amount if abs(beside) < _THOUSANDS_FROM else amount / 1000)


def digits(number: Decimal) -> str:
    whole = rounded(number)
    return f"{MINUS if whole < 0 else ''}{abs(whole):,}"


def against(amount: Decimal, reference: Decimal, name: str) -> str:
    """`18% below plan`, `2% above plan`, `at plan`; `reference` isn't 0."""
    percent = (reference - amount) / abs(reference) * 100
    if not percent:
        return f"at {name}"
    side = "below" if percent > 0 else "above"
    size = f"{rounded(abs(percent)):,}%" if rounded(abs(percent)) else "less than 1%"
    return f"{size} {side} {name}"
