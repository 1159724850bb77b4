"""The money of a ripple as pages and the API show it: quarters, fiscal years, business units, legal entities."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from measures.formulas.ripple import QuarterMoney
from measures.models import Measure, Ripple, RippleMoney

ZERO = Decimal(0)
NOT_NAMED = "Not named yet"
Moved = Mapping[UUID, Iterable[QuarterMoney]]


@dataclass(frozen=True, slots=True)
class YearMoved:
    """A fiscal year: the change in-year, of its exit run-rate, and of what carries over into the next year."""

    fiscal_year: int
    in_year: Decimal
    exit_run_rate: Decimal
    carry_over: Decimal


@dataclass(frozen=True, slots=True)
class PartMoved:
    """A measure, business unit or legal entity; `amounts` stand below the quarters of the table."""

    name: str
    amounts: tuple[Decimal, ...]
    total: Decimal
    id: UUID | None = None


@dataclass(frozen=True, slots=True)
class MoneyMoved:
    """Hard EBITDA in the reporting currency at plan rate; columns are `quarters`, as (fiscal year, quarter)."""

    quarters: tuple[tuple[int, int], ...] = ()
    total: PartMoved = PartMoved("Total", (), ZERO)
    years: tuple[YearMoved, ...] = ()
    by_unit: tuple[PartMoved, ...] = ()
    by_entity: tuple[PartMoved, ...] = ()
    by_measure: tuple[PartMoved, ...] = ()

    @property
    def in_year(self) -> dict[int, Decimal]:
        """The change by fiscal year."""
        return {year.fiscal_year: year.in_year for year in self.years}


def money_moved(moved: Moved) -> MoneyMoved:
    """The tables of any number of measures, in one query."""
    rows = {measure_id: tuple(quarters) for measure_id, quarters in moved.items()}
    columns = tuple(
        sorted({(quarter.fiscal_year, quarter.quarter) for quarters in rows.values() for quarter in quarters})
    )
    if not columns:
        return MoneyMoved()
    measures = _measures(rows)
    units: dict[str, list[QuarterMoney]] = defaultdict(list)
    entities: dict[str, list[QuarterMoney]] = defaultdict(list)
    by_measure = []
    for measure_id, quarters in rows.items():
        measure = measures.get(measure_id)
        if measure is None or not quarters:
            continue
        units[measure.business_unit.name if measure.business_unit else NOT_NAMED] += quarters
        entities[measure.legal_entity.name if measure.legal_entity else NOT_NAMED] += quarters
        by_measure.append(_part(str(measure), quarters, columns, measure_id))
    everything = [quarter for quarters in rows.values() for quarter in quarters]
    return MoneyMoved(
        quarters=columns,
        total=_part("Total", everything, columns),
        years=tuple(_years(everything)),
        by_unit=tuple(_part(name, units[name], columns) for name in sorted(units)),
        by_entity=tuple(_part(name, entities[name], columns) for name in sorted(entities)),
        by_measure=tuple(sorted(by_measure, key=lambda part: part.name)),
    )


def stored_money(ripples: Collection[Ripple], seen: Collection[UUID]) -> dict[UUID, MoneyMoved]:
    """The money of stored ripples by id, of the measures `seen`; what no worker has computed yet is empty."""
    rows: dict[UUID, dict[UUID, list[QuarterMoney]]] = {ripple.pk: defaultdict(list) for ripple in ripples}
    for row in RippleMoney.objects.filter(ripple__in=list(rows), measure__in=list(seen)):
        quarter = QuarterMoney(row.fiscal_year, row.quarter, row.amount, row.exit_run_rate)
        rows[row.ripple_id][row.measure_id].append(quarter)
    return {ripple_id: money_moved(moved) for ripple_id, moved in rows.items()}


def _measures(measure_ids: Collection[UUID]) -> dict[UUID, Measure]:
    named = Measure.objects.filter(pk__in=list(measure_ids)).select_related("business_unit", "legal_entity")
    return {measure.pk: measure for measure in named}


def _part(
    name: str, quarters: Iterable[QuarterMoney], columns: Iterable[tuple[int, int]], key: UUID | None = None
) -> PartMoved:
    sums: dict[tuple[int, int], Decimal] = defaultdict(lambda: ZERO)
    for quarter in quarters:
        sums[quarter.fiscal_year, quarter.quarter] += quarter.amount
    amounts = tuple(sums[column] for column in columns)
    return PartMoved(name, amounts, sum(amounts, ZERO), key)


def _years(quarters: Iterable[QuarterMoney]) -> Iterable[YearMoved]:
    in_year: dict[int, Decimal] = defaultdict(lambda: ZERO)
    leaving: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for quarter in quarters:
        in_year[quarter.fiscal_year] += quarter.amount
        leaving[quarter.fiscal_year] += quarter.exit_run_rate or ZERO
    for year in sorted(in_year):
        following = in_year.get(year + 1, ZERO)
        yield YearMoved(year, in_year[year], leaving[year], following - in_year[year])
