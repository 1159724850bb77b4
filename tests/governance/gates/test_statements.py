"""How much a decision asks of the database: a bound that rises only with what a decision has to keep."""

from collections import Counter

from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.gates.actions.decisions import decide_gate
from tests.governance.gates.test_decisions import asked
from tests.world import World

# What a decision is about in money is read from the plan by month, as the reports read it.
MOST = 93
MOST_ALIKE = 5


def test_a_decision_reads_its_facts_once(world: World) -> None:
    with world.inside():
        request, chair = asked(world, 2), world.actor("chair")
        with CaptureQueriesContext(connection) as seen:
            decide_gate(chair, request.pk, outcome="advance", reason="Agreed.")
    alike = Counter(query["sql"] for query in seen.captured_queries)
    assert sum(alike.values()) <= MOST
    assert max(alike.values()) <= MOST_ALIKE
