"""The form that names a deputy."""

from collections.abc import Iterable
from typing import Any

from django import forms

from cat4.accounts.models import User
from cat4.web.fields import person_choice
from hierarchy.models import Node
from hierarchy.nodes.forms import node_choice


class DeputyForm(forms.Form):
    """Who acts for whom, when and where."""

    field_order = ["principal_id", "deputy_id", "first_day", "last_day", "node_id", "reason"]
    first_day = forms.DateField(label="First day", widget=forms.DateInput)
    last_day = forms.DateField(label="Last day", widget=forms.DateInput, help_text="Both days are included")
    reason = forms.CharField(max_length=200, help_text="Such as leave; it goes into the ledger")

    def __init__(
        self, *args: Any, people: Iterable[User], nodes: Iterable[tuple[Node, str]], for_anybody: bool, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        people = list(people)
        if for_anybody:
            self.fields["principal_id"] = person_choice("Acts for", people)
        self.fields["deputy_id"] = person_choice("Deputy", people)
        self.fields["node_id"] = node_choice(
            "Where", nodes, nothing="Everywhere", required=False, help_text="Holds for everything below"
        )
        self.order_fields(self.field_order)
