"""Forms of master data and exchange rates."""

from typing import Any

from django import forms

from cat4.web.fields import AmountField, MonthField, needed_sometimes, version_field
from hierarchy.constants import MasterKind, RateKind


class MasterForm(forms.Form):
    """An entry with code and name; a legal entity also has a currency and a country."""

    code = forms.CharField(max_length=40, help_text="What imports and other systems call it")
    name = forms.CharField(max_length=200)
    currency = forms.CharField(max_length=3, help_text="Three letters, such as EUR")
    country = forms.CharField(max_length=2, required=False, help_text="Two letters, such as AT")
    version = version_field()

    def __init__(self, *args: Any, kind: str, **options: Any) -> None:
        super().__init__(*args, **options)
        if kind != MasterKind.LEGAL_ENTITY:
            del self.fields["currency"], self.fields["country"]


class SeveralForm(forms.Form):
    """Entries pasted from a spreadsheet, one per line."""

    lines = forms.CharField(widget=forms.Textarea(attrs={"rows": 10}), label="Entries")

    def __init__(self, *args: Any, kind: str, **options: Any) -> None:
        super().__init__(*args, **options)
        columns = "code, name, currency, country" if kind == MasterKind.LEGAL_ENTITY else "code, name"
        self.fields[
            "lines"
        ].help_text = f"One per line: {columns}. Copy the columns out of a spreadsheet, or separate them by semicolons."


class RateForm(forms.Form):
    """An exchange rate for a month; a plan rate for the fiscal year in which the month lies."""

    kind = forms.ChoiceField(choices=RateKind.choices, label="Rate set")
    currency = forms.CharField(max_length=3, help_text="Three letters, such as USD")
    month = MonthField(help_text="For a plan rate any month of the fiscal year")
    rate = AmountField(max_digits=18, decimal_places=8)
    reason = needed_sometimes(
        forms.CharField(
            widget=forms.Textarea(attrs={"rows": 2}), required=False, help_text="Needed when a rate that is set changes"
        )
    )

    def __init__(self, *args: Any, home: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["rate"].help_text = f"What one unit of the currency is worth in {home}"
