"""When somebody goes on working after their session has ended: nothing typed is lost, and nobody else reads it.

A form that arrives without a session is kept, not carried out: with the anonymous session of that browser, for an
hour, and only where the form's own token shows that it was sent from a page of ours. After signing in its page says
that nothing was saved, holds what was typed again, and offers to send it. It is shown to nobody but the person who was
signed in before: a signed cookie names them. Passwords and files are never kept.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from cat4 import clock

from .requests import Cat4Request
from .sent_once import FIELD

KEPT_FOR = 60 * 60
MOST_CHARACTERS = 200_000
_KEY = "unsent"
_COOKIE = "cat4_person"
_COOKIE_AGE = 30 * 24 * 60 * 60
_SENT_ALONG = frozenset({"version", "next", "sure", "decimal_mark"})
_IS_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NOT_A_WORD = re.compile(r"[^\w]+|_")
_SIGNER = signing.Signer(salt="cat4.web.session_end")
_CHECK = CsrfViewMiddleware(lambda request: HttpResponse())


def ask_to_sign_in(request: Cat4Request) -> HttpResponse:
    """Lead to the sign-in page and from there back; a part of a page says so instead of showing the sign-in page."""
    if request.method != "GET":
        keep_what_was_typed(request)
        address = _sign_in_address(_page_of_form(request))
        return HttpResponse(status=401, headers={"HX-Redirect": address}) if request.htmx else redirect(address)
    if request.htmx:
        page = urlsplit(request.htmx.current_url or "")
        back = f"{page.path}{'?' if page.query else ''}{page.query}" or request.get_full_path()
        return render(request, "web/session_ended.html", {"sign_in": _sign_in_address(back)}, status=401)
    return redirect(_sign_in_address(request.get_full_path()))


def keep_what_was_typed(request: Cat4Request) -> None:
    """Keep the form until its person has signed in again."""
    person = _person_before(request)
    if not person or _CHECK.process_view(request, ask_to_sign_in, (), {}) is not None:
        return
    fields = list(_texts(request))
    if not fields or sum(len(name) + len(value) for name, value in fields) > MOST_CHARACTERS:
        return
    request.session[_KEY] = {
        "person": person,
        "action": request.get_full_path(),
        "page": _page_of_form(request),
        "fields": fields,
        "files": sorted(file.name for _, files in request.FILES.lists() for file in files if file.name),
        "at": clock.now().isoformat(),
        "secret": any(_is_secret(name) for name in request.POST),
    }
    request.session.set_expiry(KEPT_FOR)


def unsent_form(request: HttpRequest) -> Mapping[str, Any] | None:
    """What the person who is signed in had typed when their session ended; forgotten where it is another person."""
    session = getattr(request, "session", None)
    kept: Mapping[str, Any] | None = session.get(_KEY) if session is not None else None
    if kept is None or not request.user.is_authenticated:
        return None
    age = clock.now() - datetime.fromisoformat(kept["at"])
    if kept["person"] == str(request.user.pk) and age.total_seconds() < KEPT_FOR:
        return kept
    forget(request)
    return None


def typed(kept: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What a person typed of a kept form, named as the fields are; what the page itself sent along is left out."""
    return [
        (_NOT_A_WORD.sub(" ", name).strip().capitalize(), value)
        for name, value in kept["fields"]
        if value.strip() and name not in _SENT_ALONG and not _IS_ID.fullmatch(value)
    ]


def forget(request: HttpRequest) -> None:
    """After it was sent, or discarded."""
    request.session.pop(_KEY, None)


class PrivatePagesMiddleware:
    """What a signed-in person sees stays out of every store: Back shows nothing of it after signing out.

    A form that was kept is forgotten once its address has taken it.
    """

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response: HttpResponse = self.get_response(request)
        if not request.user.is_authenticated:
            return response
        response.setdefault("Cache-Control", "private, no-store")
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return response
        person = str(request.user.pk)
        if _person_before(request) != person:
            response.set_cookie(
                _COOKIE, _SIGNER.sign(person), max_age=_COOKIE_AGE, httponly=True, samesite="Lax",
                secure=settings.SESSION_COOKIE_SECURE,
            )  # fmt: skip
        if request.method == "POST" and response.status_code < 400:
            kept = request.session.get(_KEY)
            if kept and urlsplit(kept["action"]).path == request.path:
                forget(request)
        return response


def _person_before(request: HttpRequest) -> str:
    """The id of the person who was signed in last in this browser; empty when nobody was."""
    try:
        return _SIGNER.unsign(request.COOKIES.get(_COOKIE, ""))
    except signing.BadSignature:
        return ""


def _texts(request: HttpRequest) -> Iterator[tuple[str, str]]:
    for name, values in request.POST.lists():
        if name not in {"csrfmiddlewaretoken", FIELD} and not _is_secret(name):
            yield from ((name, str(value)) for value in values)


def _is_secret(name: str) -> bool:
    return "password" in name.lower() or name.lower() in {"code", "otp"}


def _page_of_form(request: HttpRequest) -> str:
    """Where the form stood: the browser says so; else the address that it was sent to, which leads to its page."""
    came_from = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure()):
        parts = urlsplit(came_from)
        if parts.path.startswith("/o/"):
            return f"{parts.path}{'?' if parts.query else ''}{parts.query}"
    return request.get_full_path()


def _sign_in_address(back: str) -> str:
    return redirect_to_login(back).url
