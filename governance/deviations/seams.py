"""What deviations supply: to the gates those whose clock has run out, to the page of a measure their panel."""

from datetime import date

from governance.gates.models import GateRequest
from governance.gates.supply import Supplied, supplies
from measures.core.pages.supply import adds_panel
from measures.models import Measure

from .selectors.deviations import past_their_clock

adds_panel("governance:deviations-card")


@supplies("overdue_deviations")
def overdue_deviations(measure: Measure, request: GateRequest | None, today: date) -> Supplied:
    """`deviation 3 (money, day 16)`."""
    overdue = past_their_clock(measure, today)
    words = (
        f"deviation {deviation.number} ({deviation.get_kind_display().lower()}, day {deviation.day_on(today)})"
        for deviation in overdue
    )
    return {"overdue_deviations": tuple(words)}
