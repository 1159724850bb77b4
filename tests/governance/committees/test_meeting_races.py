"""Chair and deputy who record at once: one wins (domain section 13)."""

import pytest

from cat4 import clock
from cat4.audit.ledger import verify_chain
from governance.committees.actions.meetings import put_motion
from governance.committees.actions.sessions import decide_item
from governance.committees.models.meetings import AgendaItem
from governance.committees.models.resolutions import CommitteeDecision
from tests.governance.gates.test_races import race
from tests.governance.meeting import MEETING, opened
from tests.governance.sitting import seat_five
from tests.world import World


@pytest.mark.django_db(transaction=True)
def test_of_two_who_record_the_same_item_one_wins(world: World) -> None:
    seat_five(world)
    with world.inside():
        put_motion(world.actor("pmo"), world.committee.pk, title="Meet in Brno")
        opened(world, "deputy", "mona")
        item = AgendaItem.objects.get()
    actors = [world.actor("chair"), world.actor("deputy")]

    def decide(number: int) -> None:
        decide_item(actors[number], item.pk, outcome="agreed", reason=f"Number {number}.", unanimous=True)

    with clock.at(MEETING):
        assert race(world, decide, 2) == {"done": 1, "conflict": 1}
    with world.inside():
        assert CommitteeDecision.objects.count() == 1
        assert verify_chain().intact
