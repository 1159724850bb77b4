from measures.models import Measure
from tests.world import World


def test_two_worlds_do_not_see_each_other(world: World, twin: World) -> None:
    with world.inside():
        world.measure()
    with twin.inside():
        assert Measure.objects.count() == 0
    with world.inside():
        assert Measure.objects.count() == 1
