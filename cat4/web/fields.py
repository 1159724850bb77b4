"""Fields and forms that several apps share: amounts, months, choices, reasons."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from django import forms
from django.core.validators import DecimalValidator

from cat4.accounts.models import User
from cat4.fiscal import first_of_month

from . import formats

_TOO_LONG = {
    "max_digits": "That number is too large.",
    "max_whole_digits": "That number is too large.",
    "max_decimal_places": "Enter at most %(max)s digits after the point.",
}


_Field = TypeVar("_Field", bound=forms.Field)


def needed_sometimes(field: _Field) -> _Field:
    """A field that the action asks for in the cases that its help text names: its label doesn't say optional."""
    field.needed_sometimes = True  # type: ignore[attr-defined]
    return field


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


class MonthInput(forms.TextInput):
    """The browser's own month picker; where there is none, a line that takes 2026-01."""

    input_type = "month"

    def format_value(self, value: Any) -> str | None:
        return value.strftime("%Y-%m") if isinstance(value, date) else value


class MonthField(forms.DateField):
    """A month, as the date of its first day."""

    widget = MonthInput
    default_error_messages = {"invalid": "Enter a month as year and month, such as 2026-01."}

    def __init__(self, **options: Any) -> None:
        super().__init__(input_formats=["%Y-%m", "%Y-%m-%d"], **options)

    def to_python(self, value: Any) -> date | None:
        day = super().to_python(value)
        return first_of_month(day) if day else None


def uuid_choice(
    label: str, choices: Iterable[tuple[UUID, str]], *, nothing: str, required: bool = True, **more: Any
) -> forms.TypedChoiceField:
    """A choice among objects; `nothing` are the words for none chosen yet."""
    listed = [("", nothing), *((str(pk), words) for pk, words in choices)]
    return forms.TypedChoiceField(
        label=label,
        choices=listed,
        coerce=UUID,
        empty_value=None,
        required=required,
        error_messages={"required": "Choose one of the list.", "invalid_choice": "Choose one of the list."},
        **more,
    )


def person_choice(label: str, people: Iterable[User], *, required: bool = True, **more: Any) -> forms.TypedChoiceField:
    """A choice among active members."""
    named = ((user.pk, f"{user.name} ({user.email})") for user in people)
    return uuid_choice(label, named, nothing="Choose a person" if required else "Nobody", required=required, **more)


def version_field() -> forms.IntegerField:
    """The version that the form was opened on."""
    return forms.IntegerField(widget=forms.HiddenInput, required=False)


class ReasonForm(forms.Form):
    """Why something is taken out of use."""

    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 2}), label="Reason")


class OptionalReasonForm(forms.Form):
    """As ReasonForm, where a reason may be left out."""

    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 2}), label="Reason", required=False)
