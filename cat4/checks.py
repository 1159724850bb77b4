"""What input must look like before an action takes it: texts, amounts, choices, ids.

Each check answers with the cleaned value and puts a sentence into `Problems` when there is none, so that
a person hears of every mistake at once.
"""

from datetime import date
from decimal import Decimal, InvalidOperation
from uuid import UUID

from django.db import models

from cat4.errors import Invalid
from cat4.tenancy.models import TenantModel

LARGEST_AMOUNT = Decimal(10) ** 15


LONGEST_TEXT = 20_000


_CENT = Decimal("0.01")


_WRITABLE_CONTROLS = {"\n", "\r", "\t"}


class Problems:
    """Sentences by field, gathered until the action asks for them."""

    def __init__(self) -> None:
        self.by_field: dict[str, list[str]] = {}

    def add(self, field: str, sentence: str) -> None:
        self.by_field.setdefault(field, []).append(sentence)

    def stop_if_any(self) -> None:
        """Raises Invalid with every sentence so far."""
        if self.by_field:
            raise Invalid(self.by_field)


def text(problems: Problems, field: str, value: object, *, limit: int = LONGEST_TEXT, required: bool = False) -> str:
    """A trimmed text of at most `limit` characters, without control characters."""
    if not isinstance(value, str):
        problems.add(field, "Enter a text.")
        return ""
    cleaned = value.strip()
    if any(ord(sign) < 32 and sign not in _WRITABLE_CONTROLS for sign in cleaned):
        problems.add(field, "The text contains control characters.")
    if len(cleaned) > limit:
        problems.add(field, f"At most {limit:,} characters. You entered {len(cleaned):,}.")
    if required and not cleaned:
        problems.add(field, "This is needed.")
    return cleaned


def choice(problems: Problems, field: str, value: object, choices: type[models.TextChoices]) -> str:
    """One of the values of `choices`."""
    if value not in choices.values:
        problems.add(field, f"Choose one of: {', '.join(str(label) for label in choices.labels)}.")
        return ""
    return str(value)


def why_no_amount(value: object) -> str:
    """What is wrong with an amount; empty when it is money: finite, two decimals, below 10^15."""
    if isinstance(value, bool) or not isinstance(value, (Decimal, int)):
        return "enter a number"
    number = Decimal(value)
    if not number.is_finite():
        return "enter a number"
    if abs(number) >= LARGEST_AMOUNT:
        return "the number is too large"
    try:
        exact = number.quantize(_CENT) == number
    except InvalidOperation:
        exact = False
    return "" if exact else "at most two decimals"


def amount(problems: Problems, field: str, value: object) -> Decimal:
    """Money with at most two decimals (domain section 6)."""
    wrong = why_no_amount(value)
    if wrong:
        problems.add(field, f"{wrong[0].upper()}{wrong[1:]}.")
        return Decimal(0)
    return Decimal(value).quantize(_CENT) + 0  # type: ignore[arg-type]  # why_no_amount knows it is a number


def number(problems: Problems, field: str, value: object, *, whole: int, decimals: int) -> Decimal:
    """A number of 0 or more with at most so many whole digits and decimals, such as a price or a volume."""
    if isinstance(value, bool) or not isinstance(value, (Decimal, int)) or not Decimal(value).is_finite():
        problems.add(field, "Enter a number.")
        return Decimal(0)
    found = Decimal(value)
    if found < 0:
        problems.add(field, "Enter a number of 0 or more.")
    elif found >= Decimal(10) ** whole:
        problems.add(field, "The number is too large.")
    elif found != found.quantize(Decimal(1).scaleb(-decimals)):
        problems.add(field, f"At most {decimals} decimals.")
    return found


def known_id(
    problems: Problems, field: str, value: UUID | None, model: type[TenantModel], *, noun: str, keep: UUID | None = None
) -> UUID | None:
    """The id of a row of this organization that is still in use; `keep` may stay although it was retired."""
    if value is None or value == keep:
        return value
    known = model._default_manager.filter(pk=value).first()
    if known is None:
        problems.add(field, f"Unknown {noun}.")
    elif getattr(known, "retired_at", None) is not None:
        problems.add(field, f"This {noun} is retired.")
    return value


def currency(problems: Problems, field: str, value: object) -> str:
    """An ISO 4217 code."""
    if not (isinstance(value, str) and len(value) == 3 and value.isascii() and value.isalpha() and value.isupper()):
        problems.add(field, "Enter the currency as three capital letters, such as EUR.")
        return ""
    return value


def day(problems: Problems, field: str, value: object) -> date | None:
    """A date of this or the next decades; a typing mistake in the year is named."""
    if not isinstance(value, date):
        problems.add(field, "Enter a date.")
        return None
    if not 1900 <= value.year <= 2100:
        problems.add(field, f"{value.isoformat()} is not between the years 1900 and 2100.")
        return None
    return value
