"""Browsers from which a person has signed in before: a signed cookie of the browser's, and nothing kept by us."""

from collections.abc import Callable

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from .models import User

COOKIE = "known_here"
_SALT = "cat4.accounts.devices"
_YEAR_SECONDS = 365 * 24 * 3600
# A browser in an office is shared by a few; more than these aren't remembered.
_MOST = 8


def is_known(request: HttpRequest, user: User) -> bool:
    """Whether the person has signed in from this browser before, with the password of today."""
    return _mark(user) in _marks(request)


def note_sign_in(request: HttpRequest, user: User) -> None:
    """Remember this browser; the middleware sends the cookie with the answer."""
    others = [mark for mark in _marks(request) if mark != _mark(user)]
    request.known_here = [_mark(user), *others][:_MOST]  # type: ignore[attr-defined]


class KnownDeviceMiddleware:
    """Sends the cookie after a sign-in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        marks = getattr(request, "known_here", None)
        if marks is not None:
            response.set_cookie(
                COOKIE,
                signing.dumps(marks, salt=_SALT),
                max_age=_YEAR_SECONDS,
                httponly=True,
                samesite="Lax",
                secure=settings.SESSION_COOKIE_SECURE,
            )
        return response


def _mark(user: User) -> str:
    # With the password's hash in it, a new password makes every browser a new one.
    return signing.Signer(salt=_SALT).signature(f"{user.pk}:{user.password}")[:22]


def _marks(request: HttpRequest) -> list[str]:
    try:
        found = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=_YEAR_SECONDS)
    except signing.BadSignature:
        return []
    return [str(mark) for mark in found] if isinstance(found, list) else []
