"""The journey that the tests of this folder share."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.steps import Journey
from tests.world import TODAY, World


@pytest.fixture
def journey(
    request: pytest.FixtureRequest,
    *,
    browser: Browser,
    live_server: Any,
    world: World,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Journey]:
    """People at their browsers on 15 October 2026; for the server's threads only the setting pins the day."""
    journey = Journey(browser, world, live_server.url, settings, monkeypatch, request.node.name)
    journey.travel(TODAY)
    yield journey
    journey.end()
    assert journey.complaints() == []
