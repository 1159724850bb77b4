"""What key figures of a cockpit gained or lost since another moment. The direction of good is decided here."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from cat4.web.formats import signed
from measures.constants import Doi, Lifecycle
from reporting.comparison.constants import Why
from reporting.comparison.selectors import Comparison, Entry

from ..selectors.cockpit import Cockpit
from .board import Figure
from .units import unit_of

ZERO = Decimal(0)
# In the order of the figures: whether more is better. A target that was raised is neither good nor bad news for the
# measures; it shows in the gap.
_MORE_IS_BETTER = (True, True, True, True, True, True, True)
_OF_YEAR = (True, False, True, True, True, True, False)


def with_deltas(figures: Sequence[Figure], page: Cockpit, before: Cockpit) -> list[Figure]:
    """The first row, each with its difference in the page's unit."""
    return _with(figures, page, _amounts(page), _amounts(before), _MORE_IS_BETTER)


def with_year_deltas(figures: Sequence[Figure], page: Cockpit, before: Cockpit) -> list[Figure]:
    """The second row. Sums of another fiscal year aren't compared."""
    if page.fiscal_year != before.fiscal_year:
        return list(figures)
    marked = _with(figures, page, _year_amounts(page), _year_amounts(before), _OF_YEAR)
    now, then = page.outlook.unconfirmed, before.outlook.unconfirmed
    points = None if now is None or then is None else round(100 * (now - then))
    share = replace(figures[1], delta=f"{signed(points)} pp" if points else "", is_gain=(points or 0) < 0)
    return [marked[0], share, *marked[2:]]


def _with(
    figures: Sequence[Figure],
    page: Cockpit,
    now: Sequence[Decimal | None],
    then: Sequence[Decimal | None],
    more_is_better: Sequence[bool],
) -> list[Figure]:
    marked, unit = [], unit_of(page)
    for figure, amount, before, is_good in zip(figures, now, then, more_is_better, strict=True):
        delta = None if amount is None or before is None else amount - before
        if delta is None or unit.is_nothing(delta):
            marked.append(figure)
        else:
            marked.append(replace(figure, delta=unit.signed(delta), is_gain=(delta > 0) is is_good))
    return marked


def _amounts(page: Cockpit) -> list[Decimal | None]:
    sums, target = page.sums, page.target.amount if page.target else None
    forecast = sums.everything.forecast
    return [
        target,
        *(sums.at_or_past(doi).plan for doi in (Doi.IDENTIFIED, Doi.DECIDED, Doi.IMPLEMENTED)),
        sums.closed.validated,
        forecast,
        None if target is None else forecast - target,
    ]


def _year_amounts(page: Cockpit) -> list[Decimal | None]:
    found, outlook = page.sums.pipeline(page.thresholds), page.outlook
    return [
        outlook.fac.total, None, outlook.exit, outlook.carry_over, found.gross, found.weighted, found.on_hold,
    ]  # fmt: skip


def changes_in_words(found: Comparison) -> list[tuple[int, str]]:
    """`2 decided`, `1 closed`, `3 new`: how many measures did what, for the line under the headline."""
    counted = Counter(words for entry in found.entries for words in _what(entry))
    counted["new"] = sum(entry.why == Why.WRITTEN for entry in found.added)
    return [(count, words) for words, count in counted.most_common() if count]


def _what(entry: Entry) -> list[str]:
    if entry.why != Why.CHANGED:
        return ["cancelled"] if entry.why == Why.CANCELLED else []
    found = []
    for change in entry.changes:
        if change.field.key == "doi" and change.after > change.before:
            found.append(Doi(change.after).label.lower())
        if change.field.key == "lifecycle" and change.after == Lifecycle.ON_HOLD:
            found.append("put on hold")
        if change.field.key == "potential":
            worse = "gar".find(change.after) > "gar".find(change.before) >= 0
            found.append("worse on money" if worse else "better on money")
    return found
