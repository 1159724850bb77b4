"""What follows for requests from facts of measures."""

from uuid import UUID

from cat4.outbox.registry import consumes
from measures.constants import Topic

from .notices import tell_of_lapsed_words


@consumes(Topic.MEASURE_CHANGED)
def tell_whose_word_lapsed(measure_id: UUID) -> None:
    """Whoever confirmed what has changed since hears of it; told already, nothing is written."""
    tell_of_lapsed_words(measure_id)
