"""Two owners at once on milestones that wait for each other (domain section 16)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import date, timedelta
from functools import partial
from threading import Barrier

import pytest
from django.db import connection

from cat4.errors import Invalid
from measures.models import Dependency, Milestone
from measures.schedule.actions.dependencies import add_dependency
from measures.schedule.actions.milestones import revise_milestone
from tests.measures.chains import NOV_2, NOV_30, link, milestone
from tests.world import World

ROUNDS = 6


def at_once(world: World, *acts: Callable[[], object]) -> list[str]:
    """Each act on a connection of its own, all begun together; how each ended."""
    start = Barrier(len(acts))

    def act_with_the_others(act: Callable[[], object]) -> str:
        try:
            start.wait()
            with world.inside():
                act()
        except Invalid as refusal:
            return str(refusal)
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return [
            future.result() for future in [pool.submit(copy_context().run, act_with_the_others, act) for act in acts]
        ]


@pytest.mark.django_db(transaction=True)
def test_two_owners_who_move_linked_milestones_at_once_end_as_if_one_after_the_other(world: World) -> None:
    with world.inside():
        giver = world.measure("M-1", doi=3)
        taker = world.measure("M-2", doi=3, owner=world.people["member"])
        # Crosswise, so that each one's move reaches rows of the other's measure.
        first, second = milestone(giver, "First", NOV_2), milestone(taker, "Second", NOV_2)
        after_first, after_second = milestone(taker, "After first", NOV_2), milestone(giver, "After second", NOV_2)
        link(first, after_first)
        link(second, after_second)
    owner, member = world.actor("owner"), world.actor("member")
    for number in range(ROUNDS):
        a, b = NOV_30 + timedelta(7 * number), NOV_30 + timedelta(7 * number + 1)
        ended = at_once(
            world,
            partial(revise_milestone, owner, first.pk, forecast_on=a, reason="Later"),
            partial(revise_milestone, member, second.pk, forecast_on=b, reason="Later"),
        )
        assert ended == ["done", "done"]
        with world.inside():
            found = dict(Milestone.objects.values_list("name", "computed_on"))
            assert found == {"First": None, "Second": None, "After first": a, "After second": b}


@pytest.mark.django_db(transaction=True)
def test_of_two_links_that_would_close_a_circle_together_one_is_refused(world: World) -> None:
    with world.inside():
        measure = world.measure("M-1", doi=3)
        first, second = milestone(measure, "First", NOV_2), milestone(measure, "Second", date(2026, 11, 3))
    pmo = world.actor("pmo")
    ended = at_once(
        world,
        lambda: add_dependency(pmo, predecessor_id=first.pk, successor_id=second.pk),
        lambda: add_dependency(pmo, predecessor_id=second.pk, successor_id=first.pk),
    )
    assert sorted(ending == "done" for ending in ended) == [False, True]
    assert "closes a circle" in next(ending for ending in ended if ending != "done")
    with world.inside():
        assert Dependency.objects.count() == 1
