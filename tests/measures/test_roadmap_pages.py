"""The roadmap: who sees which rows, what it says of dates, and what happens to bad and foreign input."""

from datetime import date
from uuid import uuid4

import pytest
from django.test import Client

from hierarchy.constants import Level
from hierarchy.models import RoleGrant
from measures.models import Milestone
from measures.selectors import roadmap as selector
from tests.measures.network import Network, build_network
from tests.measures.steps import milestone_of
from tests.measures.test_pages import get, text_of
from tests.world import PERSONAS, World


@pytest.fixture
def network(world: World) -> Network:
    with world.inside():
        return build_network(world)


def move(milestone: Milestone, **dates: date) -> None:
    for name, day in dates.items():
        setattr(milestone, name, day)
    milestone.save()


@pytest.mark.parametrize("persona", PERSONAS)
def test_everybody_who_sees_the_measures_reads_the_roadmap(
    client: Client, world: World, network: Network, persona: str
) -> None:
    response = get(client, world, persona, "/roadmap/")
    assert response.status_code == 200
    page = text_of(response)
    assert "Line 4 transfer Brno to Győr" in page
    assert "4 measures." in page
    assert "Jul 2026 to Jun 2028" in page
