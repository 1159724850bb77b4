"""Reads of what committees decided."""

from hierarchy.models import Committee
from measures.models import Measure

from ..models.meetings import AgendaItem
from ..models.resolutions import CommitteeDecision

_MOST = 30


def earlier_decisions(committee: Committee, measure: Measure | None, item: AgendaItem) -> list[CommitteeDecision]:
    """Those in force that a decision on the item may take the place of: of its measure, else of the committee."""
    found = CommitteeDecision.objects.filter(superseded_by__isnull=True, committee=committee)
    if measure is not None:
        found = found.filter(measure=measure)
    return list(found.exclude(item=item).order_by("-number")[:_MOST])
