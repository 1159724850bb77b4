"""The shapes of what people ask of the records: a narrower ledger, a proof pack."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms

from cat4.web.fields import MonthField, uuid_choice

from .selectors.ledger import LedgerFilter


class LedgerForm(forms.Form):
    """Narrows the ledger. What can't be read narrows nothing."""

    RARE = ("first_day", "last_day")
    measure = forms.CharField(required=False, max_length=200, label="Measure, code or name")
    person = forms.CharField(required=False, max_length=200, label="Person")
    verb = forms.ChoiceField(required=False, label="What")
    first_day = forms.DateField(required=False, label="From")
    last_day = forms.DateField(required=False, label="Until")

    def __init__(self, *args: Any, verbs: Iterable[str], **options: Any) -> None:
        super().__init__(*args, **options)
        named = [(verb, verb.replace(".", ", ").replace("_", " ")) for verb in verbs]
        self.fields["verb"].choices = [("", "Everything"), *named]  # type: ignore[attr-defined]

    @property
    def rare_set(self) -> int:
        """How many of the fields behind the button are set."""
        return sum(bool(self.data.get(name)) for name in self.RARE)

    def wanted(self) -> LedgerFilter:
        """The filter, without the fields that have an error."""
        self.is_valid()
        return LedgerFilter(**{name: value for name, value in self.cleaned_data.items() if value})


class ProofForm(forms.Form):
    """What a proof pack is about."""

    first_month = MonthField(required=False, label="From", help_text="Empty: from the beginning")
    last_month = MonthField(required=False, label="Until", help_text="Empty: up to now")
    with_files = forms.BooleanField(required=False, label="With the files of the evidence, not their hashes alone")
    field_order = ["node_id", "first_month", "last_month", "with_files"]

    def __init__(self, *args: Any, nodes: Iterable[tuple[UUID, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["node_id"] = uuid_choice("About", nodes, nothing="The whole organization", required=False)
        self.order_fields(self.field_order)
