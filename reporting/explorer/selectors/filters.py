"""Filtering measures for the explorer and its export."""

from dataclasses import dataclass, fields
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from cat4.accounts.actor import Actor
from cat4.matching import matches
from governance.gates.constants import RequestState
from governance.gates.models import GateRequest
from hierarchy.constants import Level
from hierarchy.models import Node
from measures.constants import Lifecycle, Status
from measures.core.selectors.measures import visible_measures
from measures.models import Measure
from reporting.constants import FIRST_VALUED_DOI, OFF_PLAN
from reporting.figures.selectors.lists import MOST_COUNTED
from reporting.figures.selectors.measures import is_overdue, with_figures, with_year_figures
from reporting.figures.sums import NodeSums
from reporting.models import NodeCell

VIEWS = {
    "trap": "On time, money at risk",
    "doubtful": "Attribution doubtful",
    "ready": "Ready for a gate",
    "not-governable": "Not governable",
    "mine": "My measures",
}
# Why the year's expectation isn't its plan, and the exchange rates beside it: the column that holds each part.
CAUSES = {
    "timing": ("Timing", "timing"),
    "size": ("Size", "size"),
    "cancelled": ("Cancelled", "cancelled_part"),
    "on-hold": ("On hold", "held_part"),
    "fx": ("Exchange rates", "fx"),
}
_IN_WORK = (Lifecycle.ACTIVE, Lifecycle.ON_HOLD)
_VALUED = Q(governable=True, doi__gte=FIRST_VALUED_DOI)


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked for; empty means any. `node` is the top of the part of the tree that is looked at.

    `columns` names the set of columns that is shown.
    """

    q: str = ""
    doi: tuple[str, ...] = ()
    implementation: tuple[str, ...] = ()
    potential: tuple[str, ...] = ()
    lifecycle: tuple[str, ...] = ()
    governable: str = ""
    overdue: str = ""
    cause: str = ""
    leakage: str = ""
    sort: str = ""
    view: str = ""
    node: UUID | None = None
    cursor: str = ""
    columns: str = ""
    asof: str = ""

    @property
    def is_flat(self) -> bool:
        """Whether anything asks for a list of measures instead of the tree."""
        where = {"node", "columns", "asof"}
        return any(getattr(self, field.name) for field in fields(self) if field.name not in where)


def measures_of(actor: Actor, filters: Filters, today: date) -> QuerySet[Any]:
    """The measures that the person may see and that the filters leave, with their figures."""
    figures = with_year_figures(with_figures(_in_scope(actor, filters)))
    return figures.filter(_condition(actor, filters, today))


def count_of(measures: QuerySet[Any]) -> int:
    """How many there are, up to one more than `MOST_COUNTED`."""
    return measures.order_by()[: MOST_COUNTED + 1].count()


def view_counts(actor: Actor, filters: Filters) -> dict[str, int]:
    """How many measures each saved view holds, and "" for all of them; other filters don't count.

    Below the nodes that the person sees they are counted by the roll-ups; only what else they are named in, or
    may decide on, is looked at measure by measure.
    """
    nodes = [filters.node] if filters.node else _scope(actor)
    sums = NodeSums(list(NodeCell.objects.filter(node__in=nodes)))
    counts = {
        "": sums.measures,
        "trap": sums.pair(Status.GREEN, *OFF_PLAN).measures,
        "doubtful": sums.pair(Status.RED, Status.GREEN).measures,
        "not-governable": sums.not_governable,
    }
    if filters.node is None and not actor.is_admin:
        for name, count in _elsewhere(actor, nodes).items():
            counts[name] += count
    scope = _in_scope(actor, filters)
    return {
        **counts,
        "ready": scope.filter(_view(actor, "ready")).count(),
        "mine": scope.filter(_view(actor, "mine")).count(),
    }


def _scope(actor: Actor) -> list[UUID]:
    """The highest nodes that the person sees; none of them lies below another, so no measure counts twice."""
    if actor.is_admin:
        return list(Node.objects.filter(level=Level.ORGANIZATION).values_list("pk", flat=True))
    granted = dict(Node.objects.filter(pk__in=[grant.node_id for grant in actor.grants]).values_list("pk", "path"))
    return [pk for pk, path in granted.items() if not granted.keys() & set(path[:-1])]


def _elsewhere(actor: Actor, nodes: list[UUID]) -> dict[str, int]:
    """The same of measures that the person sees beside those nodes."""
    measures = with_figures(visible_measures(actor).exclude(package__path__overlap=nodes))
    names = ("trap", "doubtful", "not-governable")
    counted = measures.aggregate(
        all=Count("pk"), **{name.replace("-", "_"): Count("pk", filter=_view(actor, name)) for name in names}
    )
    return {"": counted["all"], **{name: counted[name.replace("-", "_")] for name in names}}


def _in_scope(actor: Actor, filters: Filters) -> QuerySet[Measure]:
    measures = visible_measures(actor)
    return measures.filter(package__path__contains=[filters.node]) if filters.node else measures


def _condition(actor: Actor, filters: Filters, today: date) -> Q:
    condition = _view(actor, filters.view) & column_condition(filters)
    if filters.q:
        condition &= text_condition(filters.q, "owner__name")
    if filters.overdue:
        condition &= is_overdue(today)
    if filters.leakage:
        condition &= Q(governable=True, totals__leakage__has_key=filters.leakage)
    return condition


def column_condition(filters: Filters) -> Q:
    """What is asked of columns that measures have now and had at a lock."""
    condition = Q()
    for name in ("doi", "implementation", "potential", "lifecycle"):
        if wanted := getattr(filters, name):
            condition &= Q(**{f"{name}__in": wanted})
    if filters.governable:
        condition &= Q(governable=filters.governable == "yes")
    if filters.cause:
        condition &= ~Q(**{CAUSES[filters.cause][1]: 0})
    return condition


def text_condition(text: str, owner: str) -> Q:
    """The search of the bar, in name, code and the owner's name."""
    return matches(text, "name", "code", owner)


def _view(actor: Actor, name: str) -> Q:
    if name == "ready":
        # Every rule of a submitted request held when it was handed in.
        return Q(Exists(GateRequest.objects.filter(measure=OuterRef("pk"), state=RequestState.SUBMITTED)))
    return view_condition(actor, name)


def view_condition(actor: Actor, name: str) -> Q:
    """A saved view by the columns of a measure, now or at a lock; "ready" is asked of requests."""
    if name == "trap":
        return _VALUED & Q(implementation=Status.GREEN, potential__in=OFF_PLAN, lifecycle__in=_IN_WORK)
    if name == "doubtful":
        return _VALUED & Q(implementation=Status.RED, potential=Status.GREEN, lifecycle__in=_IN_WORK)
    if name == "not-governable":
        return Q(governable=False, lifecycle__in=_IN_WORK)
    if name == "mine":
        return Q(owner_id=actor.user_id) | Q(sponsor_id=actor.user_id) | Q(controller_id=actor.user_id)
    return Q()
