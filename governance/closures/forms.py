"""A closure as it is typed: the claim per effect line, what is confirmed of it, and a reason where that differs."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms

from cat4.web import formats
from cat4.web.fields import AmountField, only_for
from governance.gates.forms import STAYS, AskForm, _text

from .selectors.comparison import Closing, ClosingLine


class SignForm(forms.Form):
    """Sign a closure."""

    reason = _text("Comment for the ledger", hint=STAYS)
    password = forms.CharField(
        label="Your password",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text="Asked again at each signature, so that it is yours alone.",
        error_messages={"required": "Enter your password to sign."},
    )


class ConfirmForm(SignForm):
    """What the controller confirms. It begins with the claim, or with the books where they bear less."""

    def __init__(self, *args: Any, closing: Closing, **options: Any) -> None:
        super().__init__(*args, **options)
        self.closing = closing
        for line in closing.lines:
            self.fields[f"confirmed-{line.id}"] = _amount(line)
            self.fields[f"reason-{line.id}"] = forms.CharField(
                label=f"Reason for the difference on “{line.name}”", required=False, max_length=2000
            )
            only_for(self, {f"reason-{line.id}": "difference"})

    def amounts(self) -> dict[UUID, Decimal]:
        """What is typed so far, or what the form begins with; a cell that can't be read counts as claimed."""
        found = {}
        for line in self.closing.lines:
            name = f"confirmed-{line.id}"
            typed = self.cleaned_data.get(name) if self.is_bound and hasattr(self, "cleaned_data") else line.proposed
            found[line.id] = line.claimed if typed is None else typed
        return found

    def given(self) -> dict[str, Any]:
        """The arguments of the action."""
        clean = self.cleaned_data
        return {
            "reason": clean["reason"],
            "password": clean["password"],
            "confirmed": {line.id: clean[f"confirmed-{line.id}"] for line in self.closing.lines},
            "reasons": {line.id: clean[f"reason-{line.id}"] for line in self.closing.lines},
        }


class ClaimForm(AskForm):
    """Ask to close: what is claimed of each line; it begins with what was reported."""

    def __init__(self, *args: Any, closing: Closing, **options: Any) -> None:
        super().__init__(*args, **options)
        self.closing = closing
        for line in closing.lines:
            what = "run-rate" if line.is_recurring else "sum"
            self.fields[f"claim-{line.id}"] = AmountField(
                label=f"You claim of {line.name}",
                max_digits=17,
                decimal_places=2,
                initial=line.reported,
                help_text=f"{line.currency}, {what}. The books show {formats.number(line.validated)}",
                widget=forms.TextInput(attrs={"class": "input num"}),
                error_messages={"required": "Enter what you claim."},
            )
        self.order_fields([*(f"claim-{line.id}" for line in closing.lines), "comment"])

    def given(self) -> dict[str, Any]:
        """The arguments of the action."""
        claims = {line.id: self.cleaned_data[f"claim-{line.id}"] for line in self.closing.lines}
        return {"comment": self.cleaned_data["comment"], "claims": claims}


def _amount(line: ClosingLine) -> AmountField:
    attrs = {"class": "input num input--auto", "size": 12, "aria-label": f"Confirmed, {line.currency}, {line.name}"}
    return AmountField(
        label=line.name,
        max_digits=17,
        decimal_places=2,
        initial=line.proposed,
        widget=forms.TextInput(attrs=attrs),
        error_messages={"required": "Enter what you confirm."},
    )
