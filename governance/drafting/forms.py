"""The forms of the gate rules: what a version says of a step, own rules, who decides."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from cat4.web.fields import AmountField, needed_sometimes
from governance.rules.book import Entry, Right, StepManner
from governance.rules.catalog import is_constitutive
from governance.rules.constants import (
    CONSTITUTIVE_GATES,
    DECIDERS_OF,
    Approver,
    Basis,
    Decider,
    Manner,
    Rule,
    Step,
)
from governance.rules.declared import limits_of
from hierarchy.thresholds import Thresholds
from measures.constants import EffectKind, EvidenceClass

from .constants import LAST_TURN, MOST_PEOPLE, OWN_KINDS, SHARED

Choices = Iterable[tuple[str, str]]


def _choice(
    label: str, choices: Choices, *, nothing: str = "", required: bool = True, **more: Any
) -> forms.ChoiceField:
    listed = [("", nothing or "Choose one"), *choices]
    return forms.ChoiceField(label=label, choices=listed, required=required, **more)


def _id_choice(label: str, choices: Choices, nothing: str) -> forms.TypedChoiceField:
    listed = [("", nothing), *choices]
    return forms.TypedChoiceField(label=label, choices=listed, required=False, coerce=UUID, empty_value=None)


class StepForm(forms.Form):
    """Which rules of a step apply, and how: one line of fields for each."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, entries: Iterable[Entry], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.entries = list(entries)
        for entry in self.entries:
            self._add(entry)

    def _add(self, entry: Entry) -> None:
        self.fields[f"applies_{entry.rule}"] = forms.BooleanField(
            label="Applies", required=False, initial=entry.applies, disabled=is_constitutive(entry)
        )
        if entry.rule == Rule.HAND_OVER or entry.approver in SHARED:
            self.fields[f"needed_{entry.rule}"] = forms.IntegerField(
                label="People", min_value=1, max_value=MOST_PEOPLE, initial=entry.needed
            )
        if entry.approval:
            self.fields[f"turn_{entry.rule}"] = forms.IntegerField(
                label="Turn", min_value=0, max_value=LAST_TURN, required=False, initial=entry.turn or None
            )
        for name in limits_of(entry.rule):
            kind = AmountField if isinstance(getattr(Thresholds(), name), Decimal) else forms.IntegerField
            label = name.replace("_", " ").capitalize()
            self.fields[f"limit_{entry.rule}_{name}"] = kind(
                label=label, required=False, min_value=0, initial=entry.limits.get(name)
            )

    def fields_of(self, rule: str) -> list[forms.BoundField]:
        """The line of a rule, without the mark whether it applies."""
        names = [f"needed_{rule}", f"turn_{rule}", *(f"limit_{rule}_{name}" for name in limits_of(rule))]
        return [self[name] for name in names if name in self.fields]

    def written(self) -> list[Entry]:
        """The rules as the form says."""
        return [self._written(entry, self.cleaned_data) for entry in self.entries]

    def _written(self, entry: Entry, given: Mapping[str, Any]) -> Entry:
        limits = {name: given.get(f"limit_{entry.rule}_{name}") for name in limits_of(entry.rule)}
        return replace(
            entry,
            applies=bool(given.get(f"applies_{entry.rule}")),
            needed=given.get(f"needed_{entry.rule}") or entry.needed,
            turn=given.get(f"turn_{entry.rule}") or 0,
            limits={name: str(value) for name, value in limits.items() if value is not None},
        )


