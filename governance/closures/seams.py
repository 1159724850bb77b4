"""What closures supply to the capabilities below: what waits for a signature."""

from collections.abc import Iterator

from cat4.accounts.actor import Actor
from cat4.waiting import Page, Waiting, waits
from measures.status.selectors.totals import run_rate_of

from .selectors.waiting import closures_waiting


@waits("closures.sign", "sign", page=Page.CLOSURES, count=lambda actor: closures_waiting(actor).count())
def signatures(actor: Actor) -> Iterator[Waiting]:
    """Closings to sign, first as the controller or second after them."""
    for request in closures_waiting(actor).select_related("measure__totals"):
        yield Waiting(request.pk, request.measure.name, "governance:closure", request.pk, run_rate_of(request.measure))
