"""Form fields that read what people type into money fields."""

from decimal import Decimal
from typing import Any

from django import forms

from cat4.web import formats


class AmountField(forms.DecimalField):
    """A number with either separator: `1,234.5`, `1.234,5`, `−864`. Shown again in the organization's locale."""

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        if isinstance(value, str) and value.strip():
            try:
                value = formats.parse_number(value)
            except ValueError:
                raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from None
        return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Decimal):
            digits = max(0, -int(value.normalize().as_tuple().exponent))
            return formats.number(value, digits)
        return value
