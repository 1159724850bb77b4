"""What findings supply to the page of a measure."""

from measures.core.pages.supply import counts_tab
from measures.models import Measure

from .selectors.findings import rows_of


@counts_tab("checks")
def open_findings(measure: Measure) -> int:
    """Those that nobody settled and that still hold."""
    return rows_of(measure).filter(closed_at__isnull=True, resolved_at__isnull=True).count()
