"""Fields that several forms share."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext

from cat4.accounts.models import User
from cat4.web.fields import AmountField, person_choice, uuid_choice, version_field
from hierarchy.constants import TargetEffect, TargetKind
from hierarchy.models import Node

from .actions.targets import Cell, target_name
from .selectors.defaults import DEFAULTS


def node_choice(
    label: str, nodes: Iterable[tuple[Node, str]], *, nothing: str = "Choose a node", **more: Any
) -> forms.TypedChoiceField:
    """A choice among nodes, each with the words that tell it from others of its name."""
    return uuid_choice(label, ((node.pk, words) for node, words in nodes), nothing=nothing, **more)


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


class DefaultsForm(forms.Form):
    """What new measures below a node take. `hints` say by field what would be inherited, and what differs today."""

    version = version_field()

    def __init__(
        self,
        *args: Any,
        people: Iterable[User],
        lists: Mapping[str, Iterable[tuple[UUID, str]]],
        hints: Mapping[str, str],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        persons = [(user.pk, f"{user.name} ({user.email})") for user in people]
        for name, label in DEFAULTS.items():
            self.fields[name] = uuid_choice(
                label[0].upper() + label[1:],
                lists.get(name, persons),
                nothing=gettext("As above"),
                required=False,
                help_text=hints[name],
            )


class MoveForm(forms.Form):
    """Where a node goes; `parents` are the places that it may go to, `committees` may decide there."""

    version = version_field()
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        parents: Iterable[tuple[Node, str]],
        label: str,
        committees: Iterable[tuple[UUID, str]] = (),
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.fields["parent_id"] = node_choice(label, parents)
        self.fields["committee_id"] = uuid_choice(
            "Committee of measures that lose theirs",
            committees,
            nothing="None: every measure keeps its own",
            required=False,
            help_text="Needed where a committee has no power at the new place",
        )


@dataclass(frozen=True, slots=True)
class TargetLine:
    """A line of the table: an effect and kind over the fiscal years, each cell with what the page showed."""

    label: str
    unit: str
    cells: list[tuple[forms.BoundField, forms.BoundField]]


class TargetsForm(forms.Form):
    """Every effect and kind for each fiscal year, with the amounts that the page showed."""

    def __init__(
        self, *args: Any, years: list[int], amounts: Mapping[Cell, Any], currency: str, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.years, self.currency = years, currency
        for cell in self._every():
            self._add(cell, amounts.get(cell))

    def _every(self) -> list[Cell]:
        return [
            (effect, kind, year) for effect in TargetEffect.values for kind in TargetKind.values for year in self.years
        ]

    def _add(self, cell: Cell, amount: Any) -> None:
        effect, kind, year = cell
        name = target_name(cell)
        label = f"{TargetEffect(effect).label}, {TargetKind(kind).label.lower()} {year}"
        options: dict[str, Any] = {"required": False, "max_digits": 18, "decimal_places": 2}
        self.fields[name] = AmountField(label=label, initial=amount, **options)
        control = self.fields[name].widget
        # A number control throws away what it can't read.
        control.input_type = "text"
        control.attrs |= {"class": "cell-in", "aria-label": label, "inputmode": "decimal", "autocomplete": "off"}
        self.fields[f"was_{name}"] = forms.DecimalField(
            widget=forms.HiddenInput, initial=amount, required=False, max_digits=18, decimal_places=2
        )

    def lines(self) -> list[TargetLine]:
        """The table by effect and kind."""
        return [self._line(effect, kind) for effect in TargetEffect for kind in TargetKind]

    def _line(self, effect: TargetEffect, kind: TargetKind) -> TargetLine:
        names = [target_name((effect.value, kind.value, year)) for year in self.years]
        unit = "FTE" if effect is TargetEffect.FTE else self.currency
        cells = [(self[name], self[f"was_{name}"]) for name in names]
        return TargetLine(f"{effect.label}, {kind.label.lower()}", unit, cells)

    def cells(self, prefix: str = "") -> dict[Cell, Any]:
        """The amounts by cell; with the prefix "was_" those that the page showed."""
        return {cell: self.cleaned_data.get(prefix + target_name(cell)) for cell in self._every()}
