"""What follows from validated money."""

from uuid import UUID

from cat4.outbox.registry import consumes
from measures.constants import Topic

from .actions.forecast_checks import check_forecasts


@consumes(Topic.ACTUALS_VALIDATED)
def look_back_at_forecasts(measure_id: UUID) -> None:
    """What came shows how far the forecasts of three months before could be trusted."""
    check_forecasts(measure_id)
