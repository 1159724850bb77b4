"""What input must look like before an action takes it: texts, amounts, choices, ids, people.

Each check answers with the cleaned value and puts a sentence into `Problems` when there is none, so that
a person hears of every mistake at once.
"""

import re
import unicodedata
from datetime import date
from decimal import Decimal, InvalidOperation
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models

from cat4.accounts.selectors import active_member_ids
from cat4.errors import Invalid
from cat4.tenancy.models import TenantModel

LARGEST_AMOUNT = Decimal(10) ** 15
LONGEST_TEXT = 20_000
_CENT = Decimal("0.01")
# Letters and symbols by name that are drawn as nothing: fillers of Hangul, the empty cell of Braille.
_DRAWN_AS_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800")
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_WRITABLE_CONTROLS = {"\n", "\r", "\t"}


class Problems:
    """Sentences by field, gathered until the action asks for them."""

    def __init__(self) -> None:
        self.by_field: dict[str, list[str]] = {}

    def __bool__(self) -> bool:
        """Whether anything is wrong so far."""
        return bool(self.by_field)

    def __contains__(self, field: str) -> bool:
        """Whether anything is wrong with `field` so far."""
        return field in self.by_field

    @property
    def sentences(self) -> list[str]:
        """Every sentence so far, whatever its field."""
        return [sentence for texts in self.by_field.values() for sentence in texts]

    def add(self, field: str, *sentences: str) -> None:
        self.by_field.setdefault(field, []).extend(sentences)

    def replace(self, field: str, *sentences: str) -> None:
        """Say only this of `field`, whatever was said of it before."""
        self.by_field[field] = list(sentences)

    def stop_if_any(self) -> None:
        """Raises Invalid with every sentence so far."""
        if self:
            raise Invalid(self.by_field)


def text(
    problems: Problems,
    field: str,
    value: object,
    *,
    limit: int = LONGEST_TEXT,
    required: bool = False,
    label: str = "",
) -> str:
    """A trimmed text of at most `limit` characters, in composed Unicode (NFC), without control characters.

    A text in which nothing can be seen is empty, and signs that turn the direction of what follows are refused: they
    make a name read as another one.
    `label`, such as "a name", is what the sentences call it; without one they speak of the field before them.
    """
    if not isinstance(value, str):
        problems.add(field, "Enter a text.")
        return ""
    cleaned = unicodedata.normalize("NFC", value).strip()
    if not any(_is_seen(sign) for sign in cleaned):
        cleaned = ""
    if _TURNING & set(cleaned):
        problems.add(field, "The text contains signs that turn its direction. Type it anew, without them.")
    if any(ord(sign) < 32 and sign not in _WRITABLE_CONTROLS for sign in cleaned):
        problems.add(field, "The text contains control characters.")
    if len(cleaned) > limit:
        problems.add(field, _too_long(label, limit, len(cleaned)))
    if required and not cleaned:
        problems.add(field, f"Enter {label}." if label else "This is needed.")
    return cleaned


def _is_seen(sign: str) -> bool:
    return sign not in _DRAWN_AS_BLANK and unicodedata.category(sign)[0] not in "ZC"


def _too_long(label: str, limit: int, length: int) -> str:
    if label:
        return f"{label[0].upper()}{label[1:]} may have {limit} characters. This has {length}."
    return f"At most {limit:,} characters. You entered {length:,}."


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
    return to_cents(value)  # type: ignore[arg-type]  # why_no_amount knows it is a number


def to_cents(amount: Decimal | int) -> Decimal:
    """An amount that `why_no_amount` has nothing against, with two decimals; nothing has no sign."""
    return Decimal(amount).quantize(_CENT) + 0


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


def active_member(
    problems: Problems, field: str, user_id: UUID | None, organization_id: UUID, *, keep: UUID | None = None
) -> None:
    """Somebody who may act in the organization today; `keep` may stay although they no longer may."""
    if user_id is not None and user_id == keep:
        return
    if user_id not in active_member_ids(organization_id):
        problems.add(field, "Choose an active member of the organization.")


def email(problems: Problems, field: str, value: object) -> str:
    """An address, in small letters."""
    address = str(value or "").strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        problems.add(field, "Enter an email address, such as name@example.com.")
    return address


def currency(problems: Problems, field: str, value: object, *, any_case: bool = False) -> str:
    """An ISO 4217 code; with `any_case` also in small letters and with blanks around it, as people type."""
    code = value.strip().upper() if any_case and isinstance(value, str) else value
    if not (isinstance(code, str) and re.fullmatch(r"[A-Z]{3}", code)):
        capitals = "Enter the currency as three capital letters, such as EUR."
        problems.add(field, "A currency has three letters, such as EUR." if any_case else capitals)
        return ""
    return code


def day(problems: Problems, field: str, value: object) -> date | None:
    """A date of this or the next decades; a typing mistake in the year is named."""
    if not isinstance(value, date):
        problems.add(field, "Enter a date.")
        return None
    if not 1900 <= value.year <= 2100:
        problems.add(field, f"{value.isoformat()} is not between the years 1900 and 2100.")
        return None
    return value
