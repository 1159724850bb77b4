"""Each request's line in the log, and its place in the counts: who, where, with which answer, how long."""

import logging
from collections.abc import Callable
from time import perf_counter
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from cat4.logs import shown_path
from cat4.metrics.requests import REQUESTS

from .requests import Cat4Request

log = logging.getLogger("cat4.access")
# A request that was answered before an address was looked for, or has none.
NO_ROUTE = "none"
LONGEST_METHOD = 20


class AccessMiddleware:
    """To be the one after RequestIdMiddleware, so that its line has the id. Files and health checks don't come here."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Cat4Request) -> HttpResponse:
        began = perf_counter()
        response = self.get_response(request)
        seconds = perf_counter() - began
        REQUESTS.observe(route_of(request), response.status_code, seconds)
        if log.isEnabledFor(logging.INFO):
            fields = _fields(request, response, seconds)
            log.info("%(method)s %(path)s %(status)s", fields, extra={"fields": fields})
        return response


def route_of(request: Cat4Request) -> str:
    """The pattern of its address, such as o/<slug>/measures/<uuid:pk>/: one of a fixed number."""
    match = getattr(request, "resolver_match", None)
    if match is None:
        return NO_ROUTE
    return f"o/<slug>/{match.route}" if request.organization else str(match.route)


def _fields(request: Cat4Request, response: HttpResponse, seconds: float) -> dict[str, Any]:
    return {
        "method": (request.method or "")[:LONGEST_METHOD],
        "path": shown_path(request),
        "status": response.status_code,
        "duration_ms": round(seconds * 1000),
        "person_id": _person_id(request),
        "organization": request.organization.slug if request.organization else None,
    }


def _person_id(request: Cat4Request) -> str | None:
    """Who is signed in, if anybody looked: finding out may cost a query, which a line of the log isn't worth."""
    user = request.__dict__.get("user")
    if isinstance(user, SimpleLazyObject):
        user = getattr(request, "_cached_user", None)
    return str(user.pk) if user is not None and user.pk else None
