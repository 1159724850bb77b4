"""The first sentence of a cockpit, computed from its numbers."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import ngettext

from cat4.wording import listed
from measures.constants import Lifecycle

from ..selectors.cockpit import Cockpit
from .units import unit_of


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a sentence; `strong` is what was asked for."""

    text: str
    strong: bool = False


def headline(page: Cockpit) -> list[Part]:
    """Where the forecast ends, what is missing and why, and whether green milestones hide missing money."""
    if not page.sums.everything.measures:
        return [Part("No measure is identified yet, so nothing counts. Ideas and drafts are in the explorer.")]
    return [*_forecast(page), Part(" "), *_trap(page)]


def _forecast(page: Cockpit) -> Iterator[Part]:
    unit, everything = unit_of(page), page.sums.everything
    reference, name = (page.target.amount, "target") if page.target else (everything.plan, "plan")
    difference = everything.forecast - reference
    where = f"at {name}"
    if not unit.is_nothing(difference):
        where = f"{unit.short(abs(difference))} {'short of' if difference < 0 else 'above'} {name}"
    yield Part("Forecast ends at ")
    yield Part(f"{unit.words(everything.forecast)}, {where}", strong=True)
    causes = listed(_causes(page))
    yield Part(f": {causes}." if causes else ".")
    if not page.target:
        yield Part(" No target is set.")


def _causes(page: Cockpit) -> Iterator[str]:
    """What the difference to the target is made of; the parts add up to it."""
    unit, sums = unit_of(page), page.sums
    going = sums.at_or_past(1)
    if page.target:
        missing = page.target.amount - sums.everything.plan
        if not unit.is_nothing(missing):
            yield (
                f"{unit.short(missing)} has no measure yet"
                if missing > 0
                else (f"{unit.short(-missing)} more is planned than the target asks")
            )
    if not unit.is_nothing(going.against_plan):
        yield (
            f"{unit.short(-going.against_plan)} is lost in forecast"
            if going.against_plan < 0
            else (f"{unit.short(going.against_plan)} is forecast above plan")
        )
    for lifecycle, words in ((Lifecycle.ON_HOLD, "is on hold"), (Lifecycle.CANCELLED, "was cancelled")):
        gone = -sums.in_lifecycle(lifecycle).against_plan
        if not unit.is_nothing(gone):
            yield f"{unit.short(gone)} {words}"


def _trap(page: Cockpit) -> Iterator[Part]:
    trap = page.sums.trap
    if not trap.measures:
        yield Part("No measure that is on time misses its money.")
        return
    words = ngettext(
        "%d measure is on time but will miss its money",
        "%d measures are on time but will miss their money",
        trap.measures,
    )
    yield Part(words % trap.measures, strong=True)
    yield Part(f", by {unit_of(page).words(max(-trap.against_plan, Decimal(0)))}{_age(page)}.")


def _age(page: Cockpit) -> str:
    if not page.trap_days:
        return ""
    days = days_in_words(page.trap_days)
    return f", for {days}" if page.sums.trap.measures == 1 else f", the oldest for {days}"


def days_in_words(days: int) -> str:
    """`1 day`, `44 days`."""
    return ngettext("%d day", "%d days", days) % days
