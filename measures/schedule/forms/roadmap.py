"""What may be asked of the roadmap, and of a slip."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django import forms

from cat4.web.fields import MonthField
from cat4.web.timeline import Zoom

FEWEST_DAYS, MOST_DAYS = -260, 520


class RoadmapForm(forms.Form):
    """Which measures, from when, in what scale."""

    node = forms.UUIDField(required=False)
    from_month = MonthField(required=False)
    zoom = forms.ChoiceField(required=False, choices=[("", "Months"), *((zoom, zoom.title()) for zoom in Zoom)])
    only = forms.ChoiceField(required=False, choices=[("", "All"), ("slips", "Only slips")])
    page = forms.IntegerField(required=False, min_value=1, max_value=10_000)

    def add_prefix(self, field_name: str) -> str:
        """The month is `from` in the address, a word that Python keeps for itself."""
        return "from" if field_name == "from_month" else field_name

    def clean_from_month(self) -> date | None:
        month: date | None = self.cleaned_data["from_month"]
        if month is not None and not 1990 <= month.year <= 2090:
            raise forms.ValidationError("The roadmap runs from 1990 to 2090.")
        return month


class WhatIfForm(forms.Form):
    """A milestone, and by how much it slips: in working days, or to a day."""

    days = forms.IntegerField(
        required=False,
        label="Working days later",
        min_value=FEWEST_DAYS,
        max_value=MOST_DAYS,
        help_text="A negative number is earlier",
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    to = forms.DateField(required=False, label="Or the new date", help_text="It counts instead of the days")

    def __init__(self, *args: Any, milestones: Iterable[tuple[str, list[tuple[UUID, str]]]], **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [(name, [(str(pk), words) for pk, words in group]) for name, group in milestones]
        self.fields["milestone"] = forms.ChoiceField(choices=[("", "Choose a milestone"), *choices])
        self.fields["milestone"].error_messages |= {"required": "Choose a milestone."}
        self.order_fields(["milestone", "days", "to"])

    def clean(self) -> dict[str, Any]:
        clean = super().clean() or self.cleaned_data
        if not self.errors and clean.get("days") is None and clean.get("to") is None:
            self.add_error("days", "Say by how many days, or enter the new date.")
        return clean
