"""What the schedule supplies to the page of a measure."""

from measures.core.pages.supply import counts_tab
from measures.models import Measure


@counts_tab("milestones")
def milestones(measure: Measure) -> int:
    """All of them, also those that are done."""
    return measure.milestones.count()
