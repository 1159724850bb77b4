"""Locks and what differs between them, over REST."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cat4.api.fields import Input, MonthField, TotalField
from cat4.api.views import Resource, reads
from hierarchy.nodes.selectors.nodes import visible_node
from reporting.past.forms import two_moments
from reporting.past.pages import key_of
from reporting.past.selectors.locks import locks

from .pages import change_cells
from .selectors import FIGURES, Change, Entry, comparison


class LockAnswer(serializers.Serializer):
    """A lock that reports can be read as of."""

    month = MonthField()
    as_of = serializers.DateField()


class ComparisonFilters(Input):
    """Two locks, or a lock and `now`; without them the last lock and now. `node` narrows it to a part of the tree."""

    to = serializers.CharField(required=False, max_length=7)
    node = serializers.UUIDField(required=False)

    def get_fields(self) -> dict[str, Any]:
        # `from` is no name in Python.
        return {"from": serializers.CharField(required=False, max_length=7), **super().get_fields()}


class ChangeAnswer(serializers.Serializer):
    """A field before and after as text; of money in the reporting currency also the difference."""

    field = serializers.CharField()
    before = serializers.CharField()
    after = serializers.CharField()
    delta = TotalField(allow_null=True)


class EntryAnswer(serializers.Serializer):
    """A measure that differs; figures are after minus before, as they enter totals."""

    id = serializers.UUIDField()
    code = serializers.CharField()
    name = serializers.CharField()
    place = serializers.CharField()
    why = serializers.CharField()
    plan = TotalField()
    forecast = TotalField()
    actual = TotalField()
    changes = ChangeAnswer(many=True)


class ComparisonAnswer(serializers.Serializer):
    """Measures that were added, removed (cancelled, moved away or deleted) and changed."""

    base = serializers.CharField()
    other = serializers.CharField()
    plan = TotalField()
    forecast = TotalField()
    actual = TotalField()
    added = EntryAnswer(many=True)
    removed = EntryAnswer(many=True)
    changed = EntryAnswer(many=True)


class LockList(Resource):
    """The locks with a snapshot, the latest first."""

    pagination_class = None

    @reads("list_locks", LockAnswer(many=True))
    def get(self, request: Request) -> Response:
        return Response(LockAnswer(locks(), many=True).data)


class ComparisonView(Resource):
    """What differs between two moments."""

    pagination_class = None

    @reads("get_comparison", ComparisonAnswer, parameters=[ComparisonFilters])
    def get(self, request: Request) -> Response:
        asked = self.asked(ComparisonFilters)
        base, other = two_moments(asked.get("from", ""), asked.get("to", ""))
        node = visible_node(self.actor, asked["node"]) if "node" in asked else None
        found = comparison(self.actor, base, other, node)
        return Response(
            ComparisonAnswer(
                {
                    "base": key_of(base),
                    "other": key_of(other) if other else "now",
                    **{figure.key: found.total(figure.key) for figure in FIGURES},
                    "added": [_entry(entry) for entry in found.added],
                    "removed": [_entry(entry) for entry in found.removed],
                    "changed": [_entry(entry) for entry in found.changed],
                }
            ).data
        )


def _entry(entry: Entry) -> dict[str, Any]:
    names = ("id", "code", "name", "place", "why", *(figure.key for figure in FIGURES))
    return {**{name: getattr(entry, name) for name in names}, "changes": [_change(change) for change in entry.changes]}


def _change(change: Change) -> dict[str, Any]:
    before, after = change_cells(change)
    return {"field": change.field.key, "before": str(before), "after": str(after), "delta": change.delta}
