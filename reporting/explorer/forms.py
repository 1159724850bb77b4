"""What may be asked of the explorer."""

from collections.abc import Iterable
from typing import Any

from django import forms

from measures.constants import Doi, LeakageCause, Lifecycle, Status

from .selectors.columns import SETS, SORTS
from .selectors.filters import CAUSES, VIEWS, Filters


class OneOrMore(forms.Select):
    """A select for one value; an address may carry several of the same name."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return data.getlist(name)


def _choices(labels: Iterable[tuple[Any, Any]]) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        required=False, choices=[("", "Any"), *((str(value), label) for value, label in labels)], widget=OneOrMore
    )


class ExplorerForm(forms.Form):
    """Filters, sort and cursor of the explorer; the first field is the text search."""

    q = forms.CharField(required=False, max_length=200, label="Name, ID or owner", widget=forms.SearchInput)
    doi = _choices((degree.value, f"{degree.value} {degree.label}") for degree in Doi)
    implementation = _choices(Status.choices)
    potential = _choices(Status.choices)
    lifecycle = _choices(Lifecycle.choices)
    governable = forms.ChoiceField(required=False, choices=[("", "Any"), ("yes", "Yes"), ("no", "No")])
    overdue = forms.ChoiceField(required=False, choices=[("", "Any"), ("yes", "Yes")])
    cause = forms.ChoiceField(
        required=False, choices=[("", "Any"), *((key, label) for key, (label, _) in CAUSES.items())]
    )
    leakage = forms.ChoiceField(required=False, choices=[("", "Any"), *LeakageCause.choices])
    sort = forms.ChoiceField(required=False, choices=[("", "Tree"), *((key, key.title()) for key in SORTS)])
    view = forms.ChoiceField(required=False, choices=[("", "All"), *((key, key) for key in VIEWS)])
    node = forms.UUIDField(required=False)
    cursor = forms.CharField(required=False, max_length=400)

    columns = forms.ChoiceField(required=False, choices=[(key, those.label) for key, those in SETS.items()])
    asof = forms.CharField(required=False, max_length=7)

    # What is steered by tabs and links instead of the bar.
    STEERED = ("view", "node", "sort", "cursor", "columns", "asof")
    # What the bar keeps behind "More filters", so that it stays one line.
    RARE = ("lifecycle", "governable", "overdue", "cause", "leakage")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["doi"].label = "DoI"
        self.fields["potential"].label = "Money"
        self.fields["cause"].label = "Off the year's plan by"

    @property
    def rare_set(self) -> int:
        """How many filters behind the button are at work."""
        return sum(bool(self.fields.get(name) and any(self.cleaned_data.get(name) or ())) for name in self.RARE)

    def filters(self) -> Filters:
        """The valid input as data."""
        clean = {name: self.cleaned_data[name] for name in self.fields}
        several = {name: tuple(v for v in value if v) for name, value in clean.items() if isinstance(value, list)}
        return Filters(**{**clean, **several})
