"""Forms of answers, hand-offs, dependencies and offers."""

from typing import Any
from uuid import UUID

from django import forms

from cat4.web.fields import needed_sometimes, uuid_choice, version_field
from measures.constants import DependencyKind, RippleAnswerKind


class AnswerForm(forms.Form):
    """How an affected owner takes the new dates."""

    kind = forms.ChoiceField(
        label="How do you take it?",
        choices=RippleAnswerKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one of the three."},
    )
    counter_measure = needed_sometimes(
        forms.CharField(
            required=False,
            label="Counter-measure",
            widget=forms.Textarea(attrs={"rows": 2}),
            help_text="Needed to absorb it: what keeps your own date",
        )
    )
    reason = needed_sometimes(
        forms.CharField(
            required=False,
            widget=forms.Textarea(attrs={"rows": 2}),
            help_text="Needed to contest it: what is wrong with it",
        )
    )


class RefuseForm(forms.Form):
    """Why something handed over isn't accepted."""

    reason = forms.CharField(
        label="What is missing?",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Whoever handed it over reads it, and a deviation opens",
    )
    version = version_field()


class DependencyForm(forms.Form):
    """On what terms the one waits for the other."""

    kind = forms.ChoiceField(choices=DependencyKind.choices, initial=DependencyKind.FINISH_START, label="Kind")
    lag_days = forms.IntegerField(
        initial=0,
        label="Working days in between",
        help_text="A negative number lets the two overlap",
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    note = forms.CharField(required=False, max_length=200, help_text="Everybody whom it moves reads it")
    version = version_field()


class NewDependencyForm(DependencyForm):
    """The same for a new one: which milestone of mine waits, and for which of any measure."""

    def __init__(self, *args: Any, mine: list[tuple[UUID, str]], found: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields.pop("version")
        self.fields["successor_id"] = uuid_choice("This milestone waits", mine, nothing="Choose a milestone")
        self.fields["predecessor_id"] = forms.TypedChoiceField(
            label="for",
            choices=found,
            coerce=UUID,
            widget=forms.RadioSelect,
            error_messages={
                "required": "Find the milestone that it waits for, and choose it.",
                "invalid_choice": "Search for it again, and choose it.",
            },
        )
        self.order_fields(["successor_id", "predecessor_id", "kind", "lag_days", "note"])
