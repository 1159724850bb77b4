"""The shape of what people ask of the audit trail."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .selectors import TrailFilter


class TrailForm(forms.Form):
    """Narrows the trail. What can't be read narrows nothing."""

    RARE = ("first_day", "last_day")
    thing = forms.CharField(required=False, max_length=200, label=_("Measure, person or object"))
    person = forms.CharField(required=False, max_length=200, label=_("Who"))
    verb = forms.ChoiceField(required=False, label=_("What"))
    first_day = forms.DateField(required=False, label=_("From"))
    last_day = forms.DateField(required=False, label=_("Until"))

    def __init__(self, *args: Any, verbs: Iterable[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["verb"].choices = [("", _("Everything")), *verbs]  # type: ignore[attr-defined]

    @property
    def rare_set(self) -> int:
        """How many of the fields behind the button are set."""
        return sum(bool(self.data.get(name)) for name in self.RARE)

    def wanted(self) -> TrailFilter:
        """The filter, without the fields that have an error."""
        self.is_valid()
        return TrailFilter(**{name: value for name, value in self.cleaned_data.items() if value})
