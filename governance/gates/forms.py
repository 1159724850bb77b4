"""The shapes of what people enter about gates. Nothing is preselected: a decision is made, not confirmed."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms

from cat4.web.fields import needed_sometimes, only_for
from governance.constants import HoldReason, Outcome, RequestKind

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

    def given(self) -> dict[str, Any]:
        """The arguments of the action."""
        return dict(self.cleaned_data)


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
    comment = needed_sometimes(_text("Comment", hint="Needed when you do not confirm.", required=False, rows=2))


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
