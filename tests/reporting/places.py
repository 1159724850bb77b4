"""The places that show plan, forecast, gap, actual and what is unconfirmed: each read as its reader reads it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.test import Client

from cat4.accounts.actor import Actor
from cat4.accounts.models import User
from governance.months.models import Snapshot
from hierarchy.models import Node
from measures.constants import Certainty, EffectKind
from measures.core.selectors.overview import key_amounts, year_by_month
from measures.formulas.money import Fac
from measures.models import Measure
from measures.money.selectors.grid import Rights, RowKey, grids
from measures.money.selectors.plan_versions import plan_versions
from measures.money.selectors.result import fac_of, money_of
from reporting.cockpit.pages import board
from reporting.cockpit.pages.units import unit_of
from reporting.cockpit.selectors.cockpit import Cockpit, cockpit
from reporting.cockpit.selectors.past import cockpit_at
from reporting.past.selectors.past import past_node

Shown = dict[str, Decimal | None]
PARTS = ("validated", "reported", "forecast", "assumed", "stale")
ZERO = Decimal(0)
_HARD = {EffectKind.EBITDA_COST: "EBITDA, cost", EffectKind.EBITDA_REVENUE: "EBITDA, revenue margin"}


@dataclass
class Reader:
    """Somebody who sees everything, on the present day or as of a lock."""

    slug: str
    user: User
    actor: Actor
    client: Client
    lock: Snapshot | None = None

    def get(self, path: str, **query: str | int) -> Any:
        """An answer of a page or of the API."""
        if self.lock is not None:
            query["asof"] = f"{self.lock.month:%Y-%m}"
        answer = self.client.get(f"/o/{self.slug}{path}", query)
        assert answer.status_code == 200, (path, query, answer.content[:2000])
        return answer

    def api(self, path: str, **query: str | int) -> Any:
        return self.get(f"/api/v1{path}", **query).json()

    def page(self, path: str, **query: str | int) -> str:
        return str(self.get(path, **query).content.decode())

    def rows(self, path: str, **query: str | int) -> list[dict[str, str]]:
        """The lines of a file."""
        text = self.get(path, export="csv", **query).content.decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text)))

    def nodes_of_the_tree(self) -> Mapping[tuple[str, str], dict[str, str]]:
        """The lines of the explorer's file with the whole tree open, by level and name."""
        opened = ",".join(str(pk) for pk in Node.objects.values_list("pk", flat=True))
        rows = [row for row in self.rows("/explorer/", open=opened) if row["Level"] != "Measure"]
        found = {(row["Level"], row["Name"]): row for row in rows}
        assert len(found) == len(rows)
        return found

    def measures_of_the_list(self) -> Mapping[str, dict[str, str]]:
        """Those of its flat list, by code."""
        return {row["Code"]: row for row in self.rows("/explorer/", sort="code")}


def cockpit_of(reader: Reader, node: Node) -> Cockpit:
    return cockpit(node) if reader.lock is None else cockpit_at(past_node(reader.actor, reader.lock, node.pk))


def on_the_cockpit(reader: Reader, node: Node) -> Shown:
    page = cockpit_of(reader, node)
    everything, outlook, gap = page.sums.everything, page.outlook, None
    if page.target:
        gap = everything.forecast - page.target.amount
        unit, figure = unit_of(page), board.figures(page)[-1]
        assert (figure.label, figure.value) == ("Gap", unit.signed(gap))
    return {
        "plan": everything.plan,
        "forecast": everything.forecast,
        "actual": everything.validated,
        "plan in year": outlook.plan,
        "at completion": outlook.fac.total,
        "unconfirmed": outlook.unconfirmed,
        "gap": gap,
    }


def in_the_figures(reader: Reader, node: Node) -> Shown:
    found = reader.api(f"/nodes/{node.pk}/figures/")
    rates, year = found["run_rates"], found["year"]
    return {
        "plan": _amount(rates["plan"]),
        "forecast": _amount(rates["forecast"]),
        "actual": _amount(rates["validated"]),
        "plan in year": _amount(year["plan"]),
        "at completion": _amount(year["fac"]["total"]),
        "unconfirmed": _amount(year["fac"]["unconfirmed"]),
    }


def in_the_cover(reader: Reader, node: Node) -> Shown:
    """The last run-rate target; in-year those of the present year."""
    rows = [row for row in reader.api(f"/nodes/{node.pk}/cover/") if row["effect"] == "ebitda" and row["target"]]
    shown: Shown = {}
    run_rates = [row for row in rows if row["kind"] == "run_rate"]
    if run_rates:
        last = max(run_rates, key=lambda row: row["fiscal_year"])
        shown = {"plan": _amount(last["plan"]), "forecast": _amount(last["forecast"]), "gap": _amount(last["gap"])}
    for row in rows:
        if row["kind"] == "in_year" and row["hard"] is not None:
            shown |= {"plan in year": _amount(row["plan"]), "at completion": _amount(row["forecast"])}
    return shown


def by_year(reader: Reader, node: Node) -> Shown:
    rows = reader.api(f"/nodes/{node.pk}/years/", fiscal_year=_year(reader, node), certainty=Certainty.HARD.value)
    return _of_years([row for row in rows if row["kind"] in _HARD], {"stale": "stale"})


