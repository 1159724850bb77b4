"""Forms of members, roles, committees and API tokens."""

from collections.abc import Iterable
from typing import Any

from django import forms

from cat4.accounts.actor import Role
from cat4.accounts.asking import SignedDuty
from cat4.accounts.models import User
from cat4.web.fields import person_choice, version_field
from hierarchy.models import Node
from hierarchy.nodes.forms import node_choice

from ..successions import Duty


class MembershipForm(forms.Form):
    """What a person is in this organization."""

    title = forms.CharField(max_length=120, required=False, help_text="Such as Group controller")
    ends_on = forms.DateField(
        label="Access ends", required=False, help_text="The last day; empty for no end", widget=forms.DateInput
    )
    is_admin = forms.BooleanField(
        label="Administrator",
        required=False,
        help_text="Manages members, master data, settings and committees. Gives no right over money or gates.",
    )
    version = version_field()


class InvitationForm(MembershipForm):
    """A person to ask in, with the role that they get when they accept."""

    email = forms.EmailField(max_length=254)
    name = forms.CharField(max_length=200, help_text="For the letter; they sign with the name that they set themselves")
    role = forms.ChoiceField(
        choices=[("", "No role yet"), *((role.value, role.label) for role in Role)],
        required=False,
        help_text="Granted when they accept",
    )
    field_order = ["email", "name", "title", "role", "node_id", "ends_on", "is_admin"]

    def __init__(self, *args: Any, nodes: Iterable[tuple[Node, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["node_id"] = node_choice(
            "At", nodes, nothing="–", required=False, help_text="The role holds for everything below"
        )
        self.order_fields(self.field_order)


class JoiningForm(forms.Form):
    """Who accepts without an account sets their own name and password."""

    name = forms.CharField(label="Your name", max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    password = forms.CharField(
        label="Password",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="12 characters or more; a sentence is easiest to keep in mind",
    )
    again = forms.CharField(label="Password again", widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))

    def clean(self) -> dict[str, Any]:
        """Both passwords are the same."""
        clean: dict[str, Any] = super().clean() or {}
        if clean.get("password") != clean.pop("again", None) and "password" in clean:
            self.add_error("again", "These are not the same.")
        return clean


class GrantForm(forms.Form):
    """A role at a node."""

    role = forms.ChoiceField(choices=[(role.value, role.label) for role in Role])

    def __init__(self, *args: Any, nodes: Iterable[tuple[Node, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["node_id"] = node_choice("At", nodes, help_text="The role holds for everything below")


class DeactivateForm(forms.Form):
    """A successor for each duty, under the duty's key."""

    def __init__(self, *args: Any, duties: Iterable[Duty], people: list[User], **options: Any) -> None:
        super().__init__(*args, **options)
        for duty in duties:
            self.fields[duty.key] = person_choice(duty.label, people)
        self.fields["reason"] = forms.CharField(widget=forms.Textarea(attrs={"rows": 2}), required=False)


class SecondFactorForm(forms.Form):
    """Of whom a second factor is asked."""

    duties = forms.MultipleChoiceField(
        label="Ask for a second factor",
        choices=[(duty.value, duty.label) for duty in SignedDuty],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Who has none is led to it when they next come, and shut out after 14 days",
    )


class TokenForm(forms.Form):
    """A new API token."""

    name = forms.CharField(max_length=120, help_text="What will use it, such as Nightly SAP export")
    expires_on = forms.DateField(label="Expires", required=False, help_text="The last day; empty for no end")
