"""Forms of missing money, of proofs, and of amounts by quarter and year."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from cat4.web.fields import AmountField, MonthField, version_field
from cat4.wording import plain
from measures.constants import LeakageCause

CAUSES = [(cause.value, cause.label) for cause in LeakageCause]


class LeakageForm(forms.Form):
    """Why money of a locked month is missing."""

    cause = forms.ChoiceField(choices=CAUSES)
    amount = AmountField(max_digits=17, decimal_places=2, help_text="What is missing for this cause, above 0")
    reason = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}), help_text="The controller and auditors read this"
    )


class ProofForm(forms.Form):
    """Price, volume and exchange rate before and after."""

    first_month = MonthField(label="From")
    last_month = MonthField(label="To", help_text="Compared with plan and actual of these months")
    unit = forms.CharField(max_length=40, help_text="What is counted, such as tonnes")
    price_before = AmountField(min_value=0, max_digits=18, decimal_places=6, help_text="Per unit, contract currency")
    volume_before = AmountField(min_value=0, max_digits=18, decimal_places=3, help_text="Units of these months")
    rate_before = AmountField(
        min_value=0, max_digits=18, decimal_places=8, help_text="Into the line's currency; 1 if same"
    )
    price_after = AmountField(min_value=0, max_digits=18, decimal_places=6)
    volume_after = AmountField(min_value=0, max_digits=18, decimal_places=3)
    rate_after = AmountField(min_value=0, max_digits=18, decimal_places=8)
    source = forms.CharField(max_length=200, help_text="Where prices and volumes can be looked up")
    version = version_field()


class PeriodsForm(forms.Form):
    """Amounts of the quarters of a fiscal year, or of fiscal years; empty ones are left alone."""

    version = version_field()

    def __init__(
        self, *args: Any, periods: list[tuple[date, str, Decimal | None]], needs_reason: bool, **options: Any
    ) -> None:
        """`periods`: first month, label, and what its months are now."""
        super().__init__(*args, **options)
        self.first_months = [first for first, _, _ in periods]
        for first, label, now in periods:
            self.fields[field_of(first)] = AmountField(
                required=False, max_digits=17, decimal_places=2, label=label, help_text=_now(now)
            )
        if needs_reason:
            self.fields["reason"] = forms.CharField(widget=forms.Textarea(attrs={"rows": 2}), label="Why it changed")

    def changed_amounts(self) -> dict[date, Decimal]:
        """What differs from what was entered before; an unchanged period keeps its months."""
        found = {first: self.cleaned_data.get(field_of(first)) for first in self.first_months}
        return {
            first: amount
            for first, amount in found.items()
            if amount is not None and amount != self.initial.get(field_of(first))
        }


def _now(amount: Decimal | None) -> str:
    return "Nothing entered yet" if amount is None else f"Its months now: {plain(amount)}"


def field_of(first: date) -> str:
    """`amount-2026-04`."""
    return f"amount-{first:%Y-%m}"
