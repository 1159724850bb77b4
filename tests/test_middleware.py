"""The way into an organization, and what the answer is when there is none."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, JsonResponse
from django.template import engines
from django.template.response import TemplateResponse
from django.test import Client
from django.urls import path, reverse, set_script_prefix
from django.utils import timezone

from cat4.accounts.models import ApiToken, Membership
from cat4.accounts.selectors import token_digest
from cat4.errors import Conflict, Invalid, NotAllowed, StaleVersion
from cat4.tenancy.context import NoOrganization, current_organization_id
from cat4.web.requests import OrganizationRequest
from measures.models import Measure
from tests.world import TODAY, World

KEY = "key-of-the-owner"


def who(request: OrganizationRequest) -> JsonResponse:
    return JsonResponse(
        {
            "actor": request.actor.name,
            "organization": str(current_organization_id()),
            "path": request.path,
            "own": reverse("who"),
            "token": request.token_user is not None,
            "request_id": request.actor.request_id,
        }
    )


def save_then_fail(request: OrganizationRequest, how: str) -> HttpResponse:
    """Changes a measure before it fails in the asked way."""
    Measure.objects.update(name="Changed")
    errors: dict[str, Exception] = {
        "not-allowed": NotAllowed("Only the controller may validate."),
        "invalid": Invalid({"amount": "Give an amount."}),
        "conflict": Conflict("Decided meanwhile.", current={"doi": 3}),
        "stale": StaleVersion("Saved meanwhile.", current={"version": 2}),
        "missing": Http404("No such measure."),
        "forbidden": PermissionDenied(),
        "bug": RuntimeError("a bug"),
    }
    if how == "template":
        broken = engines["django"].from_string("{% load cat4_tags %}{% panel 'no:such-panel' %}")
        return TemplateResponse(request, broken)
    if how == "answer":
        return HttpResponse("maintenance", status=503)
    raise errors[how]


def save(request: OrganizationRequest) -> HttpResponse:
    Measure.objects.update(name="Changed")
    return HttpResponse()


urlpatterns = [
    path("who/", who, name="who"),
    path("api/who/", who),
    path("save/", save),
    path("fail/<how>/", save_then_fail),
]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_urls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "ORGANIZATION_URLCONF", __name__)


@pytest.fixture
def client(client: Client, world: World) -> Client:
    client.raise_request_exception = False
    client.force_login(world.people["owner"])
    return client


@pytest.fixture
def token(world: World) -> ApiToken:
    membership = Membership.objects.get(user=world.people["owner"], organization=world.organization)
    return ApiToken.objects.create(membership=membership, name="ERP", digest=token_digest(KEY))


def bearer(key: str = KEY) -> dict[str, Any]:
    return {"headers": {"Authorization": f"Bearer {key}"}}


def test_a_member_acts_in_the_organization_of_the_address(client: Client, world: World) -> None:
    response = client.get(world.url("/who/"))
    assert response.json() == {
        "actor": "Owner Alder",
        "organization": str(world.organization.pk),
        "path": "/o/alder/who/",
        "own": "/o/alder/who/",
        "token": False,
        "request_id": response["X-Request-ID"],
    }
    with pytest.raises(NoOrganization):
        current_organization_id()
    assert reverse("home") == "/"


def test_an_installation_below_a_path_keeps_it_in_every_address(client: Client, world: World) -> None:
    set_script_prefix("/cat4/")  # what the WSGI handler does and the test client doesn't
    try:
        response = client.get(world.url("/who/"), SCRIPT_NAME="/cat4")
    finally:
        set_script_prefix("/")
    assert (response.json()["path"], response.json()["own"]) == ("/cat4/o/alder/who/", "/cat4/o/alder/who/")


def test_an_organization_without_a_slash_at_the_end_is_found(client: Client, world: World) -> None:
    response = client.get("/o/alder?from=mail")
    assert (response.status_code, response["Location"]) == (302, "/o/alder/?from=mail")


def test_a_page_without_a_slash_at_the_end_is_found(client: Client, world: World) -> None:
    response = client.get(world.url("/who"))
    assert (response.status_code, response["Location"]) == (301, "/o/alder/who/")


@pytest.mark.parametrize("slug", ["twin", "nobody", "ALDER"])
@pytest.mark.parametrize(("page", "kind"), [("/who/", "text/html"), ("/api/who/", "application/problem+json")])
def test_a_foreign_and_an_unknown_organization_look_alike(
    client: Client, twin: World, slug: str, page: str, kind: str
) -> None:
    response = client.get(f"/o/{slug}{page}")
    assert response.status_code == 404
    assert response["Content-Type"].startswith(kind)
    assert b"Twin" not in response.content


def test_a_visitor_is_sent_to_the_login_and_back(world: World) -> None:
    response = Client().get(world.url("/who/?page=2"))
    assert (response.status_code, response["Location"]) == (302, "/accounts/login/?next=/o/alder/who/%3Fpage%3D2")


@pytest.mark.parametrize("slug", ["alder", "nobody"])
def test_a_visitor_of_the_api_is_asked_to_sign_in_whether_or_not_the_organization_exists(
    world: World, slug: str
) -> None:
    response = Client().get(f"/o/{slug}/api/who/")
    assert response.status_code == 401
    assert response["WWW-Authenticate"] == "Bearer"
    assert response.json() == {"type": "about:blank", "title": "Sign in, or send a valid token", "status": 401}


@pytest.mark.parametrize("changes", [{"is_active": False}, {"ends_on": TODAY - timedelta(days=1)}])
def test_a_membership_that_is_over_opens_nothing(client: Client, world: World, changes: dict[str, Any]) -> None:
    Membership.objects.filter(user=world.people["owner"]).update(**changes)
    assert client.get(world.url("/who/")).status_code == 404


def test_a_membership_holds_on_its_last_day(client: Client, world: World) -> None:
    Membership.objects.filter(user=world.people["owner"]).update(ends_on=TODAY)
    assert client.get(world.url("/who/")).status_code == 200


def test_a_person_who_was_switched_off_is_a_visitor(client: Client, world: World) -> None:
    person = world.people["owner"]
    person.is_active = False
    person.save()
    assert client.get(world.url("/who/")).status_code == 302


def test_a_token_acts_as_its_person(world: World, token: ApiToken) -> None:
    body = Client().get(world.url("/api/who/"), **bearer()).json()
    assert (body["actor"], body["token"]) == ("Owner Alder", True)


def test_a_token_comes_before_the_session(client: Client, world: World, token: ApiToken) -> None:
    client.force_login(world.people["admin"])
    assert client.get(world.url("/api/who/"), **bearer()).json()["actor"] == "Owner Alder"


def test_pages_take_no_token(world: World, token: ApiToken) -> None:
    assert Client().get(world.url("/who/"), **bearer()).status_code == 302


def test_a_token_of_another_organization_finds_nothing(world: World, twin: World, token: ApiToken) -> None:
    response = Client().get(twin.url("/api/who/"), **bearer())
    assert (response.status_code, response.json()["title"]) == (404, "Not found")


@pytest.mark.parametrize(
    "changes",
    [{"revoked_at": timezone.now()}, {"expires_on": TODAY - timedelta(days=1)}, {"digest": token_digest("another")}],
)
def test_a_revoked_expired_or_unknown_token_is_refused_even_beside_a_session(
    client: Client, world: World, token: ApiToken, changes: dict[str, Any]
) -> None:
    ApiToken.objects.update(**changes)
    assert client.get(world.url("/api/who/"), **bearer()).status_code == 401


def test_a_token_holds_on_its_last_day(world: World, token: ApiToken) -> None:
    ApiToken.objects.update(expires_on=TODAY)
    assert Client().get(world.url("/api/who/"), **bearer()).status_code == 200


def test_a_token_ends_with_its_membership_and_its_person(world: World, token: ApiToken) -> None:
    Membership.objects.filter(user=world.people["owner"]).update(is_active=False)
    assert Client().get(world.url("/api/who/"), **bearer()).status_code == 401
    Membership.objects.filter(user=world.people["owner"]).update(is_active=True)
    person = world.people["owner"]
    person.is_active = False
    person.save()
    assert Client().get(world.url("/api/who/"), **bearer()).status_code == 401


def name_of_the_measure(world: World) -> str:
    with world.inside():
        return Measure.objects.get().name


def test_what_a_view_saved_stays(client: Client, world: World) -> None:
    with world.inside():
        world.measure()
    assert client.get(world.url("/save/")).status_code == 200
    assert name_of_the_measure(world) == "Changed"


@pytest.mark.parametrize(
    ("how", "status", "words"),
    [
        ("not-allowed", 403, "Only the controller may validate."),
        ("invalid", 422, "Give an amount."),
        ("conflict", 409, "Decided meanwhile."),
        ("stale", 409, "Saved meanwhile."),
        ("missing", 404, ""),
        ("forbidden", 403, ""),
        ("bug", 500, ""),
        ("template", 500, ""),
        ("answer", 503, "maintenance"),
    ],
)
def test_a_view_that_fails_is_answered_with_its_page_and_has_saved_nothing(
    client: Client, world: World, how: str, status: int, words: str
) -> None:
    with world.inside():
        world.measure()
    response = client.get(world.url(f"/fail/{how}/"))
    assert response.status_code == status
    assert words in response.content.decode()
    assert name_of_the_measure(world) == "Measure M-1"


def test_a_body_above_the_limit_is_answered_before_it_is_read(client: Client, world: World) -> None:
    response = client.post(
        world.url("/save/"), b"x", content_type="text/csv", CONTENT_LENGTH=str(settings.MAX_UPLOAD_BYTES + 1)
    )
    assert (response.status_code, response["Connection"]) == (413, "close")
    assert response.content.decode() == "The file is larger than 25 MB. Upload a smaller one, or split it."


@pytest.mark.parametrize("length", [str(settings.MAX_UPLOAD_BYTES), "", "many"])
def test_a_body_within_the_limit_is_let_through(client: Client, world: World, length: str) -> None:
    assert client.get(world.url("/who/"), CONTENT_LENGTH=length).status_code == 200


def test_a_change_by_session_needs_the_csrf_token(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.people["owner"])
    assert client.post(world.url("/save/")).status_code == 403


def test_the_home_page_leads_into_the_only_organization(client: Client, world: World) -> None:
    response = client.get("/")
    assert (response.status_code, response["Location"]) == (302, "/o/alder/")


def test_the_home_page_asks_which_of_several(client: Client, world: World, twin: World) -> None:
    Membership.objects.create(user=world.people["owner"], organization=twin.organization)
    page = client.get("/").content.decode()
    assert "/o/alder/" in page
    assert "/o/twin/" in page


def test_answers_to_a_health_check_need_no_organization() -> None:
    assert Client().get("/healthz").status_code in {200, 503}


def test_the_address_of_an_organization_is_matched_as_a_whole(client: Client, world: World) -> None:
    assert client.get("/x/o/alder/who/").status_code == 404
    assert client.get("/o/al.der/who/").status_code == 404
