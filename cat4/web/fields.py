"""Form fields that read what people type into money fields."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import DecimalValidator

from cat4.web import formats

_TOO_LONG = {
    "max_digits": "That number is too large.",
    "max_whole_digits": "That number is too large.",
    "max_decimal_places": "Enter at most %(max)s digits after the point.",
}


def only_for(form: forms.Form, fields: Mapping[str, str]) -> None:
    """Show fields of the form only once one of their choices is made: names, with the values of the radio above.

    The stylesheet does it. A browser that can't shows all of them, and what is needed is checked by the action.
    """
    for name, values in fields.items():
        if name in form.fields:
            form.fields[name].only_for = values  # type: ignore[attr-defined]


class AmountField(forms.DecimalField):
    """A number with either separator: `1,234.5`, `1.234,5`, `−864`. Shown again in the organization's locale."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        for check in self.validators:
            if isinstance(check, DecimalValidator):
                check.messages = check.messages | _TOO_LONG

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
