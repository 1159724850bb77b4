"""Baselines of a measure, newest first."""

from measures.models import Baseline, Measure


def baseline_lines(measure: Measure) -> list[Baseline]:
    """Every proposal with who proposed and who approved it."""
    found = list(measure.baselines.select_related("proposed_by", "approved_by"))
    for baseline in found:
        baseline.measure = measure
    return found
