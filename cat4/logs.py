"""What a process writes about itself: lines of text, or of JSON with CAT4_LOG_FORMAT=json.

Each line knows the request or the task that it was written in, and the organization. None holds the query, the body or
a secret of a request: addresses of the account, which may be links with a secret, are written as their route.
"""

import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest

from cat4.tenancy.context import entered_organization_id

# An address that is none, however long, says no more than its beginning.
LONGEST_PATH = 500
_ACCOUNT = re.compile(r"^((?:/+o/+[^/]+)?/+)accounts(?:/|$)", re.IGNORECASE)

_facts: ContextVar[dict[str, str] | None] = ContextVar("facts of log lines", default=None)


@contextmanager
def about(**facts: str) -> Iterator[None]:
    """Every line that is written inside has these facts."""
    token = _facts.set({**(_facts.get() or {}), **facts})
    try:
        yield
    finally:
        _facts.reset(token)


def shown_path(request: HttpRequest) -> str:
    """The path of a request as it may be written down: without its query, and without a secret."""
    account = _ACCOUNT.match(request.path)
    if account is None:
        return request.path[:LONGEST_PATH]
    match = getattr(request, "resolver_match", None)
    return account[1] + (match.route if match else "accounts/...")


class Facts(logging.Filter):
    """Adds what a line is about, and takes secrets out of what Django writes of a request."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Never refuses a line."""
        facts = dict(_facts.get() or {})
        organization_id = entered_organization_id()
        if organization_id is not None:
            facts["organization_id"] = str(organization_id)
        record.facts = facts
        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest):
            _hide_path(record, request)
        return True


def _hide_path(record: logging.LogRecord, request: HttpRequest) -> None:
    shown = shown_path(request)
    if shown == request.path or not isinstance(record.args, tuple):
        return
    # Django writes what isn't plain ASCII in escapes.
    written = (request.path, request.path.encode("unicode_escape").decode("ascii"))
    record.args = tuple(_replaced(argument, written, shown) for argument in record.args)


def _replaced(argument: object, written: tuple[str, ...], shown: str) -> object:
    if isinstance(argument, str):
        for path in written:
            argument = argument.replace(path, shown)
    return argument


class JsonLines(logging.Formatter):
    """One line of JSON for each record: when, how grave, who says it, what, and its facts."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "facts", {}),
            **getattr(record, "fields", {}),
        }
        seconds = _seconds_of_task(record)
        if seconds is not None:
            line["duration_ms"] = round(seconds * 1000)
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def _seconds_of_task(record: logging.LogRecord) -> float | None:
    """How long a task took, which Celery hands along when it says that it is done."""
    facts = getattr(record, "data", None)
    found = facts.get("runtime") if isinstance(facts, dict) else None
    return found if isinstance(found, int | float) else None
