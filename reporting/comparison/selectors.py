"""What differs between two locks, or a lock and now: measures added, removed and changed (domain section 12)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum, auto
from typing import Any
from uuid import UUID

from django.db.models import Value
from django.db.models.functions import Coalesce

from cat4 import clock
from cat4.accounts.actor import Actor
from cat4.fiscal import fiscal_year
from governance.months.models import Snapshot
from hierarchy.models import Node
from hierarchy.organization.selectors import organization
from measures.constants import EBITDA_KINDS, Certainty, Doi, Lifecycle, Status, StatusKind
from measures.core.selectors.measures import visible_measures
from measures.models import LockedStanding, Measure, MeasureStatus
from reporting.figures.selectors.measures import with_figures, with_standing_figures, with_year_figures
from reporting.past.selectors.locks import stale_before_lock
from reporting.past.selectors.past import visible_standings

from .constants import Why

ZERO = Decimal(0)
Facts = Mapping[str, Any]


class Kind(StrEnum):
    """What kind of value a fact is; `pages.py` says it in words."""

    TEXT = auto()
    DEGREE = auto()
    LIFECYCLE = auto()
    YES_NO = auto()
    STATUS = auto()
    MONEY = auto()
    DAY = auto()


@dataclass(frozen=True, slots=True)
class Field:
    """A fact that is compared. Money is in the reporting currency, as it enters the roll-ups."""

    key: str
    label: str
    kind: Kind = Kind.TEXT

    @property
    def is_money(self) -> bool:
        return self.kind is Kind.MONEY


FIELDS = (
    Field("name", "Name"),
    Field("place", "Place"),
    Field("owner", "Owner"),
    Field("sponsor", "Sponsor"),
    Field("controller", "Controller"),
    Field("unit", "Business unit"),
    Field("function", "Function"),
    Field("entity", "Legal entity"),
    Field("committee", "Committee"),
    Field("doi", "Degree", Kind.DEGREE),
    Field("lifecycle", "Lifecycle", Kind.LIFECYCLE),
    Field("governable", "Governable", Kind.YES_NO),
    Field("implementation", "Implementation", Kind.STATUS),
    Field("potential", "Potential", Kind.STATUS),
    Field("cost", "Cost", Kind.STATUS),
    Field("plan", "Plan run-rate", Kind.MONEY),
    Field("forecast", "Forecast run-rate", Kind.MONEY),
    Field("actual", "Validated run-rate", Kind.MONEY),
    Field("plan_year", "Plan in year", Kind.MONEY),
    Field("fac", "Forecast at completion", Kind.MONEY),
    Field("target_amount", "Target, annual", Kind.MONEY),
    Field("decide_by", "Planned date of DoI 3", Kind.DAY),
    Field("implement_by", "Planned date of DoI 4", Kind.DAY),
    Field("close_by", "Planned date of DoI 5", Kind.DAY),
)
# The figures of an entry and of the whole.
FIGURES = tuple(field for field in FIELDS if field.key in {"plan", "forecast", "actual"})
_COLUMNS = (
    "code", "name", "doi", "lifecycle", "governable", "implementation", "potential", "plan", "forecast", "actual",
    "plan_year", "fac", "target_amount", "decide_by", "implement_by", "close_by",
)  # fmt: skip
_NAMES = {"owner": "owner", "sponsor": "sponsor", "controller": "controller"}
_MASTER = {"unit": "business_unit", "function": "function", "entity": "legal_entity", "committee": "committee"}


@dataclass(frozen=True, slots=True)
class Change:
    """One field before and after; `delta` of money is after minus before."""

    field: Field
    before: Any
    after: Any

    @property
    def delta(self) -> Decimal | None:
        if not self.field.is_money:
            return None
        return (self.after or ZERO) - (self.before or ZERO)


@dataclass(frozen=True, slots=True)
class Entry:
    """A measure that differs. `why` says how it came or went; figures are after minus before."""

    id: UUID
    code: str
    name: str
    owner: str
    place: str
    why: Why
    plan: Decimal
    forecast: Decimal
    actual: Decimal
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two moments of a part of the tree. `other` is None for now; the sums of the entries are the nodes' deltas."""

    base: Snapshot
    other: Snapshot | None
    fiscal_year: int
    added: tuple[Entry, ...]
    removed: tuple[Entry, ...]
    changed: tuple[Entry, ...]

    @property
    def entries(self) -> tuple[Entry, ...]:
        return (*self.added, *self.removed, *self.changed)

    def total(self, name: str) -> Decimal:
        """The sum of a figure's differences: plan, forecast or actual."""
        return sum((getattr(entry, name) for entry in self.entries), ZERO)


def comparison(actor: Actor, base: Snapshot, other: Snapshot | None, node: Node | None = None) -> Comparison:
    """Everything that the person sees of both moments, below a node or as a whole; largest forecast first."""
    year = other.fiscal_year if other else _present_year()
    before, after = _side(actor, base, node, year), _side(actor, other, node, year)
    moved = _elsewhere(base, other, before.keys() ^ after.keys())
    added = [_added(pk, after[pk], moved.get(pk)) for pk in after.keys() - before.keys()]
    removed = [_removed(pk, before[pk], moved.get(pk)) for pk in before.keys() - after.keys()]
    changed = []
    for pk in before.keys() & after.keys():
        entry = _changed(pk, before[pk], after[pk])
        if entry.why:
            removed.append(entry)
        elif entry.changes:
            changed.append(entry)
    return Comparison(base, other, year, _ordered(added), _ordered(removed), _ordered(changed))


