"""The result of a measure as its page shows it: key figures, the bridge, and what a forecast rests on."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from cat4.web import bars, charts, formats
from measures.core.pages.overview import Figure
from measures.formulas.money import Source

from ..selectors.result import Money, Share

# Reported is an outline: it isn't validated yet. What nobody forecast is hatched, as on every page.
FILLS = {Source.VALIDATED: "b-act", Source.REPORTED: "b-rep", Source.FORECAST: "b-fc", Source.ASSUMED: "b-loose"}


@dataclass(frozen=True, slots=True)
class ShareBar:
    """A share as a piece of a bar, in percent of its width."""

    label: str
    amount: Decimal
    share: Decimal
    fill: str
    x: str
    width: str
    is_reported: bool = False
    is_hatched: bool = False


def share_bars(shares: Iterable[Share]) -> tuple[ShareBar, ...]:
    """The pieces side by side, from firm to loose."""
    found, at = [], Decimal(0)
    for share in shares:
        found.append(
            ShareBar(
                label=share.source.value.capitalize(),
                amount=share.amount,
                share=share.share,
                fill=FILLS[share.source],
                x=charts.share(at, Decimal(1)),
                width=charts.share(share.share, Decimal(1)),
                is_reported=share.source is Source.REPORTED,
                is_hatched=share.source is Source.ASSUMED,
            )
        )
        at += share.share
    return tuple(found)


def rests_on(shares: Iterable[Share]) -> str:
    """`58% validated, 42% assumed`: what goes beside every forecast at completion."""
    known = [f"{formats.percent(share.share)} {share.source}" for share in shares if share.share]
    return ", ".join(known) or "nothing expected"


def unconfirmed_words(money: Money) -> str:
    """`17% of this number is unconfirmed` (domain 14); nothing where all of it is confirmed."""
    return f"{formats.percent(money.unconfirmed)} of this number is unconfirmed" if money.unconfirmed else ""


def figures(money: Money) -> list[Figure]:
    """Key figures in thousands; a forecast at completion never stands without what it rests on."""
    totals, unit = money.totals, f"k{money.currency}"

    def pair(label: str, amount: Decimal, plan: Decimal) -> Figure:
        return Figure(
            label, formats.thousands(amount), f"plan {formats.thousands(plan)}", is_bad=_is_short(amount, plan)
        )

    payback = formats.month(totals.payback_month) if totals.payback_month else formats.NOTHING
    return [
        Figure(f"Plan {money.year}", formats.thousands(totals.plan_in_year), unit),
        Figure(
            f"FAC {money.year}",
            formats.thousands(totals.fac_in_year),
            rests_on(money.shares),
            is_bad=_is_short(totals.fac_in_year, totals.plan_in_year),
        ),
        pair("Run-rate now", totals.validated_run_rate, totals.plan_run_rate),
        pair(f"Exit run-rate {money.year}", totals.exit_run_rate, totals.plan_exit_run_rate),
        pair("Carry-over", totals.carry_over, totals.plan_carry_over),
        Figure("Payback", payback, "cumulative net stays at or above zero"),
    ]


def _is_short(amount: Decimal, plan: Decimal) -> bool:
    """Whether the page shows less than the plan: what rounds to nothing is not short."""
    return formats.is_negative(formats.thousands(amount - plan))


def bridge(money: Money) -> tuple[bars.BarRow, ...]:
    """From the plan of the year to its forecast at completion; the steps between add up exactly (domain 6.7)."""
    totals = money.totals
    losses = [
        ("Timing", totals.timing_loss, "later than planned"),
        ("Size", totals.magnitude_loss, "more or less than planned"),
        ("Cancelled", totals.cancelled_loss, ""),
        ("On hold", totals.on_hold_loss, ""),
    ]
    steps = [bars.Step(f"Plan {money.year}", totals.plan_in_year, "b-plan", is_total=True)]
    steps += [
        bars.Step(label, -loss, "b-neg" if loss > 0 else "b-act", note=note)
        for label, loss, note in losses
        if loss or note
    ]
    steps.append(bars.Step("Forecast at completion", totals.fac_in_year, "b-act", note="plan rates", is_total=True))
    if totals.fx_effect:
        fill = "b-neg" if totals.fx_effect < 0 else "b-act"
        steps.append(bars.Step("Exchange rates", totals.fx_effect, fill, note="average less plan rates"))
    return bars.waterfall(steps, charts.thousands(money.currency))
