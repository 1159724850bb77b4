"""The last answer to what nobody expected: 503 when a part is away or full, which passes, else 500."""

import errno
import sys
from collections.abc import Iterator

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from redis.exceptions import RedisError

RETRY_SECONDS = 10
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE}
_API = "/api/"


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler of uncaught errors; the error is the one that is being handled."""
    if passes(sys.exc_info()[1]):
        return _answer(request, 503, "503.html", "A part of the server is away. Nothing was saved; try again soon.")
    return _answer(request, 500, "500.html", "The server failed. Nothing of this step was saved.")


def passes(error: BaseException | None) -> bool:
    """Whether it lies in a database, disk or broker that is away, full or out of connections."""
    return any(
        isinstance(one, OperationalError | InterfaceError | RedisError)
        or (isinstance(one, OSError) and one.errno in _FULL)
        for one in _chain(error)
    )


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


def _answer(request: HttpRequest, status: int, template: str, detail: str) -> HttpResponse:
    # The address as it came in: inside an organization it was shortened.
    if f"{request.META.get('SCRIPT_NAME', '')}{request.path_info}".partition(_API)[1]:
        facts = {"type": "about:blank", "title": detail.partition(".")[0], "status": status, "detail": detail}
        answer: HttpResponse = JsonResponse(
            {**facts, "code": "unavailable" if status == 503 else "failure"}, status=status
        )
        answer["Content-Type"] = "application/problem+json"
    else:
        # Without the request: what fills the shell would ask the database.
        answer = HttpResponse(render_to_string(template), status=status)
    if status == 503:
        answer["Retry-After"] = str(RETRY_SECONDS)
    return answer
