"""Entering an organization, and answering with the right page when an action refuses."""

import re
from collections.abc import Callable
from http import HTTPStatus
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.middleware.common import CommonMiddleware
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import get_script_prefix, is_valid_path, set_script_prefix
from django.utils.module_loading import import_string

from cat4.accounts.keys import bearer_key
from cat4.accounts.models import Membership
from cat4.accounts.selectors import every_membership_of, lines_of, membership_in, membership_of_token
from cat4.errors import Conflict, Invalid, NotAllowed, StaleVersion
from cat4.logs import about
from cat4.tenancy.context import organization_context

from . import formats
from .homes import home_of
from .requests import Cat4Request
from .second_factor import ask_for_factor
from .session_end import ask_to_sign_in

GetResponse = Callable[[HttpRequest], HttpResponse]

_ORGANIZATION_PATH = re.compile(r"^/o/(?P<slug>[-a-zA-Z0-9_]+)(?P<rest>/.*)?$", re.DOTALL)
_API_PATH = "/api/"
# The pages use none of what a browser could give them, and nothing embedded in them may either.
_FEATURES = (
    "accelerometer",
    "autoplay",
    "bluetooth",
    "camera",
    "display-capture",
    "encrypted-media",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "screen-wake-lock",
    "serial",
    "usb",
    "xr-spatial-tracking",
)
_NOTHING_ALLOWED = ", ".join(f"{feature}=()" for feature in _FEATURES)


class RequestIdMiddleware:
    """Each request carries an id into its records, its lines in the log and its answer."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: Cat4Request) -> HttpResponse:
        request.request_id = uuid4().hex
        request.organization = request.actor = request.membership = request.token_user = None
        request.open_memberships = None
        with about(request_id=request.request_id):
            response = self.get_response(request)
        response["X-Request-ID"] = request.request_id
        response["Permissions-Policy"] = _NOTHING_ALLOWED
        return response


class BodyLimitMiddleware:
    """A body above the limit is answered with 413 before any of it is read."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: Cat4Request) -> HttpResponse:
        try:
            length = int(request.META.get("CONTENT_LENGTH") or 0)
        except ValueError:
            length = 0
        if length <= settings.MAX_UPLOAD_BYTES:
            return self.get_response(request)
        limit = settings.MAX_UPLOAD_BYTES // (1024 * 1024)
        text = f"The file is larger than {limit} MB. Upload a smaller one, or split it."
        kind, body = "plain", text
        if "text/html" in request.headers.get("Accept", ""):
            kind, body = "html", render_to_string("413.html", {"reason": text})
        return HttpResponse(
            body, status=413, content_type=f"text/{kind}; charset=utf-8", headers={"Connection": "close"}
        )


class SlashMiddleware(CommonMiddleware):
    """An address without its last slash leads to the one with it; what is sent to it goes along (308)."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        is_lost = request.method not in {"GET", "HEAD"} and response.status_code == HTTPStatus.NOT_FOUND
        if is_lost and self.should_redirect_with_slash(request):
            address = request.get_full_path(force_append_slash=True)
            return HttpResponsePermanentRedirect(address, preserve_request=True)
        return super().process_response(request, response)


class OrganizationMiddleware:
    """`/o/<slug>/...` is the organization's site: one transaction in its context around the whole answer.

    The prefix becomes the script prefix, so that URL names resolve inside it and `reverse` keeps it.
    Whoever has no open membership there gets the same 404 as for an organization that doesn't exist.
    The context wraps rendering too: templates and API responses are rendered after the view has returned,
    so an answer that failed there undoes what the view did.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.load_actor = import_string(settings.ACTOR_LOADER)

    def __call__(self, request: Cat4Request) -> HttpResponse:
        match = _ORGANIZATION_PATH.match(request.path_info)
        if match is None:
            return self.get_response(request)
        slug, rest = match["slug"], match["rest"]
        if rest is None:
            return redirect(request.get_full_path(force_append_slash=True))
        if rest.startswith(_API_PATH):
            return self._answer_api(request, slug, rest)
        membership = _membership_of_session(request, slug)
        if membership is None and not request.user.is_authenticated:
            return ask_to_sign_in(request)
        if membership is None:
            return render(request, "404.html", status=404)
        return self._answer_inside(request, membership, rest)

    def _answer_api(self, request: Cat4Request, slug: str, rest: str) -> HttpResponse:
        """Only the API takes tokens: a key can't fill in the pages, where closures are signed."""
        key = bearer_key(request.headers.get("Authorization", ""))
        membership = membership_of_token(key) if key else _membership_of_session(request, slug)
        if membership is None and (key or not request.user.is_authenticated):
            return problem(401, "Sign in, or send a valid token")
        if membership is None or membership.organization.slug != slug:
            return problem(404, "Not found")
        if key:
            request.user = request.token_user = membership.user
        response = self._answer_inside(request, membership, rest)
        # An address that is none gets the page of Django's handler, which no program reads.
        is_page = response.status_code == HTTPStatus.NOT_FOUND and response["Content-Type"].startswith("text/html")
        return problem(404, "There is no such address", code="not_found") if is_page else response

    def _answer_inside(self, request: Cat4Request, membership: Membership, rest: str) -> HttpResponse:
        organization, outer = membership.organization, get_script_prefix()
        prefix = f"{outer.rstrip('/')}/o/{organization.slug}"
        request.membership, request.organization = membership, organization
        request.path_info = rest
        request.META["SCRIPT_NAME"] = prefix
        request.urlconf = settings.ORGANIZATION_URLCONF
        set_script_prefix(f"{prefix}/")
        try:
            with formats.as_read_in(organization), organization_context(organization.pk):
                request.actor = self.load_actor(membership, request_id=request.request_id)
                asked = None if request.token_user else ask_for_factor(request, membership, request.actor)
                response = asked or self.get_response(request)
                if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
                    transaction.set_rollback(True)
                return response
        finally:
            set_script_prefix(outer)


