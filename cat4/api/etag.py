"""The version of an object as an ETag: whoever edits an older one is told, if they say which they saw."""

import re

from rest_framework.exceptions import ParseError
from rest_framework.request import Request

_IF_MATCH = re.compile(r'(?:W/)?"(\d{1,9})"')


def etag(version: int) -> str:
    """`W/"3"`: weak, because the same version may be rendered in several ways."""
    return f'W/"{version}"'


def expected_version(request: Request) -> int | None:
    """The version named by If-Match; None without the header, or for `*`.

    Raises:
        ParseError: the header is no ETag of ours.
    """
    header = request.headers.get("If-Match", "*").strip()
    if header == "*":
        return None
    match = _IF_MATCH.fullmatch(header)
    if match is None:
        raise ParseError('If-Match takes the ETag of the object as you got it, such as W/"3".')
    return int(match[1])