class SeenForm(forms.Form):
    """The version of the draft in which somebody pressed Remove: lines are counted in it."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class OwnRuleForm(forms.Form):
    """A rule that the organization adds."""

    kind = _choice("Kind", [(kind.value, str(kind.label)) for kind in OWN_KINDS])
    text = forms.CharField(label="What it asks for", max_length=200)
    approver = needed_sometimes(
        _choice("Asked of", Approver.choices, required=False, help_text="Needed for an approval or a statement")
    )
    evidence_class = needed_sometimes(
        _choice("Class of evidence", EvidenceClass.choices, required=False, help_text="Needed for evidence")
    )
    needed = forms.IntegerField(label="People", min_value=1, max_value=MOST_PEOPLE, initial=1)
    turn = forms.IntegerField(
        label="Turn",
        min_value=0,
        max_value=LAST_TURN,
        required=False,
        help_text="A lower turn comes first; empty: any time",
    )

    field_order = ["kind", "text", "approver", "person_id", "evidence_class", "needed", "turn"]

    def __init__(self, *args: Any, people: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person_id"] = _id_choice("Person", people, "Nobody by name")
        self.order_fields(self.field_order)

    def written(self, step: str) -> Entry:
        given = self.cleaned_data
        return Entry(
            step=step, rule="", kind=given["kind"], text=given["text"], approver=given["approver"],
            person_id=given["person_id"], evidence_class=given["evidence_class"], needed=given["needed"],
            turn=given["turn"] or 0,
        )  # fmt: skip


class RightForm(forms.Form):
    """Who decides a step, for what."""

    measure_kind = _choice("Kind of effect", EffectKind.choices, nothing="Every kind", required=False)
    up_to = AmountField(label="Up to", required=False, max_digits=17, decimal_places=2, help_text="Empty: any amount")
    basis = forms.ChoiceField(label="Compared with", choices=Basis.choices)

    field_order = ["decider", "person_id", "committee_id", "up_to", "basis", "measure_kind"]

    def __init__(self, *args: Any, step: str, people: Choices, committees: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["decider"] = _choice(
            "Who decides", [(decider, str(Decider(decider).label)) for decider in DECIDERS_OF[step]]
        )
        self.fields["person_id"] = _id_choice("Person", people, "Nobody by name")
        self.fields["committee_id"] = _id_choice("Committee", committees, "None by name")
        self.order_fields(self.field_order)

    def written(self, step: str) -> Right:
        return Right(step, **{name: self.cleaned_data[name] for name in self.field_order})


class MannerForm(forms.Form):
    """How a committee decides a step."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    manner = forms.ChoiceField(label=_("Who decides for the committee"), choices=Manner.choices)
    from_amount = AmountField(
        label=_("The committee from, a year"), required=False, max_digits=17, decimal_places=2,
        help_text=_("In the reporting currency; below, the chair alone. Empty: the committee decides any amount"),
    )  # fmt: skip

    def written(self, step: str) -> StepManner:
        return StepManner(step, self.cleaned_data["manner"], self.cleaned_data["from_amount"])


class FrameForm(forms.Form):
    """Which degrees are gates, and how long people have."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    gates = forms.TypedMultipleChoiceField(
        label="Degrees with a decision of their own, besides 3 and 5",
        choices=[(degree, str(Step(f"gate_{degree}").label)) for degree in (1, 2, 4)],
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Any other is passed along with the next gate, and keeps its record",
    )
    answer_days = forms.IntegerField(
        label="A confirmation is due after, working days", required=False, min_value=1, max_value=730
    )
    expiry_days = forms.IntegerField(
        label="An undecided request expires after, days", required=False, min_value=1, max_value=730,
        help_text="Empty: never",
    )  # fmt: skip

    def written(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "gates": [*given["gates"], *CONSTITUTIVE_GATES],
            "answer_days": given["answer_days"],
            "expiry_days": given["expiry_days"],
            "expected_version": given["version"],
        }


class PublishForm(forms.Form):
    """Put a draft into force."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    reason = forms.CharField(
        label="Why", widget=forms.Textarea(attrs={"rows": 3}), help_text="Stays in the ledger with what differs"
    )


class CompareForm(forms.Form):
    """Two versions to look at side by side."""

    def __init__(self, *args: Any, versions: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in (("before", "From"), ("after", "To")):
            self.fields[name] = forms.TypedChoiceField(label=label, choices=list(versions), coerce=int)
