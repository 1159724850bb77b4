"""What is asked before numbers are saved: which of two readings is meant, and whether a large change is meant.

The question is a page of its own. It carries everything that was typed, so that it works without JavaScript: a yes
sends the same input again with the answer, and whoever sees a mistake goes back to the form with what they typed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

from cat4.numbers import Reading, told

from . import formats
from .fields import DECIMAL_MARK, AmountField, is_untouched, readings_of

SURE, EDIT = "sure", "edit"
# Typed anew on the question's page: neither is ever written into one.
_SECRETS = frozenset({"password"})
_NOT_CARRIED = frozenset({"csrfmiddlewaretoken", EDIT, *_SECRETS})
LARGE_CELL = Decimal(20_000)


@dataclass(frozen=True, slots=True)
class Moved:
    """An amount before and after: of a field or month, or a sum of a fiscal year."""

    label: str
    before: Decimal
    after: Decimal

    @property
    def is_more_than_half(self) -> bool:
        """Whether more than half of what was there is added or taken away; from nothing there is no half."""
        return bool(self.before) and abs(self.after - self.before) * 2 > abs(self.before)

    @property
    def is_large(self) -> bool:
        """The same for one cell, where it is above 20,000 before or after."""
        return max(abs(self.before), abs(self.after)) > LARGE_CELL and self.is_more_than_half

    @property
    def texts(self) -> tuple[str, str, str]:
        """Before, after and difference."""
        difference = self.after - self.before
        sign = "+" if difference > 0 else ""
        return _every_digit(self.before), _every_digit(self.after), f"{sign}{_every_digit(difference)}"

    @property
    def sentence(self) -> str:
        """`Forecast 2027, EUR: 3,720,000, now 720,000 (−3,000,000)`."""
        before, after, difference = self.texts
        return f"{self.label}: {before}, {_('now')} {after} ({difference})"


def _every_digit(amount: Decimal) -> str:
    """As `exact`; a rate with more than two decimals shows them all."""
    return formats.exact(amount) if amount == round(amount, 2) else formats.every_digit(amount)


class Asked(Exception):
    """Nothing was saved: these changes are large, and the person is asked first."""

    def __init__(self, cells: Iterable[Moved] = (), years: Iterable[Moved] = ()) -> None:
        super().__init__("A large change is asked before it is saved.")
        self.cells, self.years = tuple(cells), tuple(years)

    @property
    def digest(self) -> str:
        """What a yes says yes to: another change is asked anew."""
        seen = [(moved.label, str(moved.before), str(moved.after)) for moved in (*self.cells, *self.years)]
        return sha256(repr(seen).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class MarkChoice:
    """One way to read the unsure cells: the decimal mark, and what each then is."""

    mark: str
    lines: tuple[str, ...]


def is_edited(posted: QueryDict) -> bool:
    """Whether the person goes back to the form with what they typed."""
    return EDIT in posted


def require_sure(posted: QueryDict, cells: Iterable[Moved], years: Iterable[Moved] = ()) -> None:
    """Let a save go on that is small, or that the person said yes to.

    `years` are sums, or single numbers on which much rests, such as a rate: they count whatever their size.

    Raises:
        Asked: a cell or one of `years` changes by more than half, and nobody said yes to exactly that.
    """
    years = tuple(years)
    cells = tuple(cell for cell in cells if cell.is_large)
    if not cells and not any(year.is_more_than_half for year in years):
        return
    asked = Asked(cells, years)
    if asked.digest not in posted.getlist(SURE):
        raise asked


def large_fields(form: forms.BaseForm) -> list[Moved]:
    """The amounts of a form that move, beside what the form began with."""
    return [
        Moved(str(bound.label), bound.initial, after)
        for bound in form
        if isinstance(bound.field, AmountField) and isinstance(bound.initial, Decimal) and not is_untouched(bound)
        if isinstance(after := getattr(form, "cleaned_data", {}).get(bound.name), Decimal)
    ]


def unsure_of(readings: Iterable[Reading]) -> list[Reading]:
    """The readings that have to be asked."""
    return [reading for reading in readings if reading.is_unsure]


def unsure_fields(form: forms.BaseForm) -> list[Reading]:
    """The numbers of a form that have to be asked; none while something else is wrong with it."""
    codes = {error.code for errors in form.errors.as_data().values() for error in errors}
    return unsure_of(readings_of(form).values()) if codes == {"unsure"} else []


def question_of(
    request: HttpRequest, form: forms.BaseForm, *, title: str, sub: str = "", compares: bool = True
) -> HttpResponse | None:
    """What has to be asked of a form that was sent, as a page; None where nothing has.

    Without `compares` only readings are asked, not what the form began with.
    """
    if unsure := unsure_fields(form):
        return ask_reading(request, unsure, title=title, sub=sub)
    if compares and form.is_valid():
        try:
            require_sure(request.POST, large_fields(form))
        except Asked as asked:
            return ask_change(request, asked, title=title, sub=sub)
    return None


def ask_reading(request: HttpRequest, unsure: Sequence[Reading], *, title: str, sub: str = "") -> HttpResponse:
    """The page that asks which mark is the decimal point: one answer for all that was typed together."""
    # First the mark that makes the first number the larger one.
    marks = (",", ".") if "." in unsure[0].text else (".", ",")
    choices = [MarkChoice(mark, tuple(_read_as(reading, mark) for reading in unsure)) for mark in marks]
    return _page(request, DECIMAL_MARK, title=title, sub=sub, choices=choices)


def ask_change(request: HttpRequest, asked: Asked, *, title: str, sub: str = "") -> HttpResponse:
    """The page that shows what a large change moves, by cell and fiscal year, and asks whether it is meant."""
    return _page(request, "", title=title, sub=sub, asked=asked)


def _read_as(reading: Reading, point: str) -> str:
    """`320.000: 320,000 (320 thousand)`, or `320.000: 320`."""
    typed, (larger, smaller) = reading.text.strip(), reading.readings
    if point in typed:
        return f"{typed}: {formats.every_digit(smaller)}"
    return f"{typed}: {formats.every_digit(larger)} ({next(told(reading))})"


def _page(request: HttpRequest, answered: str, **context: object) -> HttpResponse:
    """The question with everything that was typed, what it answers itself left out."""
    carried = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in _NOT_CARRIED and name != answered
        for value in values
    ]
    secrets = sorted(name for name in _SECRETS if name in request.POST)
    context |= {"carried": carried, "secrets": secrets, "here": request.get_full_path()}
    return render(request, "web/ask.html", context, status=422)
