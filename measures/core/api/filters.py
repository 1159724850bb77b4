"""The filters of the list of measures as a query."""

from typing import Any

from django.db.models import QuerySet

from cat4.matching import matches
from measures.constants import StatusKind
from measures.models import Measure


def narrowed(measures: QuerySet[Measure], asked: dict[str, Any]) -> QuerySet[Measure]:
    """Only those for which every filter holds."""
    plain = {"doi", "lifecycle", "package_id", "owner_id", "source_system", "external_id"}
    found = measures.filter(**{field: value for field, value in asked.items() if field in plain})
    if "node_id" in asked:
        found = found.filter(package__path__contains=[asked["node_id"]])
    if "q" in asked:
        found = found.filter(matches(asked["q"], "code", "name"))
    for kind in StatusKind.values:
        if kind in asked:
            found = found.filter(statuses__kind=kind, statuses__value=asked[kind])
    return found
