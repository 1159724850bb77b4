"""What the places of `places` have to say, summed up from the rows of measures, and whether they say it.

As domain sections 6.3 to 6.6 and 14 define it: plan, forecast, gap, actual, and what is unconfirmed.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.test import Client

from cat4.accounts.actor import Actor
from cat4.accounts.models import User
from cat4.web.formats import thousands
from governance.committees.selectors.agenda_figures import figures_of
from governance.months.models import Snapshot
from hierarchy.constants import Level
from hierarchy.models import Committee, Node
from measures.core.selectors.overview import key_amounts, year_by_month
from measures.formulas.money import Fac
from measures.models import LockedStanding, Measure
from reporting.cockpit.pages import years as year_board
from reporting.cockpit.pages.units import unit_of
from reporting.comparison.selectors import comparison
from reporting.constants import OUT_OF_FORECAST
from reporting.figures.selectors.measures import with_standing_figures
from reporting.past.selectors.locks import stale_before_lock
from tests.reporting.places import (
    MEASURE_PLACES,
    NODE_PLACES,
    PARTS,
    ZERO,
    Reader,
    Shown,
    cockpit_of,
    in_the_explorer,
    in_the_freshness,
)


def rows_of(reader: Reader) -> list[dict[str, Any]]:
    """Every measure that brings money into totals, with its sums and the nodes above it."""
    names = ("plan_run_rate", "forecast_run_rate", "validated_run_rate", "plan_in_year", "fac_in_year")
    sums = [*names, *(f"{part}_in_year" for part in PARTS)]
    if reader.lock is not None:
        kept = with_standing_figures(
            LockedStanding.objects.filter(month=reader.lock.month), stale_before_lock(reader.lock)
        )
        rows: Iterable[dict[str, Any]] = kept.values(
            "measure_id", "code", "doi", "lifecycle", "governable", "path", *sums
        )
        return [row for row in rows if row["governable"] and row["doi"] >= 1]
    found = []
    for measure in Measure.objects.filter(governable=True, doi__gte=1).select_related("totals", "package"):
        totals = {name: getattr(measure.totals, name) for name in sums}
        facts = {"measure_id": measure.pk, "code": measure.code, "lifecycle": measure.lifecycle}
        found.append({**facts, **totals, "path": measure.package.path, "committee": measure.committee_id})
    return found


def summed(rows: Iterable[dict[str, Any]], target: Decimal | None = None) -> Shown:
    """What these measures come to."""
    rows = list(rows)

    def total(name: str) -> Decimal:
        return sum((Decimal(row[name]) for row in rows), ZERO)

    forecast = sum((row["forecast_run_rate"] for row in rows if row["lifecycle"] not in OUT_OF_FORECAST), ZERO)
    return {
        "plan": total("plan_run_rate"),
        "forecast": forecast,
        "actual": total("validated_run_rate"),
        "plan in year": total("plan_in_year"),
        "at completion": total("fac_in_year"),
        "unconfirmed": Fac(**{part: total(f"{part}_in_year") for part in PARTS}).unconfirmed,
        "gap": None if target is None else forecast - target,
    }


# The comparison ---------------------------------------------------------------------------------


def nodes_that_differ(reader: Reader) -> list[object]:
    """Every place of every node that shows another figure than its measures come to."""
    rows, tree = rows_of(reader), reader.nodes_of_the_tree()
    wrong: list[object] = []
    for node in Node.objects.filter(retired_at__isnull=True).order_by("level", "name"):
        target = cockpit_of(reader, node).target
        below = [row for row in rows if node.pk in row["path"]]
        wanted = summed(below, target.amount if target else None)
        for name, place in NODE_PLACES.items():
            wrong += _differing(f"{name} of {node.name}", place(reader, node), wanted)
        line = tree.get((Level(node.level).label, node.name))
        if line is not None:
            wrong += _differing(f"explorer of {node.name}", in_the_explorer(line), wanted)
    assert len(tree) > 1
    if reader.lock is None:
        everything = summed(rows)
        wrong += _differing("freshness", in_the_freshness(reader), everything)
        for committee in Committee.objects.all():
            kept = figures_of(committee)
            own = summed(row for row in rows if row["committee"] == committee.pk)
            shown = {
                "plan": kept["plan_run_rate"],
                "forecast": kept["forecast_run_rate"],
                "at completion": kept["fac_in_year"],
            }
            wrong += _differing(f"agenda of {committee}", {name: Decimal(text) for name, text in shown.items()}, own)
    return wrong


def measures_that_differ(reader: Reader, every: int = 1) -> list[object]:
    """The same of measures; with `every` the files of all, and the pages of one in so many."""
    wrong: list[object] = []
    listed = reader.measures_of_the_list()
    rows = sorted(rows_of(reader), key=lambda row: row["code"])
    for number, row in enumerate(rows):
        wanted = summed([row])
        wrong += _differing(f"explorer of {row['code']}", in_the_explorer(listed[row["code"]]), wanted)
        if reader.lock is None and number % every == 0:
            measure = Measure.objects.get(pk=row["measure_id"])
            for name, place in MEASURE_PLACES.items():
                wrong += _differing(f"{name} of {row['code']}", place(reader, measure), wanted)
    return wrong


def differences_that_differ(reader: Reader, base: Snapshot) -> list[object]:
    """What changed since a lock, added to what was then, is what is now."""
    now, past = summed(rows_of(reader)), Reader(reader.slug, reader.user, reader.actor, reader.client, base)
    then, found = summed(rows_of(past)), comparison(reader.actor, base, None)
    shown: Shown = {}
    for name in ("plan", "forecast", "actual"):
        shown[name] = (then[name] or ZERO) + found.total(name)
    return _differing("comparison", shown, now)


def _differing(place: str, shown: Shown, wanted: Shown) -> list[object]:
    return [
        (place, name, amount, wanted[name])
        for name, amount in shown.items()
        if amount != wanted[name] and not (name == "unconfirmed" and not amount and not wanted[name])
    ]


def pages_that_differ(reader: Reader, nodes: Iterable[Node], measures: Iterable[UUID]) -> list[object]:
    """Of each kind of page one: whether it writes the figures of its node or measure."""
    wrong: list[object] = []
    for node in nodes:
        page = cockpit_of(reader, node)
        unit, everything, outlook = unit_of(page), page.sums.everything, page.outlook
        texts = {unit.words(everything.forecast), unit.words(outlook.fac.total)}
        texts |= {unit.signed(everything.forecast - page.target.amount)} if page.target else set()
        texts |= {year_board.unconfirmed_words(page)}
        html = reader.page(f"/nodes/{node.pk}/cockpit/")
        wrong += [("cockpit page", node.name, text) for text in texts if text not in html]
        if reader.lock is None and page.target:
            html = reader.page(f"/nodes/{node.pk}/brief/")
            wrong += [("brief", node.name) for text in [unit.text(everything.forecast)] if text not in html]
    for pk in measures:
        measure = Measure.objects.get(pk=pk)
        amounts = key_amounts(measure)
        assert amounts is not None
        totals, year = amounts.totals, year_by_month(measure)
        html = reader.page(f"/measures/{pk}/")
        words = f"at completion {thousands(totals.fac_in_year)}"
        wrong += [("measure page", measure.code, words)] if year.sums and words not in html else []
        html = reader.page(f"/measures/{pk}/financials/result/")
        wrong += [("result", measure.code)] if thousands(totals.fac_in_year) not in html else []
    return wrong


def what_differs(slug: str, actor: Actor, *, one_in: int = 1) -> list[object]:
    """Every place that shows another figure than it should, today and as of the last lock."""
    user, client = User.objects.get(pk=actor.user_id), Client()
    client.force_login(user)
    lock = Snapshot.objects.order_by("-month")[0]
    now, then = (Reader(slug, user, actor, client, moment) for moment in (None, lock))
    top = list(Node.objects.filter(level__lte=Level.PROGRAM).order_by("level", "name")[:3])
    decided = list(Measure.objects.filter(doi__gte=3).order_by("code").values_list("pk", flat=True)[:3])
    return [
        *nodes_that_differ(now),
        *measures_that_differ(now, one_in),
        *differences_that_differ(now, lock),
        *pages_that_differ(now, top, decided),
        *nodes_that_differ(then),
        *measures_that_differ(then),
        *pages_that_differ(then, top, []),
    ]
