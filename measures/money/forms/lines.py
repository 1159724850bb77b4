"""Forms of the money: baselines, effect lines, and what the controller answers."""

from typing import Any

from django import forms

from cat4.web.fields import AmountField, MonthField, needed_sometimes, uuid_choice, version_field
from measures.constants import BaselineType, Cadence, Certainty, EffectKind, Recurrence
from measures.core.selectors.choices import Entries


class BaselineForm(forms.Form):
    """A proposal: type, period, source, amount."""

    type = forms.ChoiceField(choices=BaselineType.choices)
    period = forms.CharField(max_length=60, help_text="Such as FY 2025")
    source = forms.CharField(max_length=200, help_text="Where the controller can look it up")
    amount = AmountField(required=False, max_digits=17, decimal_places=2, help_text="What would be booked per year")
    currency = forms.CharField(max_length=3, help_text="Three letters, such as EUR")
    normalisation = forms.CharField(
        required=False, widget=forms.Textarea(attrs={"rows": 2}), help_text="What was taken out, such as one-off items"
    )

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).upper()


class EffectForm(forms.Form):
    """An effect line. With an annual amount its plan is phased; without, its months are typed in the grid."""

    name = forms.CharField(max_length=200, help_text="Such as Steel price")
    kind = forms.ChoiceField(choices=EffectKind.choices, label="Kind of effect")
    recurrence = forms.ChoiceField(choices=Recurrence.choices)
    certainty = forms.ChoiceField(choices=Certainty.choices, help_text="Only hard effects count toward a target")
    currency = forms.CharField(max_length=3, help_text="Three letters, such as EUR")
    currency_reason = needed_sometimes(
        forms.CharField(
            required=False,
            label="Why another currency",
            help_text="Needed at the gates where it isn't the legal entity's",
        )
    )
    annual_amount = AmountField(
        required=False,
        max_digits=17,
        decimal_places=2,
        label="Annual amount",
        help_text="Full effect per year. Costs are negative. Empty: type the months afterwards",
    )
    start_month = MonthField(required=False, label="Starts in")
    end_month = MonthField(required=False, label="Ends in", help_text="Empty: goes on")
    ramp_months = forms.IntegerField(
        required=False, min_value=0, max_value=120, label="Ramp, months", help_text="Months until the full effect"
    )
    offset_months = forms.IntegerField(
        required=False, min_value=-120, max_value=120, label="Months after it", help_text="Until the effect starts"
    )
    unit = forms.CharField(
        required=False, max_length=20, help_text="Of lines that aren't money, such as FTE or tCO2e. Never converted"
    )
    cadence = forms.ChoiceField(
        required=False, choices=Cadence.choices, label="Entered", help_text="How its amounts are known"
    )
    supplier = forms.CharField(required=False, max_length=120, help_text="Tells lines of one account apart")
    cost_centre = forms.CharField(required=False, max_length=40)
    product = forms.CharField(required=False, max_length=120)
    version = version_field()

    field_order = [
        "name", "kind", "recurrence", "certainty", "legal_entity_id", "account_id", "currency", "currency_reason",
        "unit", "annual_amount", "start_month", "end_month", "ramp_months", "milestone_id", "offset_months",
    ]  # fmt: skip

    def __init__(
        self, *args: Any, legal_entities: Entries, accounts: Entries, milestones: Entries, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields["milestone_id"] = uuid_choice(
            "Follows milestone", milestones, nothing="The one that starts the effect", required=False,
            help_text="A phased line starts with it, and moves when it moves",
        )  # fmt: skip
        self.fields["legal_entity_id"] = uuid_choice("Legal entity", legal_entities, nothing="Who books it")
        self.fields["account_id"] = uuid_choice("Account", accounts, nothing="None", required=False)
        self.order_fields(self.field_order)

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).upper()

    def clean_ramp_months(self) -> int:
        return self.cleaned_data.get("ramp_months") or 0

    def clean_cadence(self) -> str:
        return self.cleaned_data.get("cadence") or Cadence.MONTHLY

    def clean_offset_months(self) -> int:
        return self.cleaned_data.get("offset_months") or 0


class ReturnForm(forms.Form):
    """Which months go back to whoever reported them, and why."""

    months = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple, label="Months to return")
    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), help_text="The owner reads this")

    def __init__(self, *args: Any, months: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["months"].choices = months  # type: ignore[attr-defined]  # a MultipleChoiceField
