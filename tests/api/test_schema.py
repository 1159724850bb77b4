"""The OpenAPI document and its page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import get_resolver
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from cat4.api.signing import SIGNED
from tests.world import World


def test_the_document_is_valid_and_nothing_in_it_had_to_be_guessed() -> None:
    GENERATOR_STATS.reset()
    document = SchemaGenerator(urlconf=settings.ORGANIZATION_URLCONF).get_schema(request=None, public=True)
    validate_schema(document)
    assert dict(GENERATOR_STATS._warn_cache) == {}
    assert dict(GENERATOR_STATS._error_cache) == {}


def test_every_operation_has_a_name_of_its_own_and_says_how_it_refuses() -> None:
    document = SchemaGenerator(urlconf=settings.ORGANIZATION_URLCONF).get_schema(request=None, public=True)
    operations = [each for path in document["paths"].values() for each in path.values()]
    names = [each["operationId"] for each in operations]
    assert len(set(names)) == len(names)
    # What a token may not do where a second factor is asked, is named by these.
    assert {operation for signed in SIGNED.values() for operation in signed} - set(names) == set()
    assert all({"401", "404"} <= each["responses"].keys() for each in operations)
    assert len(get_resolver(settings.ORGANIZATION_URLCONF).reverse_dict) > 0


def test_the_document_points_at_the_organization_of_the_address(world: World, client: Client) -> None:
    client.force_login(world.people["reader"])
    response = client.get(world.url("/api/v1/schema/"), headers={"Accept": "application/vnd.oai.openapi+json"})
    assert response.status_code == 200
    document = response.json()
    assert document["servers"] == [{"url": "/o/alder"}]
    assert document["components"]["securitySchemes"].keys() == {"token", "cookieAuth"}
    assert "/api/v1/nodes/" in document["paths"]


@pytest.mark.parametrize("page", ["docs", "schema"])
def test_the_description_is_for_members_only(world: World, twin: World, client: Client, page: str) -> None:
    assert client.get(world.url(f"/api/v1/{page}/")).status_code == 401
    client.force_login(twin.people["pmo"])
    assert client.get(world.url(f"/api/v1/{page}/")).status_code == 404


def test_the_page_has_nothing_inline_and_its_parts_are_there(world: World, client: Client) -> None:
    client.force_login(world.people["reader"])
    page = client.get(world.url("/api/v1/docs/"))
    text = page.content.decode()
    assert "script-src 'self'" in page["Content-Security-Policy"]
    assert "<style" not in text
    scripts = re.findall(r"<script([^>]*)>(.*?)</script>", text, re.S)
    assert scripts
    assert all("src=" in attributes and not body.strip() for attributes, body in scripts)
    for address in re.findall(r'(?:src|href)="(/static/[^"]+)"', text):
        assert Path(str(finders.find(address.removeprefix("/static/")))).is_file()
    start = client.get(re.search(r'src="([^"]*docs/\?script=)"', text)[1])  # type: ignore[index]
    assert start["Content-Type"].startswith("application/javascript")
    assert b"SwaggerUIBundle(" in start.content
    assert b"schema" in start.content
