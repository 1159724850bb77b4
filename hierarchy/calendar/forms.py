"""Forms of the working days."""

from typing import Any

from django import forms

from cat4.web.fields import version_field
from hierarchy.constants import DayKind

from .public_holidays import countries, subdivisions


class HolidaysForm(forms.Form):
    """A country, and a part of it when `country` has parts; choosing another country asks for its part next."""

    country = forms.ChoiceField(required=False)
    subdivision = forms.ChoiceField(required=False, label="Part of the country")
    version = version_field()

    def __init__(self, *args: Any, country: str, **options: Any) -> None:
        super().__init__(*args, **options)
        asked = str(self.data.get("country", country)) if self.is_bound else country
        self.fields["country"].choices = [("", "No public holidays"), *countries().items()]  # type: ignore[attr-defined]
        parts = subdivisions(asked)
        if parts:
            self.fields["subdivision"].choices = [("", "The whole country"), *parts]  # type: ignore[attr-defined]
        else:
            del self.fields["subdivision"]


class OwnDayForm(forms.Form):
    """A day off, or one that is worked."""

    on = forms.DateField(label="Day")
    kind = forms.ChoiceField(
        choices=[(DayKind.CLOSED, "Closed"), (DayKind.WORKED, "Worked")], label="On this day we are"
    )
    reason = forms.CharField(max_length=200, help_text="Such as plant shutdown")
