"""Forms that ask for versions and the history of exchange rates."""

from django import forms

from cat4.web.fields import MonthField
from hierarchy.constants import RateKind


class CompareForm(forms.Form):
    """Two versions of a kind; version 0 is before the first."""

    kind = forms.ChoiceField(choices=RateKind.choices, label="Rate set")
    first = forms.IntegerField(
        min_value=0, max_value=1_000_000, label="From version", help_text="0 is before the first"
    )
    second = forms.IntegerField(min_value=0, max_value=1_000_000, label="To version")


class HistoryForm(forms.Form):
    """One rate."""

    kind = forms.ChoiceField(choices=RateKind.choices)
    currency = forms.RegexField(r"^[A-Z]{3}$")
    month = MonthField()
