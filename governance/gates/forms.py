"""The shapes of what people enter about gates. Nothing is preselected: a decision is made, not confirmed."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from cat4.web.fields import needed_sometimes, only_for
from governance.constants import HoldReason, Outcome, RequestKind
from governance.parties.rules import Mandate

Choices = Iterable[tuple[str, str]]
URGENT_LABEL = _("Why it can't wait for the committee")
URGENT_HINT = _("Holds at once, and stands on the next agenda to be ratified")
URGENT_MISSING = _("Say why it can't wait, or leave it to the committee.")
STAYS = "Stays in the ledger and cannot be edited later."
AGREED = ("agreed", "No cause: controller and chair both agree")
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
    field_order = ["cause", "hold_reason", "resume_on", "gap_owner_id", "comment"]
    cause = forms.ChoiceField(
        label="What it is reopened for",
        choices=[],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what it is reopened for."},
    )
    comment = _text("Comment", hint="Whoever decides reads this first.", required=False)
    seen = forms.DateField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, kind: str, decides: bool = False, causes: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind == RequestKind.REOPEN:
            found = list(causes)
            self.fields["cause"].choices = [*found, AGREED]  # type: ignore[attr-defined]
            self.fields["cause"].required = bool(found)
            self.fields["cause"].initial = None if found else AGREED[0]
            self.fields[
                "cause"
            ].help_text = "Without a cause, controller or chair asks with a reason, and the other decides."
        else:
            del self.fields["cause"]
        if kind != RequestKind.HOLD:
            del self.fields["hold_reason"], self.fields["resume_on"], self.fields["seen"]
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
        given = {name: value for name, value in self.cleaned_data.items() if name != "seen"}
        if given.get("cause") == AGREED[0]:
            given["cause"] = ""
        return given


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

    field_order = ["outcome", "hold_reason", "resume_on", "gap_owner_id", "reason", "urgent_reason"]
    outcome = forms.ChoiceField(label="Decision", choices=[], error_messages={"required": "Choose a decision."})
    reason = _text("Reason", hint=STAYS)

    urgent_reason = _text("", required=False, rows=2)

    def __init__(self, *args: Any, outcomes: Iterable[str], urgent: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        allowed = list(outcomes)
        self._urgent = set(urgent)
        self.fields["urgent_reason"].label, self.fields["urgent_reason"].help_text = URGENT_LABEL, URGENT_HINT
        if not self._urgent:
            del self.fields["urgent_reason"]
        self.fields["outcome"].choices = [(value, Outcome(value).label) for value in allowed]  # type: ignore[attr-defined]
        if Outcome.HOLD not in allowed:
            del self.fields["hold_reason"], self.fields["resume_on"]
        if Outcome.CANCEL not in allowed:
            del self.fields["gap_owner_id"]
        only_for(self, _STEERING)

    def clean(self) -> dict[str, Any]:
        """What is the committee's needs a reason why it can't wait; what isn't takes none."""
        given = super().clean() or {}
        if given.get("outcome") not in self._urgent:
            given["urgent_reason"] = ""
        elif not given.get("urgent_reason"):
            self.add_error("urgent_reason", URGENT_MISSING)
        return given

    def given(self) -> dict[str, Any]:
        """The arguments of the action."""
        given = dict(self.cleaned_data)
        return given | {"mandate": Mandate(given.pop("urgent_reason", ""))}
