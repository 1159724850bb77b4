"""Forms of the organization tree."""

from collections.abc import Iterable
from typing import Any

from django import forms

from cat4.accounts.models import User
from cat4.web.fields import AmountField

from ..constants import TargetKind
from ..models import Node
from .fields import node_choice, person_choice, version_field


class NodeForm(forms.Form):
    """A node's own facts; `people` are the choices of its lead."""

    name = forms.CharField(max_length=200)
    code = forms.CharField(max_length=40, required=False, help_text="Short sign for lists and imports, such as PRC")
    description = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), required=False)
    version = version_field()

    field_order = ["name", "code", "lead_id", "description", "version"]

    def __init__(self, *args: Any, people: Iterable[User], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["lead_id"] = person_choice("Lead", people, required=False)
        self.order_fields(self.field_order)


class MoveForm(forms.Form):
    """Where a node goes; `parents` are the places that it may go to."""

    version = version_field()

    def __init__(self, *args: Any, parents: Iterable[tuple[Node, str]], label: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["parent_id"] = node_choice(label, parents)


class ReasonForm(forms.Form):
    """Why something is taken out of use."""

    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 2}), label="Reason")


class OptionalReasonForm(forms.Form):
    """As ReasonForm, where a reason may be left out."""

    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 2}), label="Reason", required=False)


def target_name(kind: str, year: int) -> str:
    """The name of a target's field, such as "run_rate_2028"."""
    return f"{kind}_{year}"


class TargetsForm(forms.Form):
    """A run-rate and an in-year target for each fiscal year, with the amounts that the page showed."""

    def __init__(self, *args: Any, years: list[int], amounts: dict[tuple[str, int], Any], **options: Any) -> None:
        super().__init__(*args, **options)
        self.years = years
        for year in years:
            for kind in TargetKind:
                self._add(kind, year, amounts.get((kind.value, year)))

    def _add(self, kind: TargetKind, year: int, amount: Any) -> None:
        name = target_name(kind, year)
        options: dict[str, Any] = {"required": False, "max_digits": 18, "decimal_places": 2}
        self.fields[name] = AmountField(label=f"{kind.label} {year}", initial=amount, **options)
        self.fields[f"was_{name}"] = forms.DecimalField(
            widget=forms.HiddenInput, initial=amount, required=False, max_digits=18, decimal_places=2
        )

    def rows(self) -> list[tuple[int, list[forms.BoundField], list[forms.BoundField]]]:
        """Year by year: the visible and the hidden fields."""
        names = {year: [target_name(kind, year) for kind in TargetKind] for year in self.years}
        return [
            (year, [self[name] for name in names[year]], [self[f"was_{name}"] for name in names[year]])
            for year in self.years
        ]

    def cells(self, prefix: str = "") -> dict[tuple[str, int], Any]:
        """The amounts by kind and year; with the prefix "was_" those that the page showed."""
        return {
            (kind.value, year): self.cleaned_data.get(prefix + target_name(kind, year))
            for year in self.years
            for kind in TargetKind
        }
