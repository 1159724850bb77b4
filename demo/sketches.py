"""The forty measures of Alderbrook's Value Plan 2028, in thousand euro of annual run-rate EBITDA."""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parent / "portfolio.csv"


@dataclass(frozen=True, slots=True)
class Sketch:
    """What a measure comes to: its degree, its dates (g, a, r: on track, late, very late), its money.

    `plan`, `forecast` and `actual` are run-rates in thousand euro; `money` is how the forecast of the year
    stands against its plan (g, a, r); a `stale` measure was not confirmed by its owner for months.
    """

    code: str
    name: str
    program: str
    project: str
    package: str
    doi: int
    dates: str
    money: str
    plan: int
    forecast: int
    actual: int
    owner: str
    description: str
    stale: bool


def sketches() -> list[Sketch]:
    """Every measure, in the order of its code."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        return [_sketch(row) for row in csv.DictReader(file)]


def _sketch(row: dict[str, str]) -> Sketch:
    facts: dict[str, Any] = {**row, "stale": row["stale"] == "yes"}
    for name in ("doi", "plan", "forecast", "actual"):
        facts[name] = int(row[name])
    return Sketch(**facts)
