"""Addresses of an app are found where they stand: no other file lists them."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.urls import URLResolver, get_resolver

from cat4.launcher.state import CHECKOUT
from tests.architecture.sources import our_apps


@pytest.mark.parametrize("module", ["urls", "urls_api"])
def test_the_addresses_of_every_app_stand_inside_an_organization(module: str) -> None:
    inside = get_resolver(settings.ORGANIZATION_URLCONF).url_patterns
    found = {getattr(pattern.urlconf_module, "__name__", "") for pattern in inside if isinstance(pattern, URLResolver)}
    asked = {f"{app}.{module}" for app in our_apps() if (CHECKOUT / app / f"{module}.py").is_file()}
    assert asked
    assert asked - found == set()
