"""A scene in the organization, and the same one in another."""

import pytest

from tests.api.scene import Scene, build_scene
from tests.world import World


@pytest.fixture
def scene(world: World) -> Scene:
    """Something of every kind, in the organization that is called."""
    return build_scene(world)


@pytest.fixture
def foreign(twin: World) -> Scene:
    """The same in another organization."""
    return build_scene(twin)
