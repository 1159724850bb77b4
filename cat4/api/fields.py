"""Fields that the API of every app uses: money, months, references; and serializers that ignore nothing."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)
_DECIMAL = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
_A_MONTH = "Write a month as 2026-04."
_MONEY = {"type": "string", "format": "decimal", "pattern": r"^-?\d{1,16}(\.\d{1,2})?$"}
_MONTH_SCHEMA = {"type": "string", "pattern": r"^\d{4}-(0[1-9]|1[0-2])$", "example": "2026-04"}


class DecimalStringField(serializers.DecimalField):
    """A number as a decimal string with a point, such as "1234.5"; a JSON number is taken when it is exact.

    Anything else is refused: separators of thousands, a decimal comma, blanks, other digits, 1e3.
    """

    default_error_messages = {"invalid": 'Give a number as "1234.5": digits, and a point before decimals.'}

    def to_internal_value(self, data: Any) -> Decimal:
        is_written = isinstance(data, str) and _DECIMAL.fullmatch(data) is not None
        # int() and str() would turn true and false into numbers.
        if isinstance(data, bool) or not (is_written or isinstance(data, int | Decimal)):
            self.fail("invalid")
        return super().to_internal_value(data)


@extend_schema_field(_MONEY)
class MoneyField(DecimalStringField):
    """An amount with at most two decimals."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=18, decimal_places=2, **options)


@extend_schema_field({**_MONEY, "readOnly": True})
class TotalField(serializers.DecimalField):
    """A sum, in the reporting currency; only ever written out."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=20, decimal_places=2, read_only=True, **options)


@extend_schema_field(_MONTH_SCHEMA)
class MonthField(serializers.Field):
    """A month as "2026-04"; the first of it inside."""

    default_error_messages = {"invalid": _A_MONTH}

    def to_internal_value(self, data: Any) -> date:
        match = _MONTH.fullmatch(data) if isinstance(data, str) else None
        if match is None or match[1] == "0000":
            self.fail("invalid")
        return date(int(match[1]), int(match[2]), 1)

    def to_representation(self, value: date) -> str:
        return f"{value:%Y-%m}"


@extend_schema_field({"type": "object", "additionalProperties": _MONEY, "example": {"2026-04": "33.33"}})
class MonthAmountsField(serializers.Field):
    """Amounts by month, such as `{"2026-04": "33.33"}`; each wrong one is named."""

    # Doubled braces: the framework formats its messages.
    default_error_messages = {"invalid": 'Give amounts by month, such as {{"2026-04": "33.33"}}.'}

    def to_internal_value(self, data: Any) -> dict[date, Decimal]:
        if not isinstance(data, Mapping) or not data:
            self.fail("invalid")
        month, money = MonthField(), MoneyField()
        amounts: dict[date, Decimal] = {}
        errors: dict[str, Any] = {}
        for key, value in data.items():
            try:
                amounts[month.to_internal_value(key)] = money.run_validation(value)
            except serializers.ValidationError as error:
                errors[str(key)] = error.detail
        if errors:
            raise serializers.ValidationError(errors)
        return amounts

    def to_representation(self, value: Mapping[date, Decimal]) -> dict[str, str]:
        return {f"{month:%Y-%m}": f"{amount:.2f}" for month, amount in sorted(value.items())}


class Input(serializers.Serializer):
    """What a call may bring. A field that isn't known is refused, so that nothing seems saved that wasn't."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = sorted(str(name) for name in data if name not in self.fields)
            if unknown:
                raise serializers.ValidationError({name: ["This can't be set here."] for name in unknown})
        return super().to_internal_value(data)


class Reference(serializers.Serializer):
    """Something that is pointed at, with its name for people."""

    id = serializers.UUIDField(source="pk", read_only=True)
    name = serializers.SerializerMethodField()

    def get_name(self, row: Any) -> str:
        return str(row)


class NoInput(Input):
    """An act that needs no facts."""


class Reason(Input):
    """An act that needs a reason."""

    reason = serializers.CharField()
