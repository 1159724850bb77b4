"""Forms of a milestone."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms

from cat4.accounts.models import User
from cat4.web.fields import person_choice, version_field


class MilestoneForm(forms.Form):
    """A milestone; `decided_because` greys what was decided and says why."""

    name = forms.CharField(max_length=200)
    baseline_on = forms.DateField(label="Baseline date")
    is_critical = forms.BooleanField(required=False, label="Critical: gate 4 waits for it and asks for evidence")
    is_effect_start = forms.BooleanField(required=False, label="Marks the start of the effect")
    duration_days = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=5_000,
        label="Working days that the work takes",
        help_text="What it waits for “to start” is counted from that long before its date",
    )
    version = version_field()

    field_order = ["name", "baseline_on", "responsible_id", "receiver_id", "duration_days"]

    def __init__(self, *args: Any, people: Iterable[User], decided_because: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["responsible_id"] = person_choice("Responsible", people, required=False)
        self.fields["receiver_id"] = person_choice(
            "Receiver", people, required=False, help_text="It is done only once this person has accepted it"
        )
        if decided_because:
            for name in ("baseline_on", "is_critical", "is_effect_start"):
                self.fields[name].disabled, self.fields[name].help_text = True, decided_because
        self.order_fields(self.field_order)

    def clean_duration_days(self) -> int:
        """Empty is none."""
        return self.cleaned_data["duration_days"] or 0


class ReviseForm(forms.Form):
    """The new forecast of a milestone, and why. `seen` is the date whose consequences the page has shown."""

    forecast_on = forms.DateField(label="New forecast")
    reason = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="For example: “The supplier asked for three more weeks.” Everybody who is moved by it reads it.",
    )
    version = version_field()
    seen = forms.DateField(required=False, widget=forms.HiddenInput)

    @property
    def proposed_on(self) -> date | None:
        """The new date, also while the reason is missing; None when there is no date to look at."""
        self.is_valid()
        return self.cleaned_data.get("forecast_on") if self.is_bound else None


class CompleteForm(forms.Form):
    """The day on which a milestone was reached."""

    actual_on = forms.DateField(label="Reached on")
    version = version_field()
