"""What is said to a finding, and which findings a list shows."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms

from cat4.web.fields import AmountField, needed_sometimes, uuid_choice, version_field
from measures.constants import OverlapResolution


def _reason(hint: str) -> forms.CharField:
    return forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), label="Reason", help_text=hint)


class ExplainForm(forms.Form):
    """Why a doubt is none."""

    reason = _reason("The controller reads it when confirming size and timing, and so does whoever decides")
    version = version_field()


class SettleForm(forms.Form):
    """How two measures tell their money apart, said for one of them."""

    resolution = forms.ChoiceField(
        choices=[choice for choice in OverlapResolution.choices if choice[0] != OverlapResolution.EXPLAINED]
    )
    percent = needed_sometimes(
        AmountField(
            required=False,
            max_digits=5,
            decimal_places=2,
            label="Share it keeps, in percent",
            help_text="Needed for a split, and only there",
        )
    )
    reason = _reason("Both owners, the controller and whoever decides read it")
    version = version_field()

    field_order = ["measure_id", "resolution", "percent", "reason"]

    def __init__(self, *args: Any, sides: Iterable[tuple[UUID, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["measure_id"] = uuid_choice("Said for", sides, nothing="Choose a measure")
        self.order_fields(self.field_order)


class FindingFilter(forms.Form):
    """What the list of open findings may be narrowed to; the first field is the text search."""

    q = forms.CharField(required=False, max_length=200, label="Name or ID", widget=forms.SearchInput)

    RARE = ()

    def __init__(
        self,
        *args: Any,
        codes: Iterable[tuple[str, str]],
        units: Iterable[tuple[UUID, str]],
        entities: Iterable[tuple[UUID, str]],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        for name, label, choices in (("code", "Kind", codes), ("unit", "Unit", units), ("entity", "Entity", entities)):
            listed = [("", "Any"), *((str(value), words) for value, words in choices)]
            self.fields[name] = forms.ChoiceField(required=False, label=label, choices=listed)
