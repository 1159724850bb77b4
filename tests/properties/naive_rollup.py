"""Roll-ups summed up from measures alone, one by one, in Python: what the stored ones have to be."""

from collections import defaultdict
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

from hierarchy.constants import Level
from hierarchy.models import Node
from hierarchy.organization.selectors import thresholds
from measures.constants import Doi, Lifecycle, StatusKind
from measures.models import EffectMonth, Measure
from reporting.figures import statuses as formulas
from reporting.rollups.actions.tables import CELL_MONEY, YEAR_MONEY

RATES: dict[str, dict[int, Decimal | int]] = {
    "EUR": {2026: 1, 2027: 1},
    "USD": {2026: Decimal("0.87654321"), 2027: Decimal("0.9")},
}

Reports = tuple[dict[Any, Any], ...]


def is_stale(doi: int, lifecycle: str) -> bool:
    """Nobody confirms a forecast here: that of a decided measure in work is stale, no other."""
    return doi == Doi.DECIDED and lifecycle == Lifecycle.ACTIVE


def summed_by_hand() -> Reports:
    """Cells, months, years, leakage and statuses of every node."""
    cells: dict[Any, list[Any]] = defaultdict(lambda: [0] * (1 + len(CELL_MONEY)))
    months: dict[Any, list[Any]] = defaultdict(lambda: [0, *[Decimal(0)] * 4])
    years: dict[Any, list[Any]] = defaultdict(lambda: [0, *[Decimal(0)] * len(YEAR_MONEY)])
    leakage: dict[Any, list[Any]] = defaultdict(lambda: [0, Decimal(0)])
    for measure in Measure.objects.select_related("package", "totals"):
        colours = dict(measure.statuses.values_list("kind", "value"))
        key = (measure.doi, measure.lifecycle, colours["implementation"], colours["potential"], measure.governable)
        added = [1, *(_counted(measure, name) for name in CELL_MONEY)]
        counts = measure.governable and measure.doi >= 1
        for node in measure.package.path:
            _add(cells, (node, *key), added)
            for month, sums in _months_of(measure).items() if counts else ():
                _add(months, (node, month), [1, *sums])
            for year, sums in _years_of(measure).items() if counts else ():
                _add(years, (node, "ebitda_cost", "hard", year), [1, *sums])
            for cause, amount in measure.totals.leakage.items() if counts else ():
                _add(leakage, (node, cause), [1, Decimal(amount)])
    tables = ({key: tuple(sums) for key, sums in table.items()} for table in (cells, months, years, leakage))
    return (*tables, _statuses(cells))


def _add(table: dict[Any, list[Any]], key: Any, added: list[Any]) -> None:
    table[key] = [a + b for a, b in zip(table[key], added, strict=True)]


def _counted(measure: Measure, name: str) -> Decimal:
    if not measure.governable:
        return Decimal(0)
    is_forecast = name in {"forecast_run_rate", "forecast_in_year", "assumed_in_year", "stale_in_year"}
    is_booked = name in {"validated_in_year", "reported_in_year"}
    if measure.lifecycle == Lifecycle.CANCELLED and (is_forecast or is_booked or name == "fac_in_year"):
        return Decimal(0)
    if measure.lifecycle == Lifecycle.ON_HOLD and is_forecast:
        return Decimal(0)
    if measure.lifecycle == Lifecycle.ON_HOLD and name == "fac_in_year":
        return measure.totals.validated_in_year + measure.totals.reported_in_year
    return Decimal(getattr(measure.totals, name))


def _months_of(measure: Measure) -> dict[date, list[Decimal]]:
    """Plan, forecast, reported and validated of the months that have any, to the cent."""
    found = {}
    for month in EffectMonth.objects.filter(measure=measure).select_related("line"):
        rate = RATES[month.line.currency][month.month.year]
        columns = (month.plan, _expected(measure, month)[0], month.reported, None)
        sums = [_cents((amount or 0) * rate) for amount in columns]
        if any(sums):
            found[month.month] = sums
    return found


def _expected(measure: Measure, month: EffectMonth) -> tuple[Decimal, str]:
    """What a month brings as far as known, and what that rests on."""
    if measure.lifecycle == Lifecycle.CANCELLED:
        return Decimal(0), "assumed"
    if month.reported is not None:
        return month.reported, "reported"
    if measure.lifecycle == Lifecycle.ON_HOLD:
        return Decimal(0), "assumed"
    if measure.doi >= Doi.DECIDED and month.forecast is not None:
        return month.forecast, "forecast"
    return month.plan or Decimal(0), "assumed"


