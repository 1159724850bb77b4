"""What belongs to one deviation: ways out, counter-measures, decisions and the steps of its clock."""

from ..models import CounterMeasure, Deviation, DeviationDecision, DeviationOption, DeviationStep


def options_of(deviation: Deviation) -> list[DeviationOption]:
    """The ways out in the order in which they were written, with who wrote them."""
    return list(deviation.options.select_related("written_by"))


def counter_measures_of(deviation: Deviation) -> list[CounterMeasure]:
    """What closes the gap, the nearest day first, with the people and the measure that compensates."""
    return list(deviation.counter_measures.select_related("responsible", "measure", "done_by"))


def decisions_of(deviation: Deviation) -> list[DeviationDecision]:
    """What was decided, the newest first."""
    return list(
        deviation.decisions.select_related("decided_by", "on_behalf_of", "option", "gap_owner", "counter_measure")
    )


def clock_steps_of(deviation: Deviation) -> list[DeviationStep]:
    """The steps that the clock has taken, in their order."""
    return list(deviation.steps.all())
