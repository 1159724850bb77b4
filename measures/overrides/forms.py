"""Forms of an override."""

from django import forms

from measures.constants import Status, StatusKind


class OverrideForm(forms.Form):
    """A status someone vouches for."""

    kind = forms.ChoiceField(choices=StatusKind.choices, label="Status")
    value = forms.ChoiceField(
        choices=[choice for choice in Status.choices if choice[0] != Status.GREY], label="Shown instead"
    )
    reason = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}), help_text="Everybody who sees the status reads it"
    )
    expires_on = forms.DateField(label="Until", help_text="At most 31 days from today")


class WithdrawOverrideForm(forms.Form):
    """Which override ends, and why."""

    kind = forms.ChoiceField(choices=StatusKind.choices, label="Status")
    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}))
