"""Forms of milestones, risks, documents and overrides."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings

from cat4.accounts.models import User
from cat4.web.fields import AmountField
from hierarchy.forms.fields import person_choice, uuid_choice, version_field

from ..constants import DocumentPurpose, EvidenceClass, Status, StatusKind
from ..models import Risk

_MOST_MB = settings.MAX_UPLOAD_BYTES // (1024 * 1024)


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


class UploadForm(forms.Form):
    """A file and what it proves."""

    file = forms.FileField(
        help_text=f"PDF, PNG, JPG, XLSX, DOCX, CSV or TXT, up to {_MOST_MB} MB",
        widget=forms.FileInput(attrs={"data-most-mb": _MOST_MB}),
    )
    title = forms.CharField(max_length=200, required=False, help_text="Empty: the name of the file")
    purpose = forms.ChoiceField(
        choices=[choice for choice in DocumentPurpose.choices if choice[0] != DocumentPurpose.CLOSURE],
        label="Evidence of",
    )
    evidence_class = forms.ChoiceField(
        choices=[("", "None"), *EvidenceClass.choices], required=False, label="Class of closing evidence"
    )

    def __init__(
        self,
        *args: Any,
        milestones: Iterable[tuple[UUID, str]],
        lines: Iterable[tuple[UUID, str]],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.fields["milestone_id"] = uuid_choice("Milestone", milestones, nothing="None", required=False)
        self.fields["line_ids"] = _line_choice(lines)


class AttachForm(forms.Form):
    """Which effect lines a document proves."""

    def __init__(self, *args: Any, lines: Iterable[tuple[UUID, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["line_ids"] = _line_choice(lines)


def _line_choice(lines: Iterable[tuple[UUID, str]]) -> forms.TypedMultipleChoiceField:
    """Several effect lines; None chosen is possible."""
    return forms.TypedMultipleChoiceField(
        label="Effect lines that it proves",
        choices=[(str(pk), name) for pk, name in lines],
        coerce=UUID,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Choose effect lines of this measure."},
    )


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


class WithdrawForm(forms.Form):
    """Why a document no longer proves anything."""

    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), required=False)