def _ordered(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple(sorted(entries, key=lambda entry: (-abs(entry.forecast), -abs(entry.plan), entry.code)))


def _present_year() -> int:
    home = organization()
    return fiscal_year(clock.today(home.time_zone), home.fiscal_year_start)


def _side(actor: Actor, snapshot: Snapshot | None, node: Node | None, year: int) -> dict[UUID, Facts]:
    return _live(actor, node) if snapshot is None else _kept(actor, snapshot, node, year)


def _kept(actor: Actor, snapshot: Snapshot, node: Node | None, year: int) -> dict[UUID, Facts]:
    rows = visible_standings(actor, snapshot)
    if node is not None:
        rows = rows.filter(path__contains=[node.pk])
    names = [f"{name}_name" for name in _NAMES]
    columns = [*_COLUMNS, "cost", "path_names", "measure_id", *names, *_MASTER.values()]
    is_other_year = snapshot.fiscal_year != year
    columns += ["years"] if is_other_year else []
    found: dict[UUID, Facts] = {}
    for row in with_standing_figures(rows, stale_before_lock(snapshot)).values(*columns):
        facts: dict[str, Any] = {**row, **{key: row[f"{name}_name"] for key, name in _NAMES.items()}}
        facts |= {key: row[column] for key, column in _MASTER.items()}
        facts["place"] = _place(row["path_names"])
        if is_other_year:
            facts |= _in_year(row, year)
        found[row["measure_id"]] = facts
    return found


def _in_year(row: Facts, year: int) -> Facts:
    """Plan and expectation of another fiscal year than the one that was present at the lock."""
    counts = row["governable"] and row["doi"] >= Doi.IDENTIFIED
    hard = [figures for figures in row["years"] if _is_hard(figures, year)] if counts else []
    sums = {"plan_year": "plan", "fac": "fac"}
    return {key: sum((Decimal(str(figures[column])) for figures in hard), ZERO) for key, column in sums.items()}


def _is_hard(row: Facts, year: int) -> bool:
    return row["fiscal_year"] == year and row["kind"] in EBITDA_KINDS and row["certainty"] == Certainty.HARD


def _live(actor: Actor, node: Node | None) -> dict[UUID, Facts]:
    rows = visible_measures(actor)
    if node is not None:
        rows = rows.filter(package__path__contains=[node.pk])
    names = {key: Coalesce(f"{name}__name", Value("")) for key, name in (_NAMES | _MASTER).items()}
    aliases = {f"{key}_now": expression for key, expression in names.items()}
    figures = with_year_figures(with_figures(rows)).annotate(**aliases)
    paths = _place_of_packages()
    costs = dict(MeasureStatus.objects.filter(kind=StatusKind.COST).values_list("measure_id", "value"))
    found: dict[UUID, Facts] = {}
    for row in figures.values(*_COLUMNS, *aliases, "pk", "package_id"):
        facts: dict[str, Any] = {**row, **{key: row[f"{key}_now"] for key in names}}
        facts |= {"place": paths[row["package_id"]], "cost": costs.get(row["pk"], Status.GREY.value)}
        found[row["pk"]] = facts
    return found


def _place_of_packages() -> dict[UUID, str]:
    """Where each node lies now, in words."""
    nodes = {node.pk: node for node in Node.objects.only("path", "name")}
    return {pk: _place([nodes[node_id].name for node_id in node.path]) for pk, node in nodes.items()}


def _place(names: Sequence[str]) -> str:
    """Without the organization, which never changes."""
    return " / ".join(names[1:])


def _elsewhere(base: Snapshot, other: Snapshot | None, ids: Iterable[UUID]) -> dict[UUID, bool]:
    """Of measures that are on one side only: those that exist on both, and so were moved."""
    wanted = list(ids)
    kept = LockedStanding.objects.filter(measure__in=wanted).order_by()
    then = set(kept.filter(month=base.month).values_list("measure_id", flat=True))
    if other is None:
        later = set(Measure.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    else:
        later = set(kept.filter(month=other.month).values_list("measure_id", flat=True))
    return dict.fromkeys(then & later, True)


def _added(pk: UUID, facts: Facts, is_moved: bool | None) -> Entry:
    return _entry(pk, facts, Why.MOVED_HERE if is_moved else Why.WRITTEN, sign=1)


def _removed(pk: UUID, facts: Facts, is_moved: bool | None) -> Entry:
    return _entry(pk, facts, Why.MOVED_AWAY if is_moved else Why.DELETED, sign=-1)


def _entry(pk: UUID, facts: Facts, why: Why, *, sign: int) -> Entry:
    return Entry(
        id=pk,
        code=facts["code"],
        name=facts["name"],
        owner=facts["owner"],
        place=facts["place"],
        why=why,
        plan=sign * facts["plan"],
        forecast=sign * facts["forecast"],
        actual=sign * facts["actual"],
    )


def _changed(pk: UUID, before: Facts, after: Facts) -> Entry:
    """A measure on both sides; one that was cancelled in between counts as removed, and says so."""
    changes = tuple(
        Change(field, before[field.key], after[field.key]) for field in FIELDS if before[field.key] != after[field.key]
    )
    is_cancelled = after["lifecycle"] == Lifecycle.CANCELLED != before["lifecycle"]
    return Entry(
        id=pk,
        code=after["code"],
        name=after["name"],
        owner=after["owner"],
        place=after["place"],
        why=Why.CANCELLED if is_cancelled else Why.CHANGED,
        plan=after["plan"] - before["plan"],
        forecast=after["forecast"] - before["forecast"],
        actual=after["actual"] - before["actual"],
        changes=changes,
    )
