"""Forms of a committee and its seats."""

from collections.abc import Iterable
from typing import Any

from django import forms

from cat4.accounts.models import User
from cat4.web.fields import person_choice, version_field
from hierarchy.constants import SeatRole
from hierarchy.models import Node
from hierarchy.nodes.forms import node_choice


class CommitteeForm(forms.Form):
    """A committee and the node over whose subtree it decides."""

    name = forms.CharField(max_length=200)
    version = version_field()

    field_order = ["name", "node_id", "version"]

    def __init__(self, *args: Any, nodes: Iterable[tuple[Node, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        hint = "The committee decides over everything below"
        self.fields["node_id"] = node_choice("Decides over", nodes, help_text=hint)
        self.order_fields(self.field_order)


class SeatForm(forms.Form):
    """A seat in a committee."""

    role = forms.ChoiceField(choices=list(reversed(SeatRole.choices)))

    field_order = ["user_id", "role"]

    def __init__(self, *args: Any, people: Iterable[User], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["user_id"] = person_choice("Person", people)
        self.order_fields(self.field_order)
