"""Fields that several forms share."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django import forms

from cat4.accounts.models import User

from ..fiscal import first_of_month
from ..models import Node


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


def node_choice(
    label: str, nodes: Iterable[tuple[Node, str]], *, nothing: str = "Choose a node", **more: Any
) -> forms.TypedChoiceField:
    """A choice among nodes, each with the words that tell it from others of its name."""
    return uuid_choice(label, ((node.pk, words) for node, words in nodes), nothing=nothing, **more)


def version_field() -> forms.IntegerField:
    """The version that the form was opened on."""
    return forms.IntegerField(widget=forms.HiddenInput, required=False)
