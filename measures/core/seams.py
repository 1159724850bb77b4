"""What the core of measures supplies to the capabilities below: facts that wait to be filled in."""

from collections.abc import Iterator

from cat4.accounts.actor import Actor
from cat4.waiting import Waiting, waits

from .selectors.mine import incomplete_measures


@waits("measures.complete", "complete", count=lambda actor: incomplete_measures(actor).count())
def missing_facts(actor: Actor) -> Iterator[Waiting]:
    """Own measures that lack a fact and are not governable."""
    for measure in incomplete_measures(actor):
        yield Waiting(measure.pk, measure.name, "measures:edit", measure.pk)
