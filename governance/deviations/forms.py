"""What people enter about deviations, and which of them a list shows. Nothing is preselected."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms

from cat4.web.fields import AmountField, only_for, uuid_choice, version_field
from governance.constants import HoldReason
from governance.gates.forms import URGENT_HINT, URGENT_LABEL, URGENT_MISSING

from .constants import CauseClass, DeviationKind, DeviationOutcome, DeviationState

Choices = Iterable[tuple[Any, str]]
STAYS = "Stays in the ledger and cannot be edited later."
NEEDED = {"required": "This is needed."}


def _area(label: str, *, hint: str = "", required: bool = True, rows: int = 3) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, help_text=hint, required=required, widget=area, error_messages=NEEDED)


def _amount(label: str, hint: str, *, required: bool = True) -> AmountField:
    return AmountField(
        label=label, help_text=hint, required=required, max_digits=17, decimal_places=2, error_messages=NEEDED
    )


class CauseForm(forms.Form):
    """Why it happened, and what would have to be decided."""

    cause_class = forms.ChoiceField(
        label="Cause", choices=[("", "Choose a cause"), *CauseClass.choices], error_messages=NEEDED
    )
    cause = _area("What happened")
    decision_needed = _area("Decision needed", hint="The committee reads this first.", required=False, rows=2)
    version = version_field()


class OptionForm(forms.Form):
    """A way out, with its money and its day."""

    title = forms.CharField(label="Option", max_length=200, error_messages=NEEDED)
    outcome = forms.ChoiceField(
        label="Decision that it asks for", required=False, choices=[("", "Not clear yet"), *DeviationOutcome.choices]
    )
    effect_run_rate = _amount("Run-rate afterwards", "Of the measure, per year, reporting currency")
    effect_in_year = _amount("Effect this year afterwards", "Of the measure, reporting currency")
    one_time_cost = _amount("One-time cost", "More of it, negative; empty: none", required=False)
    effective_on = forms.DateField(label="Works from", error_messages=NEEDED)
    text = _area("What it takes", required=False, rows=2)
    is_recommended = forms.BooleanField(label="I recommend this one", required=False)


class CounterForm(forms.Form):
    """What closes the gap: who does it, and by when."""

    text = _area("Counter-measure", rows=2)
    due_on = forms.DateField(label="Due on", error_messages=NEEDED)
    measure_code = forms.CharField(
        label="Measure that does it", required=False, max_length=40, help_text="Its ID; done when it is at DoI 2"
    )

    field_order = ["text", "responsible_id", "due_on", "measure_code"]

    def __init__(self, *args: Any, people: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["responsible_id"] = uuid_choice("Responsible", people, nothing="Choose a person")
        self.order_fields(self.field_order)


class DoneForm(forms.Form):
    """Say that a counter-measure is done."""

    note = _area("What came of it", rows=2)


_FOR = {
    "gap_owner_id": "accept cancel", "due_on": "re_scope add_resources re_sequence", "measure_code": "compensate",
    "new_measure": "compensate", "hold_reason": "hold", "resume_on": "hold", "wait_until": "wait",
}  # fmt: skip


class DecideForm(forms.Form):
    """The committee's decision; which fields it needs depends on the outcome."""

    # Shown at a place of their own, not among the others.
    APART = ("outcome", "reason", "settles", "urgent_reason")
    outcome = forms.ChoiceField(
        label="Decision", choices=DeviationOutcome.choices, error_messages={"required": "Choose a decision."}
    )
    due_on = forms.DateField(label="Plan change asked for by", required=False)
    measure_code = forms.CharField(label="Measure that compensates", required=False, max_length=40, help_text="Its ID")
    new_measure = forms.CharField(
        label="Or a new measure", required=False, max_length=200, help_text="Its name; written down in the same package"
    )
    hold_reason = forms.ChoiceField(
        label="Why work rests", required=False, choices=[("", "Choose a reason"), *HoldReason.choices]
    )
    resume_on = forms.DateField(label="Work resumes on", required=False, help_text="A day in the future")
    wait_until = forms.DateField(label="Wait until", required=False, help_text="Once only, within 14 days")
    reason = _area("Reason", hint=STAYS)
    urgent_reason = forms.CharField(
        label=URGENT_LABEL, help_text=URGENT_HINT, widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": URGENT_MISSING},
    )  # fmt: skip

    field_order = [
        "settles", "outcome", "option_id", "gap_owner_id", "due_on", "measure_code", "new_measure", "hold_reason",
        "resume_on", "wait_until", "reason", "urgent_reason",
    ]  # fmt: skip

    def __init__(
        self,
        *args: Any,
        people: Choices,
        options: Choices,
        others: Choices = (),
        wait_days: int = 14,
        urgent: bool = False,
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        if not urgent:
            del self.fields["urgent_reason"]
        self.fields["gap_owner_id"] = uuid_choice("Who owns the gap", people, nothing="Choose a person", required=False)
        self.fields["option_id"] = uuid_choice("Option chosen", options, nothing="None of them", required=False)
        self.fields["wait_until"].help_text = f"Once only, within {wait_days} days"
        only_for(self, _FOR)
        listed = [(str(pk), words) for pk, words in others]
        if listed:
            self.fields["settles"] = forms.TypedMultipleChoiceField(
                label="Settles with it, of the same measure", choices=listed, coerce=UUID, required=False,
                widget=forms.CheckboxSelectMultiple, initial=[pk for pk, _ in listed],
                help_text="What you take out stays open, and stands on the next agenda.",
            )  # fmt: skip
        self.order_fields(self.field_order)


CLOCKS = (("", "Any"), ("past", "Past its clock"), ("soon", "Due within 3 days"), ("running", "Not due yet"))
STATES = (("", "Not closed"), *DeviationState.choices, ("all", "All"))


class DeviationFilter(forms.Form):
    """What the list may be narrowed to; the first field is the text search."""

    q = forms.CharField(required=False, max_length=200, label="Measure or ID", widget=forms.SearchInput)
    state = forms.ChoiceField(required=False, label="State", choices=STATES)
    kind = forms.ChoiceField(required=False, label="Kind", choices=[("", "Any"), *DeviationKind.choices])
    clock = forms.ChoiceField(required=False, label="Clock", choices=CLOCKS)

    RARE = ()

    def __init__(self, *args: Any, units: Iterable[tuple[UUID, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        listed = [("", "Any"), *((str(pk), name) for pk, name in units)]
        self.fields["unit"] = forms.ChoiceField(required=False, label="Unit", choices=listed)

    def wanted(self) -> dict[str, Any]:
        """The clean filters; what doesn't fit is left out."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
