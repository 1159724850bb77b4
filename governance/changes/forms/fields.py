"""Forms of a changed plan: reason, phasing, dates, planned gates."""

from collections.abc import Iterable
from typing import Any

from django import forms

from cat4.web.fields import AmountField, MonthField
from governance.gates.forms import _text
from measures.models import Measure, Milestone

from ..selectors.proposals import GATES_AHEAD


class ChangeForm(forms.Form):
    """Why a plan changes, and the version that the form was opened on."""

    reason = _text("Why the plan changes", hint="The controller and the committee read this first.")
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class PhasingForm(forms.Form):
    """Phase the open months of a line anew. Without an annual amount the typed months count."""

    annual_amount = AmountField(
        required=False, max_digits=17, decimal_places=2, label="Annual amount", help_text="Full effect per year"
    )
    start_month = MonthField(required=False, label="Starts in")
    end_month = MonthField(required=False, label="Ends in", help_text="Empty: goes on")
    ramp_months = forms.IntegerField(required=False, min_value=0, max_value=120, label="Ramp, months")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("annual_amount") is not None and not given.get("start_month") and "start_month" not in self.errors:
            self.add_error("start_month", "Name the month in which the effect starts.")
        if given.get("annual_amount") is None and given.get("start_month"):
            self.add_error("annual_amount", "Enter the annual amount, or leave the start empty.")
        return given


class DatesForm(forms.Form):
    """The baseline dates of milestones that aren't done."""

    def __init__(self, *args: Any, milestones: Iterable[Milestone], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for milestone in milestones:
            self.fields[str(milestone.pk)] = forms.DateField(
                label=milestone.name,
                initial=milestone.baseline_on,
                error_messages={"required": "Enter the baseline date."},
            )


class GatesForm(forms.Form):
    """The planned dates of the gates ahead."""

    implement_by = forms.DateField(label="Planned date of DoI 4, Implemented", required=False)
    close_by = forms.DateField(label="Planned date of DoI 5, Closed", required=False)

    def __init__(self, *args: Any, measure: Measure, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, doi in GATES_AHEAD.items():
            field, planned = self.fields[name], getattr(measure, name)
            field.initial, field.required = planned, planned is not None
            field.error_messages["required"] = "Enter the planned date."
            if measure.doi >= doi:
                del self.fields[name]
