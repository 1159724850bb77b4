"""What a higher capability keeps of the money of a measure, and its page shows instead of working it out again."""

from collections.abc import Callable, Sequence

from cat4.seam import Seam
from measures.formulas.sustain import SustainCheck
from measures.models import Measure

Kept = Callable[[Measure], Sequence[SustainCheck]]

_kept = Seam[Kept]("What is kept of sustain checks")
keeps_sustain_checks = _kept.register


def kept_checks(measure: Measure) -> Sequence[SustainCheck]:
    """The checks of the standing closing that were made, as they were kept; by due month."""
    return _kept.supplier(measure) if _kept.supplier else ()
