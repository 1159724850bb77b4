"""Forty at once."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from django.db import connection

from cat4 import clock
from cat4.notices.actions import notify
from cat4.notices.models import Notice
from tests.world import TODAY, build_world

THREADS = 40


@pytest.mark.django_db(transaction=True)
def test_an_event_is_told_once_however_many_tell_it_at_the_same_moment() -> None:
    world = build_world()
    people = [user.pk for user in world.people.values()]
    start, told, failures = Barrier(THREADS), [], []

    def sender(number: int) -> None:
        try:
            # Each begins with another person, so that they would meet each other half-way.
            order = people[number % len(people) :] + people[: number % len(people)]
            start.wait()
            with clock.at(TODAY), world.inside():
                told.append(notify("gate.decided", event="decision:1", people=order, path="/", facts={}))
        except Exception as error:  # noqa: BLE001  # shown by the assertion below
            failures.append(error)
        finally:
            connection.close()

    threads = [Thread(target=sender, args=[number]) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert sorted(told)[-1] == sum(told) == len(people)
    with world.inside():
        assert Notice.objects.count() == len(people)
