"""The unit of a page: millions with one decimal for what is large enough, else thousands."""

from dataclasses import dataclass
from decimal import Decimal

from cat4.web import charts

MILLIONS_FROM = Decimal(10_000_000)


@dataclass(frozen=True, slots=True)
class PageUnit:
    """How a page writes amounts: in cells without the unit, in sentences with it."""

    unit: charts.Unit
    currency: str

    @property
    def name(self) -> str:
        """`EUR m` or `kEUR`, for heads."""
        return self.unit.name

    def text(self, amount: Decimal | None) -> str:
        return self.unit.text(amount)

    def signed(self, amount: Decimal | None) -> str:
        return self.unit.signed(amount)

    def is_negative(self, amount: Decimal | None) -> bool:
        """Whether the amount is below zero as this unit writes it."""
        return self.unit.is_negative(amount)

    def words(self, amount: Decimal) -> str:
        """`EUR 13.7m` or `2,640 kEUR`."""
        return f"{self.currency} {self.short(amount)}" if self._is_m else f"{self.text(amount)} {self.name}"

    def short(self, amount: Decimal) -> str:
        """`13.7m` or `2,640`, where the currency has just been said."""
        return f"{self.text(amount)}m" if self._is_m else self.text(amount)

    def is_nothing(self, amount: Decimal) -> bool:
        """Whether the amount rounds to zero in this unit."""
        return self.text(abs(amount)) == self.text(Decimal(0))

    @property
    def _is_m(self) -> bool:
        return self.unit.divisor == charts.millions(self.currency).divisor


def unit_for(currency: str, *amounts: Decimal | None) -> PageUnit:
    """The unit that suits the largest of the amounts."""
    largest = max((abs(amount) for amount in amounts if amount is not None), default=Decimal(0))
    unit = charts.millions(currency) if largest >= MILLIONS_FROM else charts.thousands(currency)
    return PageUnit(unit, currency)
