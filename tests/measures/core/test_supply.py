"""What stands around the tabs of a measure is registered once."""

from __future__ import annotations

import pytest
from django.test import Client

from measures.core.pages.supply import adds_panel, panels
from tests.world import World


def test_a_panel_is_registered_once() -> None:
    before = panels()
    with pytest.raises(ValueError, match="governance:deviations-card is registered already"):
        adds_panel("governance:deviations-card")
    assert panels() == before


def test_the_overview_shows_the_panels_that_are_registered(world: World, client: Client) -> None:
    with world.inside():
        measure = world.measure(doi=3)
    client.force_login(world.people["pmo"])
    text = client.get(world.url(f"/measures/{measure.pk}/")).content.decode()
    assert "Opened and closed by rule" in text
