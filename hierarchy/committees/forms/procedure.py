"""The form of a committee's rules of procedure."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms

from cat4.web.fields import uuid_choice, version_field
from hierarchy.constants import Cadence, CastingVote, CirculationEffect, Majority
from hierarchy.models import Committee

from ..procedure import WEEKDAYS, WEEKS


def _number_choice(label: str, words: Iterable[tuple[int, str]], hint: str) -> forms.TypedChoiceField:
    choices = [("", "Not set"), *((str(number), word) for number, word in words)]
    return forms.TypedChoiceField(
        label=label, choices=choices, coerce=int, empty_value=None, required=False, help_text=hint
    )


class ProcedureForm(forms.Form):
    """Quorum, majority, cadence, place, escalation, circulation."""

    quorum_count = forms.IntegerField(
        label="Quorum, members", required=False, min_value=1, max_value=50, help_text="Empty: the share below counts"
    )
    quorum_percent = forms.IntegerField(
        label="Quorum, percent of those entitled", min_value=1, max_value=100, help_text="Rounded up"
    )
    majority = forms.ChoiceField(label="What carries a vote", choices=Majority.choices)
    casting_vote = forms.ChoiceField(
        label="On a tie decides",
        choices=CastingVote.choices,
        required=False,
        help_text="A casting vote, where more for than against carries",
    )
    cadence = forms.ChoiceField(label="Meets", choices=Cadence.choices, required=False)
    cadence_weekday = _number_choice("Weekday", enumerate(WEEKDAYS), "A day off moves to the next working day")
    cadence_week = _number_choice("Which of the month", enumerate(WEEKS, start=1), "For every month and quarter")
    cadence_from = forms.DateField(
        label="Counts from", required=False, help_text="Fortnights from its week, quarters from its month"
    )
    meets_at = forms.TimeField(
        label="Time of day", required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    place = forms.CharField(max_length=200, required=False, help_text="A room, or a link")
    circulation_effect = forms.ChoiceField(label="A decision by circulation applies", choices=CirculationEffect.choices)
    version = version_field()

    def __init__(self, *args: Any, others: Iterable[tuple[UUID, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["escalation_id"] = uuid_choice("Escalates to", others, nothing="Nobody", required=False)


def procedure_of(committee: Committee) -> dict[str, Any]:
    """The rules of procedure as the form's initial values."""
    return {name: getattr(committee, name) for name in (*ProcedureForm.base_fields, "escalation_id")}
