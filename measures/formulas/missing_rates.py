"""Sums without a plan rate: only the amounts that need it stay out, and what is missing is named (domain 6.10)."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from .facts import MeasureFacts

Pair = tuple[str, int]


class NotedRates(Mapping[Pair, Decimal]):
    """Plan rates in which one that is missing counts 0, never 1, and is noted as soon as an amount needs it."""

    def __init__(self, rates: Mapping[Pair, Decimal]) -> None:
        self._rates = rates
        self.missing: set[Pair] = set()

    def __getitem__(self, pair: Pair) -> Decimal:
        rate = self._rates.get(pair)
        if rate is None:
            self.missing.add(pair)
            return Decimal(0)
        return rate

    def __iter__(self) -> Iterator[Pair]:
        return iter(self._rates)

    def __len__(self) -> int:
        return len(self._rates)

    @property
    def named(self) -> tuple[str, ...]:
        """`GBP 2027`: each currency with the fiscal year that lacks its rate."""
        return tuple(f"{currency} {year}" for currency, year in sorted(self.missing))

    def named_for(self, currencies: Collection[str], year: int | None = None) -> tuple[str, ...]:
        """Those of some currencies; of one fiscal year where that is all that counts."""
        wanted = {(code, at) for code, at in self.missing if code in currencies and year in {None, at}}
        return tuple(f"{code} {at}" for code, at in sorted(wanted))


def with_noted_rates(facts: MeasureFacts) -> tuple[MeasureFacts, NotedRates]:
    """The facts with rates that note what is missing. Sums made from them hold every amount that has its rate."""
    noted = NotedRates(facts.organization.rates)
    return replace(facts, organization=replace(facts.organization, rates=noted)), noted


def stays_out(named: Collection[str]) -> tuple[str, ...]:
    """What is said of amounts that stay out: `GBP has no plan rate for 2026, 2027: these amounts stay out.`"""
    years: dict[str, list[str]] = {}
    for pair in named:
        currency, year = pair.split(" ")
        years.setdefault(currency, []).append(year)
    return tuple(
        f"{code} has no plan rate for {', '.join(those)}: these amounts stay out." for code, those in years.items()
    )
