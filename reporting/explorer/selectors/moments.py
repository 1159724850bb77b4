"""Where the explorer's rows come from: what is true now, or what a lock kept. Both answer the same questions."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from cat4.accounts.actor import Actor
from governance.months.models import Snapshot
from hierarchy.models import Node

from . import explorer
from .columns import SORTS
from .filters import Filters, measures_of, view_counts
from .keyset import Page, page_of
from .past_explorer import standing_row, standings_of, tree_at, view_counts_at
from .rows import Row


@dataclass(frozen=True, slots=True)
class Present:
    """The explorer as things stand; `top` is the part of the tree that is looked at."""

    actor: Actor
    top: Node | None
    day: date
    lock: None = None

    def tree(self, opened: frozenset[UUID] | None) -> list[Row]:
        return explorer.tree(self.actor, self.top, opened, self.day)

    def measures(self, filters: Filters) -> QuerySet[Any]:
        return measures_of(self.actor, filters, self.day)

    def row(self, measure: Any) -> Row:
        return explorer.measure_row(measure)

    def counts(self, filters: Filters) -> dict[str, int]:
        return view_counts(self.actor, filters)

    def page(self, filters: Filters) -> Page:
        """One page of the list."""
        rows = explorer.measure_rows(self.measures(filters), self.day)
        return page_of(rows, SORTS[filters.sort or "code"], filters.cursor)

    def whole_list(self, filters: Filters) -> list[Row]:
        """Every row of the list, for a file."""
        rows = explorer.measure_rows(_sorted(self.measures(filters), filters), self.day)
        return [self.row(measure) for measure in rows]


@dataclass(frozen=True, slots=True)
class Past:
    """The same as it was when a month was locked."""

    actor: Actor
    top: Node | None
    lock: Snapshot

    @property
    def day(self) -> date:
        return self.lock.as_of

    def tree(self, opened: frozenset[UUID] | None) -> list[Row]:
        return tree_at(self.actor, self.lock, self.top.pk if self.top else None, opened)

    def measures(self, filters: Filters) -> QuerySet[Any]:
        return standings_of(self.actor, self.lock, filters)

    def row(self, standing: Any) -> Row:
        return standing_row(standing)

    def counts(self, filters: Filters) -> dict[str, int]:
        return view_counts_at(self.actor, self.lock, filters)

    def page(self, filters: Filters) -> Page:
        """One page of the list."""
        return page_of(self.measures(filters), SORTS[filters.sort or "code"], filters.cursor)

    def whole_list(self, filters: Filters) -> list[Row]:
        """Every row of the list, for a file."""
        return [self.row(standing) for standing in _sorted(self.measures(filters), filters)]


def _sorted(rows: QuerySet[Any], filters: Filters) -> QuerySet[Any]:
    return rows.order_by(SORTS[filters.sort or "code"].by, "pk")