def in_the_file_of_years(reader: Reader, node: Node) -> Shown:
    year, kinds = str(_year(reader, node)), set(_HARD.values())
    rows = [row for row in reader.rows(f"/nodes/{node.pk}/years/") if row["Fiscal year"] == year]
    hard = [row for row in rows if row["Certainty"] == "Hard" and row["Kind"] in kinds]
    heads = {name: name.capitalize() for name in ("plan", *PARTS[:4])} | {
        "fac": "FAC",
        "stale": "Of the forecast stale",
    }
    return _of_years(hard, heads)


def _of_years(rows: list[dict[str, Any]], heads: Mapping[str, str]) -> Shown:
    def total(name: str) -> Decimal:
        return sum((Decimal(row[heads.get(name, name)]) for row in rows), ZERO)

    parts = Fac(**{part: total(part) for part in PARTS})
    return {"plan in year": total("plan"), "at completion": total("fac"), "unconfirmed": parts.unconfirmed}


def _year(reader: Reader, node: Node) -> int:
    return cockpit_of(reader, node).fiscal_year


def in_the_explorer(row: Mapping[str, str]) -> Shown:
    """A line of its file, which is that of its page."""
    heads = {
        "plan": "Plan run-rate",
        "forecast": "Forecast run-rate",
        "actual": "Validated run-rate",
        "plan in year": "Plan in year",
        "at completion": "FAC in year",
        "unconfirmed": "Unconfirmed share",
    }
    return {name: _amount(row[head] or None) for name, head in heads.items()}


def in_the_freshness(reader: Reader) -> Shown:
    fac = reader.api("/freshness/")["whole"]["fac"]
    return {"at completion": _amount(fac["total"]), "unconfirmed": _amount(fac["unconfirmed"])}


NODE_PLACES: dict[str, Callable[[Reader, Node], Shown]] = {
    "cockpit": on_the_cockpit,
    "API, figures": in_the_figures,
    "API, cover": in_the_cover,
    "API, years": by_year,
    "file of years": in_the_file_of_years,
}


# Where measures are shown -----------------------------------------------------------------------


def on_the_tiles(reader: Reader, measure: Measure) -> Shown:
    amounts = key_amounts(measure)
    assert amounts is not None
    totals = amounts.totals
    return {"plan": totals.plan_run_rate, "forecast": totals.forecast_run_rate, "actual": totals.validated_run_rate}


def in_the_chart(reader: Reader, measure: Measure) -> Shown:
    months = year_by_month(measure).sums.values()
    plan, expected = (sum((getattr(month, name) for month in months), ZERO) for name in ("plan", "forecast"))
    return {"plan in year": plan, "at completion": expected}


def in_the_result(reader: Reader, measure: Measure) -> Shown:
    money = money_of(measure)
    return {
        "plan": money.totals.plan_run_rate,
        "forecast": money.totals.forecast_run_rate,
        "actual": money.totals.validated_run_rate,
        "plan in year": money.totals.plan_in_year,
        "at completion": fac_of(money.totals).total,
        "unconfirmed": money.unconfirmed,
    }


def in_the_lines(reader: Reader, measure: Measure) -> Shown:
    """Only where every line is in the reporting currency: lines stand in what they are counted in."""
    money = money_of(measure)
    hard = [line for line in money.lines if _is_hard(line.line)]
    if any(line.line.currency != money.currency for line in hard):
        return {}
    return {
        "plan in year": sum((line.plan for line in hard), ZERO),
        "at completion": sum((line.expected for line in hard), ZERO),
    }


def in_the_grid(reader: Reader, measure: Measure) -> Shown:
    year = year_by_month(measure)
    found = [grid for grid in grids(measure, year.year, Rights(frozenset({reader.user.pk}))) if _is_hard(grid.line)]
    if any(grid.line.currency != year.currency for grid in found):
        return {}
    return {
        "plan in year": sum((grid.row(RowKey.PLAN).total or ZERO for grid in found), ZERO),
        "at completion": sum((grid.expected.total or ZERO for grid in found), ZERO),
    }


def beside_the_plans(reader: Reader, measure: Measure) -> Shown:
    """The forecast beside frozen plans."""
    found = plan_versions(measure)
    if not found.columns or found.problem:
        return {}
    forecast = found.columns[-1]
    year = forecast.years.get(year_by_month(measure).year)
    return {"forecast": forecast.run_rate, "at completion": year.in_year if year else ZERO}


def over_the_api(reader: Reader, measure: Measure) -> Shown:
    money, whole = reader.api(f"/measures/{measure.pk}/money/"), reader.api(f"/measures/{measure.pk}/")["totals"]
    totals = money["totals"]
    names = {
        "plan": "plan_run_rate",
        "forecast": "forecast_run_rate",
        "actual": "validated_run_rate",
        "plan in year": "plan_in_year",
        "at completion": "fac_in_year",
    }
    shown = {name: _amount(totals[key]) for name, key in names.items()}
    assert shown == {name: _amount(whole[key]) for name, key in names.items()}
    return {**shown, "unconfirmed": _amount(money["unconfirmed"])}


def _is_hard(line: Any) -> bool:
    return line.kind in _HARD and line.certainty == Certainty.HARD


MEASURE_PLACES: dict[str, Callable[[Reader, Measure], Shown]] = {
    "tiles": on_the_tiles,
    "monthly chart": in_the_chart,
    "result": in_the_result,
    "effect lines": in_the_lines,
    "grid": in_the_grid,
    "plan versions": beside_the_plans,
    "API": over_the_api,
}


def _amount(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
