"""The form of a correction: which line and month, how much, and why."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django import forms

from cat4.web import formats
from cat4.web.fields import AmountField
from measures.models import EffectLine


def _months(months: Iterable[date]) -> list[tuple[str, str]]:
    return [(f"{month:%Y-%m}", formats.month(month)) for month in months]


class CorrectionForm(forms.Form):
    """A difference to a locked month, booked in an open one."""

    line_id = forms.ChoiceField(label="Effect line")
    corrects = forms.ChoiceField(label="Locked month", help_text="It stays as it is and shows that it was corrected")
    month = forms.ChoiceField(label="Booked in", help_text="An open month; it counts there")
    amount = AmountField(
        max_digits=17, decimal_places=2, label="Difference", help_text="Added to what was booked; negative takes away"
    )
    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), help_text="The controller reads it first")

    def __init__(
        self,
        *args: Any,
        lines: Iterable[EffectLine],
        locked: Iterable[date],
        open_months: Iterable[date],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.fields["line_id"].choices = [(str(line.pk), f"{line.name}, {line.measured_in}") for line in lines]  # type: ignore[attr-defined]
        self.fields["corrects"].choices = _months(locked)  # type: ignore[attr-defined]
        self.fields["month"].choices = _months(open_months)  # type: ignore[attr-defined]

    def clean_line_id(self) -> UUID:
        return UUID(self.cleaned_data["line_id"])

    def clean_corrects(self) -> date:
        return date.fromisoformat(f"{self.cleaned_data['corrects']}-01")

    def clean_month(self) -> date:
        return date.fromisoformat(f"{self.cleaned_data['month']}-01")
