"""Two authors at once."""

from threading import Barrier, Thread

import pytest
from django.db import connection

from measures.core.actions.measures import create_measure
from measures.models import Measure
from tests.measures.core.test_measures import FACTS
from tests.world import build_world


@pytest.mark.django_db(transaction=True)
def test_two_authors_at_the_same_moment_get_two_codes() -> None:
    world = build_world()
    actor, start, failures = world.actor("pmo"), Barrier(2), []

    def author() -> None:
        try:
            with world.inside():
                start.wait()
                create_measure(actor, package_id=world.package.pk, **FACTS)
        except Exception as error:  # noqa: BLE001  # shown by the assertion below
            failures.append(error)
        finally:
            connection.close()

    threads = [Thread(target=author) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with world.inside():
        codes = sorted(Measure.objects.values_list("code", flat=True))
        assert len(set(codes)) == 2
        assert codes[0][-3:] == "001"
        assert codes[1][-3:] == "002"
