"""The sustain checks of a closed measure, as they were made and kept (domain 6.8)."""

from measures.constants import Doi
from measures.formulas.sustain import SustainCheck, SustainState
from measures.models import Measure

from ..models import SustainResult
from .facts import closing_decision


def made_checks(measure: Measure) -> list[SustainCheck]:
    """The checks of the standing closing, by due month: the figures and the words of their day.

    None of an open measure: what was checked before it was reopened belongs to that closing. A check made at once for
    an enabler is none of the two of the calendar.
    """
    if measure.doi != Doi.CLOSED:
        return []
    results = SustainResult.objects.filter(decision=closing_decision(measure), enabler_decision=0)
    return [_as_kept(result) for result in results.order_by("due_month")]


def _as_kept(result: SustainResult) -> SustainCheck:
    return SustainCheck(
        months_after=result.months_after,
        due_month=result.due_month,
        state=SustainState(result.outcome),
        needed=result.needed,
        run_rate=result.run_rate,
        sentence=result.sentence,
    )
