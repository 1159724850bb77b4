"""Forms of master data and exchange rates."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_noop

from cat4.accounts.models import User
from cat4.web.fields import AmountField, MonthField, needed_sometimes, person_choice, version_field
from hierarchy.constants import MasterKind, RateKind

_COLUMNS = {
    MasterKind.LEGAL_ENTITY.value: "code, name, currency, country",
    MasterKind.BUSINESS_UNIT.value: "code, name, email address of the lead",
}
_LEADS = gettext_noop(
    "Accepts what measures hand over to the unit, and needs a role at their nodes to see them. "
    "Nobody: the lead of the nearest node does."
)


class MasterForm(forms.Form):
    """An entry with code and name; a legal entity also has a currency and a country, a unit a lead."""

    code = forms.CharField(max_length=40, help_text="What imports and other systems call it")
    name = forms.CharField(max_length=200)
    currency = forms.CharField(max_length=3, help_text="Three letters, such as EUR")
    country = forms.CharField(max_length=2, required=False, help_text="Two letters, such as AT")
    version = version_field()

    def __init__(self, *args: Any, kind: str, people: Iterable[User], **options: Any) -> None:
        super().__init__(*args, **options)
        if kind == MasterKind.BUSINESS_UNIT:
            self.fields["lead_id"] = person_choice("Lead", people, required=False, help_text=gettext(_LEADS))
        if kind != MasterKind.LEGAL_ENTITY:
            del self.fields["currency"], self.fields["country"]


class SeveralForm(forms.Form):
    """Entries pasted from a spreadsheet, one per line."""

    lines = forms.CharField(widget=forms.Textarea(attrs={"rows": 10}), label="Entries")

    def __init__(self, *args: Any, kind: str, **options: Any) -> None:
        super().__init__(*args, **options)
        columns = _COLUMNS.get(kind, "code, name")
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
