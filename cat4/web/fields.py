"""Fields and forms that several apps share: amounts, months, choices, reasons."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from django import forms
from django.core.validators import DecimalValidator
from django.utils.translation import gettext as _

from cat4.accounts.models import User
from cat4.fiscal import first_of_month
from cat4.numbers import Reading, read_block, read_one, told

from . import formats

# What a person answers when a number has two readings: the mark that is the decimal point.
DECIMAL_MARK = "decimal_mark"
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
    """A number as people type and paste it, read together with the form's others (`cat4.numbers`).

    Shown again in the organization's locale. One that has two readings is an error with the code "unsure"; the page
    asks (`cat4.web.questions`), and `decimal_mark` in the input is the answer.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        for check in self.validators:
            if isinstance(check, DecimalValidator):
                check.messages = check.messages | _TOO_LONG

    def _clean_bound_field(self, bound: forms.BoundField) -> Decimal | None:
        """Read the field with those beside it; one that still says what the page wrote is what it was."""
        typed = bound.initial if is_untouched(bound) else readings_of(bound.form).get(bound.name, bound.data)
        cleaned: Decimal | None = self.clean(typed)
        return cleaned

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        if isinstance(value, str) and value.strip():
            value = read_one(value, formats.current_marks(), decimals=self.most_decimals)
        if isinstance(value, Reading):
            if value.is_unsure:
                raise forms.ValidationError(unsure_sentence(value), code="unsure")
            if value.amount is None:
                raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
            value = _without_idle_zeros(value.amount, self.most_decimals)
        return super().to_python(value)

    @property
    def most_decimals(self) -> int:
        """How many decimals the field can hold."""
        return 2 if self.decimal_places is None else self.decimal_places

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Decimal):
            digits = max(0, -int(value.normalize().as_tuple().exponent))
            return formats.number(value, digits)
        return value


def is_untouched(bound: forms.BoundField) -> bool:
    """Whether a number's field holds the text that the page wrote into it."""
    return isinstance(bound.initial, Decimal) and bound.data == bound.field.prepare_value(bound.initial)


def readings_of(form: forms.BaseForm) -> dict[str, Reading]:
    """The numbers that were typed into a form, read together."""
    typed = {
        bound.name: (bound.data, bound.field.most_decimals)
        for bound in form
        if isinstance(bound.field, AmountField) and isinstance(bound.data, str) and bound.data.strip()
        if not is_untouched(bound)
    }
    texts = {name: text for name, (text, _) in typed.items()}
    decimals = {name: most for name, (_, most) in typed.items()}
    point = form.data.get(DECIMAL_MARK, "")
    return read_block(texts, formats.current_marks(), decimals=decimals, point=point)


def unsure_sentence(reading: Reading) -> str:
    """What a cell could mean, as a question."""
    larger, smaller = told(reading)
    typed = reading.text.strip()
    return _("“%(typed)s”: is it %(larger)s, or %(smaller)s?") % {
        "typed": typed,
        "larger": larger,
        "smaller": smaller,
    }


def _without_idle_zeros(amount: Decimal, decimals: int) -> Decimal:
    """`0.250` where two decimals fit is 0.25; a digit that counts stays, and is refused."""
    exact = amount.normalize()
    return amount if -int(exact.as_tuple().exponent) > decimals else round(amount, decimals)


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
