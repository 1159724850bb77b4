"""What follows from a decision, for people: tables of the page, and sentences of what there is to choose from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from cat4.web import formats
from hierarchy.constants import TargetKind
from measures.constants import Lifecycle

from ..selectors.consequences import Consequences


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table: its head, what stands below it, and its cells. `measure_id` is set where it may be opened."""

    head: str
    sub: str
    cells: tuple[str, ...]
    measure_id: str = ""


@dataclass(frozen=True, slots=True)
class ConsequencesView:
    """The tables of `governance/gates/_consequences.html`; amounts in thousands of `currency`."""

    currency: str
    own: tuple[Row, ...]
    successors: tuple[Row, ...]
    enables: tuple[Row, ...]
    gaps: tuple[Row, ...]
    missing: tuple[str, ...]
    resume_on: date | None = None
    kind: str = ""

    @property
    def is_open_ended(self) -> bool:
        """A hold whose end isn't named yet: no date moves before it is."""
        return self.kind == "hold" and self.resume_on is None


def view_of(seen: Mapping[str, Any]) -> ConsequencesView | None:
    """Kept or foreseen consequences, as the reader may see them; None where there are none."""
    if not seen:
        return None
    return ConsequencesView(
        currency=seen["currency"],
        own=tuple(_own(row) for row in seen["own"]),
        successors=tuple(_successor(row, seen["money"]) for row in seen["successors"]),
        enables=tuple(_enabled(row) for row in seen["enables"]),
        gaps=tuple(_gap(row) for row in seen["gaps"]),
        missing=tuple(seen["missing"]),
        resume_on=_day(seen["resume_on"]),
        kind=seen["kind"],
    )


def said(found: Consequences) -> str:
    """In sentences, for a committee's papers: codes and amounts, no names that not every member may read."""
    return " ".join((_successors_said(found), _enables_said(found), *_gaps_said(found)))


def _successors_said(found: Consequences) -> str:
    if not found.successors:
        return _("Nothing waits for it.")
    parts = [
        f"{row.code} ({row.owner}) {formats.day(row.before_on)}"
        + (_(" to %(day)s") % {"day": formats.day(row.after_on)} if row.days else "")
        for row in found.successors
    ]
    money = [
        f"{row.code} FY {row.fiscal_year} {formats.signed(row.in_year / 1000)} k{found.currency}"
        for row in found.money
        if row.in_year
    ]
    moved = f" ({', '.join(money)})" if money else ""
    return _("Waiting for it: %(who)s%(money)s.") % {"who": ", ".join(parts), "money": moved}


def _enables_said(found: Consequences) -> str:
    if not found.enables:
        return _("It enables no other measure.")
    return _("It enables %(codes)s.") % {"codes": ", ".join(row.code for row in found.enables)}


def _gaps_said(found: Consequences) -> list[str]:
    if not found.gaps:
        return [_("No target gap changes.")]
    return [
        _("Target gap of %(node)s, FY %(year)d %(kind)s: before %(before)s, after %(after)s k%(currency)s.")
        % {
            "node": gap.node,
            "year": gap.fiscal_year,
            "kind": TargetKind(gap.kind).label.lower(),
            "before": formats.thousands(gap.before),
            "after": formats.thousands(gap.after),
            "currency": found.currency,
        }
        for gap in found.gaps
    ]


def _own(row: Mapping[str, Any]) -> Row:
    amounts = ("in_year_before", "in_year_after", "run_rate_before", "run_rate_after")
    return Row(f"FY {row['fiscal_year']}", "", tuple(_thousands(row[name]) for name in amounts))


def _successor(row: Mapping[str, Any], money: list[Mapping[str, Any]]) -> Row:
    moved = [
        f"FY {year['fiscal_year']} {formats.signed(Decimal(year['in_year']) / 1000)}"
        for year in money
        if year["measure_id"] == row["measure_id"] and Decimal(year["in_year"])
    ]
    before, after = _day(row["before_on"]), _day(row["after_on"])
    days = formats.days(row["days"]) if row["days"] else _("unmoved")
    cells = (formats.day(before), formats.day(after), days, ", ".join(moved) or formats.thousands(Decimal(0)))
    return _measure(row, ", ".join(part for part in (row["milestone"], row["owner"]) if part), cells)


def _enabled(row: Mapping[str, Any]) -> Row:
    state = f"DoI {row['doi']}, {Lifecycle(row['lifecycle']).label.lower()}"
    return _measure(row, row["owner"], (state, _thousands(row["run_rate"])))


def _measure(row: Mapping[str, Any], sub: str, cells: tuple[str, ...]) -> Row:
    return Row(f"{row['code']} {row['name']}".rstrip(), sub, cells, row["measure_id"] if row["name"] else "")


def _gap(row: Mapping[str, Any]) -> Row:
    kind = TargetKind(row["kind"]).label.lower()
    amounts = tuple(_thousands(row[name]) for name in ("target", "before", "after"))
    return Row(row["node"], f"FY {row['fiscal_year']}, {kind}", amounts)


def _thousands(amount: str | None) -> str:
    return formats.thousands(Decimal(amount)) if amount is not None else ""


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