def problem(status: int, title: str, **facts: str) -> HttpResponse:
    """A bare problem details answer (RFC 9457), for what is refused before the API is reached."""
    headers = {"WWW-Authenticate": "Bearer"} if status == HTTPStatus.UNAUTHORIZED else {}
    answer = {"type": "about:blank", "title": title, "status": status, **facts}
    return JsonResponse(answer, status=status, content_type="application/problem+json", headers=headers)


def _membership_of_session(request: Cat4Request, slug: str) -> Membership | None:
    if not request.user.is_authenticated:
        return None
    request.open_memberships = every_membership_of(request.user.pk)
    return membership_in(request.open_memberships, slug)


class ErrorPagesMiddleware:
    """An action's refusal becomes a page: 403 with the policy's sentence, 409 with the state as it is, 422.

    After a refused form the browser stands at the address to which it was sent. Whoever loads that again, follows
    it back or bookmarks it comes to the page above, which has the form.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: Cat4Request) -> HttpResponse:
        response = self.get_response(request)
        is_visit = request.method == "GET" and request.headers.get("Sec-Fetch-Mode") == "navigate"
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and is_visit:
            return redirect(_page_above(request))
        return response

    def process_exception(self, request: Cat4Request, error: Exception) -> HttpResponse | None:
        """The view's own savepoint has been rolled back by now: nothing is half done."""
        if isinstance(error, NotAllowed):
            return render(request, "403.html", {"reason": error.reason}, status=403)
        if isinstance(error, Conflict):
            context = {"message": error.message, "current": error.current, "is_stale": isinstance(error, StaleVersion)}
            return render(request, "409.html", context, status=409)
        if isinstance(error, Invalid):
            return render(request, "400.html", {"errors": error.errors}, status=422)
        if isinstance(error, Http404):
            return render(request, "404.html", {"reason": str(error)}, status=404)
        return None


def _page_above(request: Cat4Request) -> str:
    """The page that the object of the address stands on, else the next address above that is one, with this query."""
    parts = request.path_info.strip("/").split("/")[:-1]
    while parts and not is_valid_path(f"/{'/'.join(parts)}/", getattr(request, "urlconf", None)):
        parts.pop()
    home = None if parts else home_of(request.path_info)
    if home:
        return home
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return f"{get_script_prefix()}{'/'.join(parts)}{'/' if parts else ''}{query}"


def shell_memberships(request: Cat4Request) -> list[object]:
    """The lines of the organization switcher for the signed-in person."""
    if not request.user.is_authenticated:
        return []
    slug = request.organization.slug if request.organization else ""
    # Which organization is entered was looked up among them already.
    known = request.open_memberships
    return list(lines_of(every_membership_of(request.user.pk) if known is None else known, current_slug=slug))
