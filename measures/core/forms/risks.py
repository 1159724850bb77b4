"""Forms of milestones, risks, documents and overrides."""

from collections.abc import Iterable
from typing import Any

from django import forms

from cat4.accounts.models import User
from cat4.web.fields import AmountField, person_choice, version_field
from measures.models import Risk


class RiskForm(forms.Form):
    """A risk with its answer."""

    title = forms.CharField(max_length=200, label="Risk")
    likelihood = forms.ChoiceField(choices=Risk.Likelihood.choices)
    amount = AmountField(required=False, max_digits=17, decimal_places=2, label="What it would cost")
    response = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 3}))
    version = version_field()

    field_order = ["title", "likelihood", "amount", "owner_id", "response"]

    def __init__(self, *args: Any, people: Iterable[User], currency: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["owner_id"] = person_choice("Owner of the risk", people, required=False)
        self.fields["amount"].help_text = currency
        self.order_fields(self.field_order)
