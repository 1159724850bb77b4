"""How the group is steered: targets of its fiscal years, public holidays, and exchange rates month by month."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from cat4.accounts.actor import Actor
from cat4.fiscal import add_months
from hierarchy.calendar.actions import choose_holidays
from hierarchy.constants import RateKind, TargetEffect, TargetKind
from hierarchy.nodes.actions.defaults import set_defaults
from hierarchy.nodes.actions.targets import Cell, set_targets
from hierarchy.rates.actions import set_rates
from hierarchy.settings.actions import change_settings

from .company import ENTITIES, PORTFOLIO, UNITS, Company
from .people import CONTROLLER_OF, SPONSOR_OF
from .steps import Dated

# EBITDA in 2026 and 2027, and one-time cost in 2026, in thousand euro. The programs leave a part unallocated.
_IN_YEAR = {
    (): (50_500, 97_000, -1_400),
    (PORTFOLIO,): (50_000, 96_000, -1_300),
    (PORTFOLIO, "Procurement"): (14_500, 27_000, -400),
    (PORTFOLIO, "Operations"): (9_000, 21_000, -450),
    (PORTFOLIO, "Commercial"): (15_000, 27_500, -250),
    (PORTFOLIO, "Overheads"): (10_000, 18_000, -100),
}
# What the programs are asked for as run-rate of 2028; the portfolio's target was set at the start.
_RUN_RATE = {"Procurement": 32_000, "Operations": 27_000, "Commercial": 31_000, "Overheads": 23_000}
# Average rates in hundred-thousandths of a euro from January 2025 on. Invented: koruna above plan, zloty below.
_FIRST_RATE = date(2025, 1, 1)
_AVERAGES = {
    "CZK": (
        3978, 3985, 3991, 3999, 4011, 4024, 4052, 4079, 4103, 4112, 4118, 4121,
        4109, 4097, 4104, 4116, 4127, 4131, 4139, 4128, 4133, 4140,
    ),
    "PLN": (
        24890, 24960, 24810, 24720, 24640, 24610, 24570, 24520, 24480, 24410, 24390, 24350,
        24310, 24370, 24290, 24230, 24180, 24210, 24140, 24090, 24120, 24070,
    ),
}  # fmt: skip
_UNIT = Decimal("0.00001")
_TWO_SIGN = Decimal(800_000)


def steering_steps(company: Company, admin: Actor) -> Iterator[Dated]:
    """Targets before the year begins; rates of a year once it is over, of 2026 at the end of September; defaults last.

    Alderbrook has two controllers sign from 800,000 euro a year on.
    """
    yield Dated(date(2024, 2, 1), 0, "settings", lambda: change_settings(admin, closure_two_sign_above=_TWO_SIGN))
    yield Dated(date(2024, 2, 1), 0, "holidays", lambda: choose_holidays(admin, country="DE"))
    yield Dated(date(2025, 12, 10), 0, "targets", lambda: _set_targets(company))
    yield Dated(date(2026, 10, 14), 9, "defaults", lambda: _name_defaults(company))
    yield Dated(date(2026, 1, 5), 0, "rates", lambda: _set_rates(admin, 0, 12))
    yield Dated(date(2026, 10, 2), 0, "rates", lambda: _set_rates(admin, 12, 21))


def _set_targets(company: Company) -> None:
    for path, (this_year, next_year, cost) in _IN_YEAR.items():
        amounts: dict[Cell, Decimal | None] = {
            (TargetEffect.EBITDA, TargetKind.IN_YEAR, 2026): Decimal(1000) * this_year,
            (TargetEffect.EBITDA, TargetKind.IN_YEAR, 2027): Decimal(1000) * next_year,
            (TargetEffect.ONE_TIME_COST, TargetKind.IN_YEAR, 2026): Decimal(1000) * cost,
        }
        if path and path[-1] in _RUN_RATE:
            amounts[TargetEffect.EBITDA, TargetKind.RUN_RATE, 2028] = Decimal(1000) * _RUN_RATE[path[-1]]
        set_targets(company.actors["ines"], node_id=company.nodes[path], amounts=amounts)


def _set_rates(admin: Actor, first: int, end: int) -> None:
    """Averages of the months with these numbers, and closing rates halfway to the next month's average."""
    averages, closing = {}, {}
    for currency, steps in _AVERAGES.items():
        for number in range(first, end):
            key = (currency, add_months(_FIRST_RATE, number))
            averages[key] = steps[number] * _UNIT
            closing[key] = (steps[number] + steps[number + 1]) * _UNIT / 2
    source = "Group treasury, month-end sheet"
    set_rates(admin, kind=RateKind.AVERAGE, rates=averages, source=source)
    set_rates(admin, kind=RateKind.CLOSING, rates=closing, source=source)


def _name_defaults(company: Company) -> None:
    """Each program names what its new measures take, so that writing one down asks for what differs."""
    for program in UNITS:
        set_defaults(
            company.actors["ines"],
            company.nodes[(PORTFOLIO, program)],
            sponsor_id=company.person(SPONSOR_OF[program]),
            controller_id=company.person(CONTROLLER_OF[program]),
            business_unit_id=company.ids[f"unit {program}"],
            function_id=company.ids[f"function {program}"],
            legal_entity_id=company.ids[f"entity {ENTITIES[0][0]}"],
            committee_id=company.ids[f"committee {program}"],
        )
