"""The committee of five, for each test of meetings."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.governance.sitting import seat_five
from tests.world import World


@pytest.fixture
def inside(world: World) -> Iterator[World]:
    seat_five(world)
    with world.inside():
        yield world
