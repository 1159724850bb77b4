"""Forms of a measure's own facts: a short one to begin with, and three to complete it."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django import forms

from cat4.accounts.models import User
from cat4.web.fields import AmountField, person_choice, uuid_choice, version_field
from hierarchy.models import Node
from hierarchy.nodes.forms import node_choice
from measures.constants import FROZEN_WITH_PLAN, STEERING, EffectKind, EvidenceClass

from ..selectors.choices import Choices
from ..selectors.enabling import code_of, id_of_code

PARTS = {
    "facts": ("Describe the measure", (
        "name", "description", "business_reason", "kind", "scope_in", "scope_out", "key_assumptions", "target_amount",
        "decide_by", "implement_by", "close_by",
    )),
    "governance": ("People and places", (
        "owner_id", "sponsor_id", "controller_id", "business_unit_id", "function_id", "legal_entity_id", "committee_id",
        "receiving_unit_id",
    )),
    "closure": ("Cost, risks and closing", (
        "no_one_time_cost", "no_risks_because", "dependencies_declared", "enables_id",
        "closure_criteria", "closure_evidence",
    )),
}  # fmt: skip
_NO_CURRENCY = "in the entity's currency"


class MeasureCodeField(forms.CharField):
    """A measure of the organization, typed as its code; its value is the id."""

    def prepare_value(self, value: Any) -> Any:
        """The code, whether it was typed or is the one that is stored."""
        return code_of(value) if isinstance(value, UUID) else value

    def clean(self, value: Any) -> UUID | None:
        """None when it is empty.

        Raises:
            ValidationError: no measure has the code.
        """
        code = super().clean(value)
        found = id_of_code(code) if code else None
        if code and found is None:
            raise forms.ValidationError(f"There is no measure with the code {code}.")
        return found


class CreateForm(forms.Form):
    """The five facts of a draft (domain section 4, gate 0)."""

    name = forms.CharField(max_length=200)
    description = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 4}), help_text="What is done, where and how. At least 30 characters"
    )
    business_reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 2}), help_text="Why it pays")
    kind = forms.ChoiceField(choices=[("", "Choose a kind"), *EffectKind.choices], label="Kind of effect")
    code = forms.CharField(
        max_length=40, required=False, help_text="Leave it empty to take the next one of the program"
    )

    field_order = ["package_id", "name", "description", "business_reason", "kind", "owner_id", "code"]

    def __init__(
        self, *args: Any, packages: Iterable[tuple[Node, str]], people: Iterable[User], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields["package_id"] = node_choice("Measure package", packages, nothing="Choose a package")
        self.fields["owner_id"] = person_choice("Owner", people)
        self.order_fields(self.field_order)


class EditForm(forms.Form):
    """One part of a measure's facts. What the two reasons say greys people and committee, and what was decided."""

    version = version_field()

    def __init__(
        self,
        *args: Any,
        part: str,
        choices: Choices,
        locked_because: str = "",
        decided_because: str = "",
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        greyed = dict.fromkeys(STEERING, locked_because) | dict.fromkeys(FROZEN_WITH_PLAN, decided_because)
        for name in PARTS[part][1]:
            field = self.fields[name] = _FIELDS[name](choices)
            if because := greyed.get(name):
                field.disabled, field.help_text = True, because
        self.order_fields([*PARTS[part][1], "version"])


class MoveForm(forms.Form):
    """Another package for a measure. `seen` is the package for which the person was shown what the move does."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    version = version_field()

    def __init__(
        self,
        *args: Any,
        packages: Iterable[tuple[Node, str]],
        committees: Iterable[tuple[UUID, str]] = (),
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.fields["committee_id"] = uuid_choice(
            "Its committee there", committees, nothing="Keeps its own", required=False,
            help_text="Needed where its own has no power over the new package",
        )  # fmt: skip
        self.fields["package_id"] = node_choice("New measure package", packages, nothing="Choose a package")


class OverlapForm(forms.Form):
    """The answer to the overlap check."""

    resolution = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 4}),
        label="How is each overlap resolved?",
        help_text="Merge, split by percent, sequential, or none and why",
    )
    version = version_field()


def _text(label: str, hint: str = "", *, rows: int = 3, required: bool = False) -> Callable[[Choices], forms.Field]:
    widget = forms.Textarea(attrs={"rows": rows})
    return lambda _: forms.CharField(widget=widget, label=label, help_text=hint, required=required)


def _date(label: str) -> Callable[[Choices], forms.Field]:
    return lambda _: forms.DateField(label=label, required=False)


def _person(label: str) -> Callable[[Choices], forms.Field]:
    return lambda choices: person_choice(label, choices.people, required=False)


def _entry(label: str, listed: str) -> Callable[[Choices], forms.Field]:
    def field(choices: Choices) -> forms.Field:
        entries: list[tuple[UUID, str]] = getattr(choices, listed)
        return uuid_choice(label, entries, nothing="None yet", required=False)

    return field


_FIELDS: dict[str, Callable[[Choices], forms.Field]] = {
    "name": lambda _: forms.CharField(max_length=200),
    "description": _text("Description", "What is done, where and how. At least 30 characters", rows=4, required=True),
    "business_reason": _text("Business reason", "Why it pays", rows=2, required=True),
    "kind": lambda _: forms.ChoiceField(choices=EffectKind.choices, label="Kind of effect"),
    "scope_in": _text("In scope"),
    "scope_out": _text("Out of scope"),
    "key_assumptions": _text("Key assumptions", "What the figures rest on"),
    "target_amount": lambda choices: AmountField(
        label="Target per year", required=False, max_digits=17, decimal_places=2,
        help_text=f"Run-rate, {choices.currency or _NO_CURRENCY}",
    ),
    "decide_by": _date("Planned date of DoI 3, Decided"),
    "implement_by": _date("Planned date of DoI 4, Implemented"),
    "close_by": _date("Planned date of DoI 5, Closed"),
    "owner_id": _person("Owner"),
    "sponsor_id": _person("Sponsor"),
    "controller_id": _person("Controller"),
    "business_unit_id": _entry("Business unit", "business_units"),
    "function_id": _entry("Function", "functions"),
    "legal_entity_id": _entry("Legal entity", "legal_entities"),
    "committee_id": _entry("Steering committee", "committees"),
    "receiving_unit_id": _entry("Receiving unit", "business_units"),
    "no_one_time_cost": lambda _: forms.BooleanField(label="There is no one-time cost", required=False),
    "no_risks_because": _text("No risks, because", "Only where no risk is listed", rows=2),
    "dependencies_declared": _text("Dependencies", "What it waits for, or: none", rows=2),
    "enables_id": lambda _: MeasureCodeField(
        label="Makes possible", required=False, max_length=40,
        help_text="Code of the measure whose effect this one makes possible. Only one of the two carries value",
    ),
    "closure_criteria": _text("Closing criteria", "What must be true to close it"),
    "closure_evidence": lambda _: forms.ChoiceField(
        choices=[("", "Choose a kind of evidence"), *EvidenceClass.choices], label="Closing evidence", required=False
    ),
}  # fmt: skip