def _years_of(measure: Measure) -> dict[int, list[Decimal]]:
    """In the order of `YEAR_MONEY`; twelve times a steady December is the run-rate at the end of a year."""
    years: dict[int, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    before: EffectMonth | None = None
    for month in EffectMonth.objects.filter(measure=measure).select_related("line").order_by("month"):
        rate = RATES[month.line.currency][month.month.year]
        amount, source = _expected(measure, month)
        sums = years[month.month.year]
        sums["plan"] += (month.plan or 0) * rate
        sums[source] += amount * rate
        if month.month.month == 12:
            sums["plan_exit_run_rate"] = 12 * _steady(month.plan or Decimal(0), before.plan if before else None) * rate
            comes = _expected(measure, before)[0] if before and _is_expected(measure, before) else None
            sums["exit_run_rate"] = 12 * _steady(amount, comes) * rate
        before = month
    found = {}
    for year, sums in years.items():
        rounded = {name: _cents(sums[name]) for name in YEAR_MONEY if name != "fac"}
        rounded["stale"] = rounded["forecast"] if is_stale(measure.doi, measure.lifecycle) else Decimal(0)
        rounded["fac"] = rounded["reported"] + rounded["forecast"] + rounded["assumed"]
        found[year] = [rounded[name] for name in YEAR_MONEY]
    return found


def _is_expected(measure: Measure, month: EffectMonth) -> bool:
    """On hold and cancelled leave no month but what was booked."""
    return measure.lifecycle == Lifecycle.ACTIVE or (
        measure.lifecycle == Lifecycle.ON_HOLD and month.reported is not None
    )


def _steady(last: Decimal, before: Decimal | None) -> Decimal:
    """The level at the end of a year: months that differ by a cent are the same, and their mean is it."""
    return last if before is None or abs(before - last) > Decimal("0.01") else (before + last) / 2


def _cents(amount: Decimal | int) -> Decimal:
    return Decimal(amount).quantize(Decimal("0.01"), ROUND_HALF_UP)


def _statuses(cells: dict[Any, list[Any]]) -> dict[UUID, tuple[str, str]]:
    """From the deepest level up, because a node can't be far better than a heavy red child."""
    nodes = Node.objects.order_by("-level", "pk")
    found: dict[UUID, tuple[str, str]] = {}
    weights = {node.pk: _weights(cells, node.pk) for node in nodes}
    for node in nodes:
        own = {key: values for key, values in cells.items() if key[0] == node.pk}
        if not own:
            continue
        red = [
            (child.name, sum(weights[child.pk].values(), formulas.Weight()))
            for child in nodes
            if child.parent_id == node.pk and found.get(child.pk, "n")[0] == "r"
        ]
        if node.level == Level.PACKAGE:
            red = _red_measures(node.pk)
        dates = formulas.implementation(weights[node.pk], red, thresholds())
        found[node.pk] = (dates.value, _potential(own))
    return found


def _weights(cells: dict[Any, list[Any]], node: UUID) -> dict[str, formulas.Weight]:
    names = ["measures", *CELL_MONEY]
    weights: dict[str, formulas.Weight] = {}
    for (pk, _doi, _lifecycle, colour, _potential, governable), values in cells.items():
        if pk == node and governable and colour != "n":
            row = dict(zip(names, values, strict=True))
            weight = formulas.Weight(row["plan_run_rate"], row["plan_in_year"], row["measures"])
            weights[colour] = weights.get(colour, formulas.Weight()) + weight
    return weights


def _red_measures(package: UUID) -> list[tuple[str, formulas.Weight]]:
    red = Measure.objects.filter(
        package=package, governable=True, statuses__kind=StatusKind.IMPLEMENTATION, statuses__value="r"
    )
    return [(m.name, formulas.Weight(m.totals.plan_run_rate, m.totals.plan_in_year, 1)) for m in red]


def _potential(own: dict[Any, list[Any]]) -> str:
    names = ["measures", *CELL_MONEY]
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for (_pk, doi, *_colours, governable), values in own.items():
        for name, value in zip(names, values, strict=True):
            sums[name] += value if governable and doi >= 2 else 0
    return formulas.potential(
        plan_in_year=sums["plan_in_year"],
        fac_in_year=sums["fac_in_year"],
        plan_run_rate=sums["plan_run_rate"],
        forecast_run_rate=sums["forecast_run_rate"],
        thresholds=thresholds(),
        currency="EUR",
    ).value
