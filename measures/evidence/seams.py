"""What documents supply to the page of a measure."""

from measures.core.pages.supply import counts_tab
from measures.models import Measure


@counts_tab("documents")
def documents(measure: Measure) -> int:
    """Without those that were withdrawn."""
    return measure.documents.filter(withdrawn_at__isnull=True).count()
