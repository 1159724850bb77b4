"""Forms of documents."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings

from cat4.web.fields import needed_sometimes, uuid_choice
from measures.constants import DocumentPurpose, EvidenceClass

from .kinds import TAKEN

_MOST_MB = settings.MAX_UPLOAD_BYTES // (1024 * 1024)


class UploadForm(forms.Form):
    """A file and what it proves."""

    file = forms.FileField(
        help_text=f"{TAKEN}, up to {_MOST_MB} MB",
        widget=forms.FileInput(attrs={"data-most-mb": _MOST_MB}),
    )
    title = forms.CharField(max_length=200, required=False, help_text="Empty: the name of the file")
    purpose = forms.ChoiceField(
        choices=[choice for choice in DocumentPurpose.choices if choice[0] != DocumentPurpose.CLOSURE],
        label="Evidence of",
    )
    evidence_class = needed_sometimes(
        forms.ChoiceField(
            choices=[("", "None"), *EvidenceClass.choices],
            required=False,
            label="Class of closing evidence",
            help_text="Needed for evidence of an effect line",
        )
    )

    def __init__(
        self,
        *args: Any,
        milestones: Iterable[tuple[UUID, str]],
        lines: Iterable[tuple[UUID, str]],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.fields["milestone_id"] = needed_sometimes(
            uuid_choice(
                "Milestone", milestones, nothing="None", required=False, help_text="Needed for evidence of a milestone"
            )
        )
        self.fields["line_ids"] = _line_choice(lines)
        if self.data.get("again_because") is not None:
            self.ask_why_again()

    def ask_why_again(self) -> None:
        """Ask for the reason that a file which was withdrawn needs to count again."""
        self.fields["again_because"] = forms.CharField(
            label="Why it is uploaded again",
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text="Choose the file again too. The reason stays with the document.",
            error_messages={"required": "Say why it counts now."},
        )


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


class WithdrawForm(forms.Form):
    """Why a document no longer proves anything."""

    reason = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="It stays with the document. Whoever uploaded it is told.",
        error_messages={"required": "Say why it proves nothing any more."},
    )
