"""Pages by cursor: the next rows after a known one, however long the list is."""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from cat4.errors import Invalid

PAGE = 50
_GONE = "This page no longer exists. Start again from the first one."


@dataclass(frozen=True, slots=True)
class Sort:
    """What a list is ordered by: a figure of its query, with a minus for the largest first, and the type of its values.

    Every row has the figure: what comes after an empty one can't be asked for.
    """

    by: str
    kind: type[str] | type[Decimal] | type[date] = Decimal

    @property
    def figure(self) -> str:
        return self.by.removeprefix("-")

    @property
    def is_descending(self) -> bool:
        return self.by.startswith("-")


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a sorted list: beyond the row of this value and id, forward or back."""

    value: str
    pk: UUID
    backward: bool = False

    def encoded(self) -> str:
        plain = json.dumps([self.value, str(self.pk), self.backward])
        return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")

    @classmethod
    def decoded(cls, text: str) -> "Cursor":
        """Raises Invalid for anything that isn't one of ours."""
        try:
            value, pk, backward = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            return cls(str(value), UUID(pk), backward is True)
        except (binascii.Error, ValueError, TypeError, AttributeError) as error:
            raise Invalid({"cursor": _GONE}) from error


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, and the cursors of the pages beside them, empty where there is none."""

    rows: list[Any]
    next_cursor: str
    previous_cursor: str


def page_of(measures: QuerySet[Any], sort: Sort, cursor: str, size: int = PAGE) -> Page:
    """One page of measures, ties by id."""
    at = Cursor.decoded(cursor) if cursor else None
    backward = at is not None and at.backward
    descending = sort.is_descending is not backward
    rows = measures if at is None else measures.filter(_beyond(sort, at, descending))
    minus = "-" if descending else ""
    found = list(rows.order_by(f"{minus}{sort.figure}", f"{minus}pk")[: size + 1])
    has_more, found = len(found) > size, found[:size]
    if backward:
        found.reverse()
    return Page(
        rows=found,
        next_cursor=_cursor(found[-1], sort) if found and (has_more or backward) else "",
        previous_cursor=_cursor(found[0], sort, backward=True) if found and (has_more if backward else at) else "",
    )


def _beyond(sort: Sort, at: Cursor, descending: bool) -> Q:
    comparison = "lt" if descending else "gt"
    value = _typed(sort, at.value)
    return Q(**{f"{sort.figure}__{comparison}": value}) | Q(**{sort.figure: value, f"pk__{comparison}": at.pk})


def _typed(sort: Sort, value: str) -> str | Decimal | date:
    if sort.kind is str:
        return value
    try:
        if sort.kind is date:
            return date.fromisoformat(value)
        number = Decimal(value)
    except (InvalidOperation, ValueError) as error:
        raise Invalid({"cursor": _GONE}) from error
    if not number.is_finite():
        raise Invalid({"cursor": _GONE})
    return number


def _cursor(row: Any, sort: Sort, *, backward: bool = False) -> str:
    return Cursor(str(getattr(row, sort.figure)), row.pk, backward).encoded()
