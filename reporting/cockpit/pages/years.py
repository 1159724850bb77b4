"""The parts of a cockpit about fiscal years: figures, from plan to forecast, leakage, cover of targets, confidence."""

from dataclasses import dataclass, replace
from decimal import Decimal

from django.urls import reverse

from cat4.web.bars import BarRow, Step, waterfall
from cat4.web.charts import Unit, share, thousands
from cat4.web.formats import month, percent
from measures.constants import LeakageCause, Lifecycle
from measures.formulas.money import Fac, Source
from reporting.figures.cover import Covered
from reporting.figures.years import year_name
from reporting.years.pages import HEADS

from ..selectors.cockpit import Cockpit
from .board import Figure, explorer_url, measures_in_words
from .units import unit_of, years_of

ZERO = Decimal(0)
_STALE = "stale"
# What a forecast at completion rests on, from firm to loose: name, note, how it is drawn, whether it is hatched.
_RESTS_ON = {
    Source.VALIDATED: ("Validated", "by controllers", "b-act", False),
    Source.REPORTED: ("Reported", "not validated yet", "b-rep", False),
    Source.FORECAST: ("Forecast", "confirmed by owners", "b-fc", False),
    _STALE: ("Forecast, stale", "confirmed too long ago, or never", "b-plan", True),
    Source.ASSUMED: ("Assumed", "nobody forecast it", "b-plan", True),
}


def figures(page: Cockpit) -> list[Figure]:
    """The fiscal year and what it hands on, how sure that is, and the pipeline behind the decided measures."""
    unit, outlook = unit_of(page), page.outlook
    found, held = page.sums.pipeline(page.thresholds), page.sums.in_lifecycle(Lifecycle.ON_HOLD)
    year, following = year_name(page.fiscal_year), year_name(page.fiscal_year + 1)
    return [
        _figure(page, f"{year} at completion", outlook.fac.total, f"of {unit.text(outlook.plan)} plan", sort="fac"),
        Figure(
            "Unconfirmed",
            percent(outlook.unconfirmed),
            "of that forecast",
            explorer_url(page, columns="year", sort="unconfirmed"),
        ),
        _figure(page, "Exit run-rate", outlook.exit, f"{unit.text(outlook.plan_exit)} planned", sort="exit"),
        _figure(
            page, f"Carry-over to {following}", outlook.carry_over,
            f"{unit.text(outlook.plan_carry_over)} planned", sort="carry-over",
        ),
        _figure(page, "Gross pipeline", found.gross, "all degrees", sort="plan"),
        _figure(page, "Weighted", found.weighted, "by degree", sort="plan"),
        Figure(
            "On hold",
            unit.text(found.on_hold),
            measures_in_words(held.measures) if held.measures else "not in the pipeline",
            explorer_url(page, lifecycle=Lifecycle.ON_HOLD.value, governable="yes"),
        ),
    ]  # fmt: skip


def _figure(page: Cockpit, label: str, amount: Decimal, note: str, *, sort: str) -> Figure:
    columns = {} if sort == "plan" else {"columns": "year"}
    return Figure(label, unit_of(page).text(amount), note, explorer_url(page, sort=sort, **columns))


def variance(page: Cockpit) -> tuple[BarRow, ...]:
    """From the year's plan to what is expected at plan rate; exchange rates are the row after (domain 6.7, 6.10)."""
    outlook, unit = page.outlook, unit_of(page).unit
    causes = [
        ("Timing", outlook.timing, "starts later than planned", "timing"),
        ("Size", outlook.magnitude, "brings another amount", "size"),
        ("Cancelled", outlook.cancelled, "stays in the plan", "cancelled"),
        ("On hold", outlook.on_hold, "has left the forecast", "on-hold"),
    ]
    fx_fill, fx_note = "b-neg" if outlook.fx < 0 else "f5", "average against plan rate, beside it"
    total, fx = _by(page, "fac"), _by(page, "fx", cause="fx")
    steps = [
        Step("Plan", outlook.plan, "b-plan", note=years_of(page), is_total=True, href=_by(page, "plan-year")),
        *(
            Step(label, -loss, "b-neg" if loss > 0 else "f5", note=note, href=_by(page, cause, cause=cause))
            for label, loss, note, cause in causes
        ),
        Step("At completion", outlook.fac.total, "b-fc", note="at plan rate", is_total=True, href=total),
        Step("Exchange rates", outlook.fx, fx_fill, note=fx_note, is_total=True, href=fx),
    ]
    if outlook.unsplit:
        steps.insert(5, Step("Not split yet", -outlook.unsplit, "b-open", note="waits to be computed anew"))
    rows = waterfall(steps, unit)
    signed = [
        row if step.is_total and step.label != "Exchange rates" else replace(row, value=unit.signed(step.amount))
        for row, step in zip(rows, steps, strict=True)
    ]
    # What is beside the bridge hangs on no bar of it.
    return (*signed[:-2], replace(signed[-2], end=""), replace(signed[-1], is_total=False))


def _by(page: Cockpit, sort: str, **filters: str) -> str:
    return explorer_url(page, columns="variance" if filters else "year", sort=sort, **filters)


def variance_words(page: Cockpit) -> str:
    """How far the expectation is from the plan of the year."""
    outlook, unit = page.outlook, unit_of(page)
    missing = outlook.plan - outlook.fac.total
    if not outlook.plan and not outlook.fac.total:
        return "Nothing is planned for the year yet."
    if unit.is_nothing(missing):
        return "The year ends at plan."
    side = "below" if missing > 0 else "above"
    part = f", {percent(abs(missing) / abs(outlook.plan))}" if outlook.plan else ""
    return f"The year ends {unit.words(abs(missing))}{part} {side} plan."


