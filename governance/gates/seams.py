"""What gates supply to the capabilities below: requests that wait for a word."""

from collections.abc import Iterator

from cat4.accounts.actor import Actor
from cat4.waiting import Page, Waiting, waits
from measures.status.selectors.totals import run_rate_of

from .selectors.waiting import decisions_waiting


@waits("gates.decide", "decide or confirm", page=Page.DECISIONS, count=lambda actor: decisions_waiting(actor).count())
def decisions(actor: Actor) -> Iterator[Waiting]:
    """Requests to decide, and those that ask for a confirmation; each once, though it may ask for both."""
    for request in decisions_waiting(actor).select_related("measure__totals"):
        measure = request.measure
        yield Waiting(request.pk, measure.name, "governance:decision-item", request.pk, run_rate_of(measure))
