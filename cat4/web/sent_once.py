"""A form that is sent twice is carried out once: pressed again after seconds, or sent again by an impatient network.

Each form carries a key of its own, drawn with its token. The first to arrive with it is carried out; the next one is
led where the first was, over a page that waits while the first is still at work. A refused form may be sent again. The
keys lie in the cache, by person.
"""

from collections.abc import Callable
from http import HTTPStatus
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

FIELD = "sent_once"
_KEPT_FOR = 60 * 60
_RUNS = ""


def new_key() -> str:
    """A key for one form as it is drawn."""
    return uuid4().hex


class SentOnceMiddleware:
    """Only answers that lead on are repeated: a form that answers with a file or a part of a page may be sent again."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = _key_of(request)
        if not key:
            return self.get_response(request)
        if not cache.add(key, _RUNS, _KEPT_FOR):
            return _as_the_first(request, key)
        try:
            response = self.get_response(request)
        except BaseException:
            cache.delete(key)
            raise
        where = response.get("Location") or response.get("HX-Redirect")
        if where and response.status_code < HTTPStatus.BAD_REQUEST:
            cache.set(key, where, _KEPT_FOR)
        else:
            cache.delete(key)
        return response


def _key_of(request: HttpRequest) -> str:
    if request.method != "POST" or not request.user.is_authenticated:
        return ""
    key = request.POST.get(FIELD, "")
    return f"sent:{request.user.pk}:{key}" if key.isalnum() and len(key) <= 64 else ""


def _as_the_first(request: HttpRequest, key: str) -> HttpResponse:
    """Where the first led to; while that is still at work, the page that waits for it."""
    where = cache.get(key) or reverse("web:sent", args=[key.rpartition(":")[2]], urlconf=settings.ROOT_URLCONF)
    by_script = request.headers.get("HX-Request") == "true"
    headers = {"HX-Redirect" if by_script else "Location": where}
    return HttpResponse(status=HTTPStatus.OK if by_script else HTTPStatus.FOUND, headers=headers)


@require_GET
@login_required
def waiting(request: HttpRequest, key: str) -> HttpResponse:
    """Lead to what a form that was sent twice became; asks again by itself until the first is through.

    The browser asks, so that no thread of ours waits.
    """
    where = cache.get(f"sent:{request.user.pk}:{key}")
    if where:
        return redirect(where)
    is_at_work = where is not None
    answer = render(request, "web/sent.html", {"is_at_work": is_at_work})
    if is_at_work:
        answer["Refresh"] = "1"
    return answer
