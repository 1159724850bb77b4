"""The shapes of what people enter about gates. Nothing is preselected: a decision is made, not confirmed."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms

from cat4.web.fields import AmountField, only_for
from hierarchy.forms.fields import MonthField
from measures.models import Measure, Milestone

from .constants import HoldReason, Outcome, RequestKind
from .selectors.changes import GATES_AHEAD

Choices = Iterable[tuple[str, str]]
STAYS = "Stays in the ledger and cannot be edited later."
_STEERING = {"hold_reason": "hold", "resume_on": "hold", "gap_owner_id": "cancel"}


def _text(label: str, *, hint: str = "", required: bool = True, rows: int = 3) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows})
    errors = {"required": "Write a reason before you go on."}
    return forms.CharField(label=label, help_text=hint, required=required, widget=area, error_messages=errors)


class SteeringFields(forms.Form):
    """What holding and cancelling need besides a reason."""

    hold_reason = forms.ChoiceField(
        label="Why work rests", required=False, choices=[("", "Choose a reason"), *HoldReason.choices]
    )
    resume_on = forms.DateField(label="Work resumes on", required=False, widget=forms.DateInput)
    gap_owner_id = forms.TypedChoiceField(
        label="Who owns the gap", required=False, coerce=UUID, empty_value=None, choices=[]
    )

    def __init__(self, *args: Any, people: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        gap_owner = self.fields["gap_owner_id"]
        gap_owner.choices = [("", "Choose a person"), *people]  # type: ignore[attr-defined]
        gap_owner.error_messages["invalid_choice"] = "Choose an active member."


class AskForm(SteeringFields):
    """Ask for a gate, or for one of the other moves."""

    NEEDED = {
        "hold_reason": "Choose why work rests.",
        "resume_on": "Enter the day on which work resumes.",
        "gap_owner_id": "Name who owns the gap that the measure leaves.",
    }
    field_order = ["hold_reason", "resume_on", "gap_owner_id", "comment"]
    comment = _text("Comment", hint="Whoever decides reads this first.", required=False)

    def __init__(self, *args: Any, kind: str, decides: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind != RequestKind.HOLD:
            del self.fields["hold_reason"], self.fields["resume_on"]
        if kind != RequestKind.CANCEL:
            del self.fields["gap_owner_id"]
        for name in self.NEEDED.keys() & self.fields.keys():
            self.fields[name].required = True
            self.fields[name].error_messages["required"] = self.NEEDED[name]
        if decides or kind in {RequestKind.HOLD, RequestKind.CANCEL, RequestKind.REOPEN, RequestKind.RESIDUAL}:
            self.fields["comment"].label, self.fields["comment"].required = "Reason", True
        if decides:
            self.fields["comment"].help_text = STAYS


class ReasonForm(forms.Form):
    """Take back, or return."""

    reason = _text("Reason")


class ApprovalForm(forms.Form):
    """Confirm, or say why not."""

    granted = forms.TypedChoiceField(
        label="Your confirmation",
        choices=[("yes", "I confirm"), ("no", "I do not confirm")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one."},
    )
    comment = _text("Comment", hint="Needed when you do not confirm.", required=False, rows=2)


class DecisionForm(SteeringFields):
    """Decide on a request."""

    field_order = ["outcome", "hold_reason", "resume_on", "gap_owner_id", "reason"]
    outcome = forms.ChoiceField(label="Decision", choices=[], error_messages={"required": "Choose a decision."})
    reason = _text("Reason", hint=STAYS)

    def __init__(self, *args: Any, outcomes: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        allowed = list(outcomes)
        self.fields["outcome"].choices = [(value, Outcome(value).label) for value in allowed]  # type: ignore[attr-defined]
        if Outcome.HOLD not in allowed:
            del self.fields["hold_reason"], self.fields["resume_on"]
        if Outcome.CANCEL not in allowed:
            del self.fields["gap_owner_id"]
        only_for(self, _STEERING)


class SignForm(forms.Form):
    """Sign a closure."""

    reason = _text("Comment for the ledger", hint=STAYS)
    password = forms.CharField(
        label="Your password",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text="Asked again at each signature, so that it is yours alone.",
        error_messages={"required": "Enter your password to sign."},
    )


class LockForm(forms.Form):
    """Lock a month."""

    month = MonthField(widget=forms.HiddenInput)
    reason = _text("Why it is locked although measures are missing", hint=STAYS, required=False)


class MonthReasonForm(forms.Form):
    """Why a month moves; the action says when it has to be there."""

    reason = _text("Reason", hint=STAYS, required=False, rows=2)


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
