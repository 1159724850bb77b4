"""The forms of the reference rates: the upload, and the consent to what its preview showed."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core import signing

from cat4.errors import Invalid
from cat4.web.fields import MonthField

from .comparison import PlanBasis, Proposal
from .ecb import MAX_FILE_BYTES

_LIMIT = MAX_FILE_BYTES // 1024**2
_SALT = "cat4.integrations.ecb-rates"
_HOUR = 3600


class UploadForm(forms.Form):
    """A file of the bank, and what is wanted of it beside the averages and closings."""

    file = forms.FileField(help_text=f"eurofxref-hist.zip of the European Central Bank, or its csv; up to {_LIMIT} MB")
    currencies = forms.CharField(
        required=False,
        max_length=200,
        label="Further currencies",
        help_text="Those of legal entities and effect lines are taken anyway. Separate by commas",
    )
    plan_fiscal_year = forms.IntegerField(
        required=False, label="Plan rates for fiscal year", help_text="Empty: no plan rates"
    )
    plan_from = MonthField(required=False, label="Mean of the quotes from")
    plan_to = MonthField(required=False, label="Until")

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_FILE_BYTES:
            raise forms.ValidationError(f"The file has {file.size / 1024**2:.0f} MB; at most {_LIMIT} MB are read.")
        return file

    def clean(self) -> dict[str, Any]:
        clean = super().clean() or {}
        given = [name for name in ("plan_fiscal_year", "plan_from", "plan_to") if clean.get(name)]
        if given and len(given) < 3 and not self.errors:
            raise forms.ValidationError("Plan rates need a fiscal year and the months that they are the mean of.")
        return clean

    @property
    def asked_currencies(self) -> list[str]:
        return split_codes(self.cleaned_data["currencies"])

    @property
    def asked_plan(self) -> PlanBasis | None:
        return plan_basis(**{name: self.cleaned_data[name] for name in ("plan_fiscal_year", "plan_from", "plan_to")})


def split_codes(text: str) -> list[str]:
    """Codes separated by commas or blanks."""
    return text.replace(",", " ").replace(";", " ").split()


def plan_basis(plan_fiscal_year: int | None, plan_from: date | None, plan_to: date | None) -> PlanBasis | None:
    """What plan rates are made from; None when none are asked for."""
    if plan_fiscal_year is None or plan_from is None or plan_to is None:
        return None
    return PlanBasis(plan_fiscal_year, plan_from, plan_to)


def sealed(proposal: Proposal, state: str, whose: str) -> str:
    """A proposal that a person previewed, signed, so that exactly this comes back when they confirm."""
    plan = proposal.plan
    content = {
        "whose": whose,
        "state": state,
        "file": [proposal.file_name, proposal.sha256, proposal.last_quote.isoformat()],
        "plan": [plan.fiscal_year, plan.first.isoformat(), plan.last.isoformat()] if plan else None,
        "rates": {
            kind: [[code, month.isoformat(), str(rate)] for (code, month), rate in rates.items()]
            for kind, rates in proposal.rates.items()
        },
    }
    return signing.dumps(content, salt=_SALT, compress=True)


def opened(token: str, whose: str) -> tuple[Proposal, str]:
    """The proposal and the state that `sealed` closed, for the same person and organization, within an hour.

    Raises:
        Invalid: it was changed, belongs to somebody else, or is too old.
    """
    try:
        content = signing.loads(token, salt=_SALT, max_age=_HOUR)
    except signing.BadSignature:
        content = {}
    if content.get("whose") != whose:
        raise Invalid({"": "This preview has expired. Upload the file again."})
    name, digest, last = content["file"]
    plan = content["plan"]
    rates = {
        kind: {(code, date.fromisoformat(month)): Decimal(rate) for code, month, rate in listed}
        for kind, listed in content["rates"].items()
    }
    basis = PlanBasis(plan[0], date.fromisoformat(plan[1]), date.fromisoformat(plan[2])) if plan else None
    return Proposal(name, digest, date.fromisoformat(last), rates, plan=basis), content["state"]
