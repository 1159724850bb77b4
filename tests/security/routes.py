"""Every address of both URL configurations, found by walking them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Route:
    """An address by its full name; `arguments` are those of its pattern."""

    name: str
    arguments: tuple[str, ...]
    inside: bool


@cache
def routes() -> dict[str, Route]:
    """By key: the name for addresses inside an organization, `/name` for the installation's own."""
    inside = {route.name: route for route in _walk(get_resolver(settings.ORGANIZATION_URLCONF), inside=True)}
    outside = {f"/{route.name}": route for route in _walk(get_resolver(settings.ROOT_URLCONF), inside=False)}
    return inside | outside


def _walk(resolver: URLResolver, *, inside: bool, names: tuple[str, ...] = ()) -> Iterator[Route]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            below = (*names, pattern.namespace) if pattern.namespace else names
            yield from _walk(pattern, inside=inside, names=below)
        elif isinstance(pattern, URLPattern):
            name = ":".join((*names, pattern.name or f"unnamed {pattern.pattern}"))
            # Addresses of packages are regular expressions; ours have converters.
            named = pattern.pattern.converters or pattern.pattern.regex.groupindex
            yield Route(name, tuple(named), inside)
