"""Another committee for measures whose place moves away from theirs (domain section 4)."""

from collections.abc import Collection, Sequence
from uuid import UUID

from cat4.accounts.actor import Actor
from hierarchy.models import Committee, Node
from hierarchy.nodes.supply import Stranded
from measures.constants import Lifecycle, Verb
from measures.models import Measure

from ..notices import tell_of_new_parts
from ..selectors.measures import lock_measure
from .notes import note


class Seats:
    """What nodes ask of measures when they move."""

    def stranded(self, node: Node, above: Collection[UUID], /) -> Sequence[Stranded]:
        """Measures that aren't cancelled, whose committee stands above the old place and not above the new one."""
        found = Measure.objects.filter(package__path__contains=[node.pk], committee__node__in=node.path[:-1])
        found = found.exclude(committee__node__in=list(above)).exclude(lifecycle=Lifecycle.CANCELLED)
        rows = found.select_related("committee").order_by("code")
        return [Stranded(row.pk, row.code, row.committee.name) for row in rows if row.committee]

    def seat(self, actor: Actor, stranded: Sequence[Stranded], committee: Committee, reason: str, /) -> None:
        """Each gets the committee; its owner, sponsor and controller hear of it."""
        for row in stranded:
            change_committee(actor, lock_measure(row.measure_id), committee, reason)


def change_committee(actor: Actor, measure: Measure, committee: Committee, reason: str) -> None:
    """Another committee decides from now on. The caller holds the measure's lock and answers for who may."""
    before = measure.committee.name if measure.committee else ""
    measure.committee, measure.version = committee, measure.version + 1
    measure.save(update_fields=["committee", "version"])
    change = {"committee_id": [before, committee.name]}
    summary = f"changed the committee from {before} to {committee.name}"
    note(actor, Verb.MEASURE_EDITED, measure, measure, summary, change=change, reason=reason)
    tell_of_new_parts(actor, measure, change)