def leakage(page: Cockpit) -> tuple[BarRow, ...]:
    """What was planned for locked months and wasn't validated, by cause (domain 6.8)."""
    unit, largest = thousands(page.currency), max((abs(amount) for amount in page.leakage.values()), default=ZERO)
    return tuple(
        BarRow(
            label=LeakageCause(cause).label,
            value=unit.signed(-amount),
            width=share(abs(amount), largest),
            cls="b-neg" if amount > 0 else "f5",
            href=explorer_url(page, leakage=cause, columns="variance", sort="year-against-plan"),
        )
        for cause, amount in page.leakage.items()
        if amount
    )


def leakage_words(page: Cockpit) -> str:
    """All causes together; negative is missing."""
    total = sum(page.leakage.values(), ZERO)
    until = f" up to {month(page.locked_until)}" if page.locked_until else ""
    return f"{thousands(page.currency).signed(-total)} against plan in locked months{until}."


@dataclass(frozen=True, slots=True)
class ConfidenceRow:
    """One part of the FAC: what it rests on, how much that is, and where its bar lies.

    Hatched is unconfirmed; what is reported and not validated is an outline, and has the clock beside its name.
    """

    label: str
    note: str
    amount: str
    share: str
    x: str
    width: str
    cls: str
    is_hatched: bool
    is_reported: bool


def confidence_rows(page: Cockpit) -> tuple[ConfidenceRow, ...]:
    """The parts of the FAC in one bar, from firm to loose (domain 6.4); none while nothing is expected."""
    rows, at = [], ZERO
    for rests_on, (amount, part) in _parts(page.outlook.fac).items():
        label, note, cls, is_hatched = _RESTS_ON[rests_on]
        rows.append(
            ConfidenceRow(
                label=label,
                note=note,
                amount=unit_of(page).text(amount),
                share=percent(part),
                x=share(at, Decimal(1)),
                width=share(part, Decimal(1)),
                cls=cls,
                is_hatched=is_hatched,
                is_reported=rests_on == Source.REPORTED,
            )
        )
        at += part
    return tuple(rows)


def _parts(fac: Fac) -> dict[str, tuple[Decimal, Decimal]]:
    """Amounts and shares, the stale part of the forecast by itself; a part of nothing is left out where it is stale."""
    if fac.shares is None:
        return {}
    found: dict[str, tuple[Decimal, Decimal]] = {}
    for source, part in fac.shares.items():
        amount = getattr(fac, source.value)
        if source != Source.FORECAST or not fac.stale:
            found[source] = (amount, part)
            continue
        stale = (fac.unconfirmed or ZERO) - fac.shares[Source.ASSUMED]
        found[source] = (amount - fac.stale, part - stale)
        found[_STALE] = (fac.stale, stale)
    return found


def unconfirmed_words(page: Cockpit) -> str:
    """`17% of this number is unconfirmed` (domain 14); nothing while nothing is expected or all is confirmed."""
    return f"{percent(page.outlook.unconfirmed)} of this number is unconfirmed" if page.outlook.unconfirmed else ""


@dataclass(frozen=True, slots=True)
class CoverLine:
    """A target with its texts. `gap` is forecast less target, `not_decided` target less hard.

    `by_then` says how much of the forecast is there when the target's year ends, where that is less than all.
    """

    label: str
    unit: str
    target: str
    hard: str
    hard_share: str
    weighted: str
    weighted_share: str
    plan: str
    expected: str
    by_then: str
    gap: str
    not_decided: str
    is_short: bool
    not_allocated: str
    is_open: bool


def cover_lines(page: Cockpit) -> list[CoverLine]:
    """The targets by fiscal year, effect and kind, with what covers them."""
    return [_cover_line(page, covered) for covered in page.covers]


def _cover_line(page: Cockpit, covered: Covered) -> CoverLine:
    target = covered.target
    unit: Unit = unit_of(page).unit if target.is_money else HEADS
    gap, by_then = covered.gap, covered.by_then
    is_later = by_then is not None and unit.text(by_then) != unit.text(covered.expected)
    open_part = target.not_allocated if page.has_children else None
    return CoverLine(
        label=f"{year_name(target.fiscal_year)} {target.label}",
        unit=unit.name,
        target=unit.text(target.amount),
        hard=unit.text(covered.hard),
        hard_share=percent(covered.share(covered.hard)) if covered.hard is not None else "",
        weighted=unit.text(covered.weighted),
        weighted_share=percent(covered.share(covered.weighted)) if covered.weighted is not None else "",
        plan=unit.text(covered.plan),
        expected=unit.text(covered.expected),
        by_then=unit.text(by_then) if is_later else "",
        gap=unit.signed(gap),
        not_decided=unit.text(covered.not_decided),
        is_short=unit.is_negative(gap),
        not_allocated=unit.text(open_part),
        is_open=bool(open_part) and unit.text(open_part) != unit.text(ZERO),
    )


def targets_url(page: Cockpit) -> str:
    """Where targets are set, for who may; where they are shown, for the others."""
    name = "hierarchy:targets" if page.may_set_targets else "hierarchy:node"
    return reverse(name, kwargs={"pk": page.node.pk})
