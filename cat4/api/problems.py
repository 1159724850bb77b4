"""Errors as problem details (RFC 9457), each worded where its rule is."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from cat4.errors import Conflict, Invalid, NotAllowed, StaleVersion

from .etag import etag

MEDIA_TYPE = "application/problem+json"
INVALID = "Some fields need another value. Nothing was saved."


def problem_response(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """The answer to an error, with the request's changes undone; None for a bug, which becomes a 500."""
    answer = _of_ours(error) or _of_framework(error)
    if answer is not None:
        set_rollback()
    return answer


def _of_ours(error: Exception) -> Response | None:
    if isinstance(error, NotAllowed):
        return problem(403, "not_allowed", error.reason)
    if isinstance(error, Invalid):
        return problem(422, "invalid", INVALID, errors=error.errors)
    if isinstance(error, StaleVersion):
        version = error.current.get("version")
        headers = {"ETag": etag(version)} if isinstance(version, int) else {}
        return problem(412, "stale_version", error.message, headers=headers, current=_plain(error.current))
    if isinstance(error, Conflict):
        return problem(409, "conflict", error.message, current=_plain(error.current))
    return None


def _of_framework(error: Exception) -> Response | None:
    if isinstance(error, Http404 | exceptions.NotFound):
        return problem(404, "not_found", "There is no such thing here, or it isn't yours to see.")
    if isinstance(error, PermissionDenied):
        return problem(403, "not_allowed", str(error) or "You may not do this.")
    if isinstance(error, exceptions.ValidationError):
        return problem(422, "invalid", INVALID, errors=dict(_flattened("", error.detail)))
    if isinstance(error, exceptions.APIException):
        return problem(error.status_code, error.default_code, _sentence(error.detail), headers=_headers(error))
    return None


def problem(
    status: int, code: str, detail: str, *, headers: Mapping[str, str] | None = None, **members: Any
) -> Response:
    """`code` is for programs and doesn't change, `detail` is for people."""
    facts = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "code": code}
    body = _sayable({**facts, "detail": detail, **members})
    return Response(body, status=status, headers=headers, content_type=MEDIA_TYPE)


def _sayable(part: Any) -> Any:
    """The same with half characters spelled out: sentences repeat what was sent, and those can't be."""
    if isinstance(part, str):
        return part.encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(part, Mapping):
        return {_sayable(key): _sayable(value) for key, value in part.items()}
    return [_sayable(value) for value in part] if isinstance(part, list) else part


def _plain(facts: Mapping[str, Any]) -> Any:
    """Ids, dates and amounts as text: an amount never passes through a float."""
    return json.loads(json.dumps(facts, cls=DjangoJSONEncoder))


def _headers(error: exceptions.APIException) -> dict[str, str]:
    # The framework sets these on the way; they are no part of the class.
    scheme, seconds = getattr(error, "auth_header", None), getattr(error, "wait", None)
    headers = {"WWW-Authenticate": scheme} if scheme else {}
    return headers | ({"Retry-After": f"{seconds:.0f}"} if seconds else {})


def _sentence(detail: Any) -> str:
    return " ".join(str(part) for part in detail) if isinstance(detail, list) else str(detail)


def _flattened(field: str, detail: Any) -> list[tuple[str, list[str]]]:
    """Sentences by dotted field; "" is the whole body."""
    if isinstance(detail, Mapping):
        return [pair for key, part in detail.items() for pair in _flattened(_joined(field, str(key)), part)]
    if isinstance(detail, list) and any(isinstance(part, Mapping | list) for part in detail):
        return [pair for at, part in enumerate(detail) if part for pair in _flattened(f"{field}.{at}", part)]
    return [(field, [str(part) for part in (detail if isinstance(detail, list) else [detail])])]


def _joined(field: str, key: str) -> str:
    if key == "non_field_errors":
        return field
    return f"{field}.{key}" if field else key
