"""`{% panel %}` shows a part of another app to whoever may see it, and leaves no trace to whoever may not."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template import RequestContext, Template
from django.template.response import TemplateResponse
from django.test import RequestFactory
from django.urls import NoReverseMatch, path, set_script_prefix

from cat4.errors import NotAllowed
from tests.markup import glued


def greeting(request: HttpRequest, name: str) -> HttpResponse:
    htmx = bool(request.htmx)  # type: ignore[attr-defined]
    words = f"{request.method} {request.path} for {request.actor}, {name}, htmx {htmx}"  # type: ignore[attr-defined]
    return HttpResponse(f"<b>{words}, query {dict(request.GET)}, body {dict(request.POST)}</b>")


def lazy(request: HttpRequest) -> HttpResponse:
    return TemplateResponse(request, "components/tag.html", {"text": "late"})


def refusing(error: Exception | int) -> Callable[[HttpRequest], HttpResponse]:
    def view(request: HttpRequest) -> HttpResponse:
        if isinstance(error, int):
            return HttpResponse("secret", status=error)
        raise error

    return view


urls = ModuleType("panel_urls")
urls.urlpatterns = [  # type: ignore[attr-defined]
    path("greeting/<str:name>/", greeting, name="greeting"),
    path("lazy/", lazy, name="lazy"),
    path("denied/", refusing(PermissionDenied()), name="denied"),
    path("not-allowed/", refusing(NotAllowed("Only the owner may.")), name="not-allowed"),
    path("missing/", refusing(Http404()), name="missing"),
    path("answers-403/", refusing(403), name="answers-403"),
    path("answers-302/", refusing(302), name="answers-302"),
]


@pytest.fixture
def request_(rf: RequestFactory, settings: Any) -> HttpRequest:
    settings.ROOT_URLCONF = urls
    request = rf.post("/o/alder/measures/1/?tab=money", {"amount": "12"})
    request.actor = "Clara"  # type: ignore[attr-defined]
    return request


def shown(request: HttpRequest, source: str) -> str:
    return Template("{% load cat4_tags %}" + source).render(RequestContext(request, {"request": request}))


def test_a_panel_is_a_get_of_the_same_person_without_body_or_query(request_: HttpRequest) -> None:
    html = shown(request_, '{% panel "greeting" name="Nina" %}')
    assert html == "<b>GET /greeting/Nina/ for Clara, Nina, htmx True, query {}, body {}</b>"
    assert request_.method == "POST"
    assert request_.POST["amount"] == "12"


def test_a_panel_stays_inside_the_organization_of_the_page(request_: HttpRequest) -> None:
    set_script_prefix("/o/alder/")
    try:
        html = shown(request_, '{% panel "greeting" name="Nina" %}')
    finally:
        set_script_prefix("/")
    assert "GET /o/alder/greeting/Nina/" in html


def test_a_panel_renders_late_answers(request_: HttpRequest) -> None:
    assert '<span class="tag">late</span>' in glued(shown(request_, '{% panel "lazy" %}'))


@pytest.mark.parametrize("name", ["denied", "not-allowed", "missing", "answers-403"])
def test_who_may_not_see_a_panel_sees_no_place_for_it(request_: HttpRequest, name: str) -> None:
    assert shown(request_, f'<p>{{% panel "{name}" %}}</p>') == "<p></p>"


def test_an_unknown_panel_is_a_mistake_of_the_page(request_: HttpRequest) -> None:
    with pytest.raises(NoReverseMatch):
        shown(request_, '{% panel "nowhere" %}')


def test_a_panel_that_redirects_is_a_mistake_of_its_view(request_: HttpRequest) -> None:
    with pytest.raises(RuntimeError, match="answers-302 answered 302"):
        shown(request_, '{% panel "answers-302" %}')
