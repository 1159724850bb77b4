"""Every change over REST: done by who may, refused to who may not, and never half done."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from cat4.accounts.models import ApiToken
from cat4.audit.models import AuditEntry
from hierarchy.people.actions.tokens import issue_token, revoke_token
from measures.models import Measure
from tests.api.cases import CASES, UNKNOWN, Case
from tests.api.scene import Scene, everything, nothing_changes

# A person's own notices: nobody is refused and nothing is recorded; tested in tests/notices/test_inbox.py.
OWN = {"read_notice", "read_all_notices", "set_notice_preferences"}
every_change = pytest.mark.parametrize("case", CASES, ids=str)


@every_change
def test_a_change_is_made_recorded_and_answered(scene: Scene, case: Case) -> None:
    if case.first:
        scene.call(case.allowed, *case.first)
    before = len(everything(scene.world)["audit.AuditEntry"])
    response = scene.call(case.allowed, case.method, case.path, case.body)
    assert response.status_code == case.status, response.content
    if case.status != 204:
        answer = response.json()
        assert {name: answer[name] for name in case.expect} == case.expect
    with scene.world.inside():
        assert AuditEntry.objects.count() > before
        latest = AuditEntry.objects.latest("at", "id")
        assert latest.actor_id == scene.world.people[case.allowed].pk
        assert latest.request_id == response["X-Request-ID"]


@every_change
def test_who_may_not_is_told_who_may_and_nothing_changes(scene: Scene, case: Case) -> None:
    with nothing_changes(scene.world):
        response = scene.call(case.denied, case.method, case.path, case.body)
    problem = response.json()
    assert (response.status_code, problem["code"]) == (403, "not_allowed")
    assert response["Content-Type"] == "application/problem+json"
    assert problem["detail"].endswith(".")


@pytest.mark.parametrize("case", [case for case in CASES if case.bad], ids=str)
def test_bad_input_is_named_field_by_field_and_nothing_changes(scene: Scene, case: Case) -> None:
    body, fields = case.bad  # type: ignore[misc]
    with nothing_changes(scene.world):
        response = scene.call(case.allowed, case.method, case.path, body)
    problem = response.json()
    assert (response.status_code, problem["code"]) == (422, "invalid"), problem
    assert fields <= problem["errors"].keys()
    assert all(sentence for sentences in problem["errors"].values() for sentence in sentences)


@pytest.mark.parametrize("case", [case for case in CASES if "{" in case.path], ids=str)
def test_an_id_of_another_organization_is_not_found_and_changes_neither(
    scene: Scene, foreign: Scene, case: Case
) -> None:
    with nothing_changes(scene.world, foreign.world):
        response = scene.call(case.allowed, case.method, foreign.fill(case.path), case.body)
        unknown = scene.call(case.allowed, case.method, _with_unknown_id(case.path), case.body)
    assert (response.status_code, unknown.status_code) == (404, 404)
    assert response.json() == unknown.json()


def _with_unknown_id(path: str) -> str:
    before, _, rest = path.partition("{")
    return f"{before}{UNKNOWN}{rest.partition('}')[2]}"


def _pointers(case: Case) -> dict[str, str]:
    """What a body says by the id of something else."""
    return {key: value for key, value in (case.body or {}).items() if isinstance(value, str) and "{" in value}


@pytest.mark.parametrize("case", [case for case in CASES if _pointers(case)], ids=str)
def test_an_id_of_another_organization_inside_a_body_is_refused(scene: Scene, foreign: Scene, case: Case) -> None:
    for key, value in _pointers(case).items():
        body = {**(case.body or {}), key: foreign.fill(value)}
        with nothing_changes(scene.world, foreign.world):
            response = scene.call(case.allowed, case.method, case.path, body)
        assert response.status_code in {404, 422}, (key, response.content)
        if response.status_code == 422:
            assert key in response.json()["errors"]


def test_the_same_person_of_another_organization_finds_nothing(scene: Scene, foreign: Scene) -> None:
    clients = {name: Client() for name in {case.allowed for case in CASES}}
    for name, client in clients.items():
        client.force_login(foreign.world.people[name])
    with nothing_changes(scene.world):
        for case in CASES:
            answer = scene.send(clients[case.allowed], case.method, case.path, case.body)
            assert answer.status_code == 404, case.name


def test_a_visitor_is_asked_to_sign_in(scene: Scene) -> None:
    with nothing_changes(scene.world):
        for case in CASES:
            response = scene.send(Client(), case.method, case.path, case.body)
            assert (response.status_code, response["WWW-Authenticate"]) == (401, "Bearer"), case.name


@pytest.mark.parametrize("case", [case for case in CASES if case.versioned], ids=str)
def test_a_stale_version_is_refused_with_the_present_one(scene: Scene, case: Case) -> None:
    with nothing_changes(scene.world):
        response = scene.call(case.allowed, case.method, case.path, case.body, If_Match='W/"7"')
    problem = response.json()
    assert (response.status_code, problem["code"]) == (412, "stale_version"), problem
    assert (problem["current"]["version"], response["ETag"]) == (1, 'W/"1"')
    assert scene.call(case.allowed, case.method, case.path, case.body, If_Match='W/"1"').status_code == case.status


@pytest.mark.parametrize("header", ["3", 'W/"x"', '"1", "2"', ""])
def test_an_if_match_that_is_no_etag_is_named(scene: Scene, header: str) -> None:
    with nothing_changes(scene.world):
        response = scene.call("owner", "patch", "/measures/{draft}/", {"name": "New"}, If_Match=header)
    assert (response.status_code, response.json()["code"]) == (400, "parse_error")


def test_every_change_of_the_document_is_among_these_cases() -> None:
    document = SchemaGenerator(urlconf="cat4.urls_organization").get_schema(request=None, public=True)
    changing = {
        operation["operationId"]
        for path in document["paths"].values()
        for method, operation in path.items()
        if method != "get"
    }
    assert {case.name for case in CASES} == changing - {"sign_closure", "sign_minutes"} - OWN
    versioned = {
        operation["operationId"]
        for path in document["paths"].values()
        for operation in path.values()
        if "412" in operation["responses"]
    }
    assert {case.name for case in CASES if case.versioned} == versioned


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/gate-requests/{closure}/signature/", {}),
        ("/decisions/", {"request_id": "{closure}", "outcome": "advance", "reason": "All there"}),
    ],
)
def test_a_closure_is_signed_in_the_browser_only(scene: Scene, path: str, body: dict[str, str]) -> None:
    with nothing_changes(scene.world):
        response = scene.call("controller", "post", path, body)
    assert response.status_code == 403
    assert response.json()["detail"] == "Closing is signed in the browser."


def test_a_foreign_closure_is_not_found(scene: Scene, foreign: Scene) -> None:
    path = foreign.fill("/gate-requests/{closure}/signature/")
    assert scene.call("controller", "post", path, {}).status_code == 404


def test_of_two_decisions_the_second_is_told_of_the_first(scene: Scene) -> None:
    body = {"request_id": "{hold}", "outcome": "hold", "reason": "Agreed"}
    assert scene.call("chair", "post", "/decisions/", body).status_code == 201
    with nothing_changes(scene.world):
        response = scene.call("chair", "post", "/decisions/", body)
    problem = response.json()
    assert (response.status_code, problem["code"]) == (409, "conflict")
    assert problem["current"]["outcome"] == "hold"
    assert "decided this request in the meantime" in problem["detail"]


def test_a_figure_that_moved_since_the_controller_saw_it_is_not_validated(scene: Scene) -> None:
    with nothing_changes(scene.world):
        response = scene.call(
            "controller", "post", "/effect-lines/{decided_line}/actuals/validation/", {"months": {"2026-08": "91.00"}}
        )
    assert (response.status_code, response.json()["current"]) == (409, {"2026-08": "90.00"})


def test_what_a_controller_validated_stands_in_the_line(scene: Scene) -> None:
    path = "/effect-lines/{decided_line}/actuals/validation/"
    line = scene.call("controller", "post", path, {"months": {"2026-08": "90.00"}}).json()
    month = next(month for month in line["months"] if month["month"] == "2026-08")
    assert (month["month"], month["reported"], month["validated"]) == ("2026-08", "90.00", "90.00")
    assert month["validated_by_id"] == scene.ids["controller"]


@pytest.mark.parametrize(
    ("amount", "status"),
    [
        ('"1200.5"', 200),
        ("1200.5", 200),
        ("1200", 200),
        ("-0.01", 200),
        ("null", 200),
        ("1200.005", 422),
        ("0.1000000000000000055", 422),
        ('"1e400"', 422),
        ("1e400", 422),
        ('"NaN"', 422),
        ('"Infinity"', 422),
        ("true", 422),
        ('"12,50"', 422),
        ("[1]", 422),
        ("{}", 422),
        ("99999999999999999999", 422),
        ("NaN", 400),
        ("-Infinity", 400),
        ("12.", 400),
    ],
)
def test_money_is_exact_or_refused(scene: Scene, amount: str, status: int) -> None:
    client = Client()
    client.force_login(scene.world.people["owner"])
    address = scene.world.url(scene.fill("/api/v1/measures/{draft}/"))
    response = client.patch(address, f'{{"target_amount": {amount}}}', content_type="application/json")
    assert response.status_code == status, response.content
    if status == 200:
        expected = {"null": None, '"1200.5"': "1200.50", "1200.5": "1200.50", "1200": "1200.00"}
        assert response.json()["target_amount"] == expected.get(amount, amount)
    elif status == 422:
        assert response.json()["errors"].keys() == {"target_amount"}


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        ("{", "application/json", 400, "parse_error"),
        ("\xff", "application/json", 400, "parse_error"),
        ("[" * 100_000, "application/json", 400, "parse_error"),
        ("[]", "application/json", 422, "invalid"),
        ('"text"', "application/json", 422, "invalid"),
        ('{"name": "a\\u0000b"}', "application/json", 422, "invalid"),
        ('{"name": "\\ud800"}', "application/json", 422, "invalid"),
        ('{"kind": "\\ud800", "\\udfff": 1}', "application/json", 422, "invalid"),
        ("name=x", "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
    ],
)
def test_a_body_that_is_no_json_object_is_refused(scene: Scene, body: str, kind: str, status: int, code: str) -> None:
    client = Client()
    client.force_login(scene.world.people["owner"])
    address = scene.world.url(scene.fill("/api/v1/measures/{draft}/"))
    with nothing_changes(scene.world):
        response = client.patch(address, body.encode("latin-1"), content_type=kind)
    assert (response.status_code, response.json()["code"]) == (status, code)


def test_a_method_that_is_not_offered_is_named(scene: Scene) -> None:
    response = scene.call("admin", "delete", "/measures/{draft}/")
    assert (response.status_code, response.json()["code"]) == (405, "method_not_allowed")


def test_a_token_works_until_it_is_revoked_and_is_told_apart_from_a_session(scene: Scene) -> None:
    world = scene.world
    with world.inside():
        token, key = issue_token(world.actor("owner"), name="ERP")
    client = Client(enforce_csrf_checks=True, headers={"Authorization": f"Bearer {key}"})
    assert scene.send(client, "patch", "/measures/{draft}/", {"name": "By token"}).status_code == 200
    with world.inside():
        assert Measure.objects.get(code="M-1").name == "By token"
        revoke_token(world.actor("owner"), token.pk)
    assert scene.send(client, "patch", "/measures/{draft}/", {"name": "Again"}).status_code == 401
    assert ApiToken.objects.get().digest not in key


def test_a_session_without_csrf_token_changes_nothing(scene: Scene) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(scene.world.people["owner"])
    with nothing_changes(scene.world):
        response = scene.send(client, "patch", "/measures/{draft}/", {"name": "Forged"})
    assert (response.status_code, response.json()["code"]) == (403, "permission_denied")


def test_a_bug_in_an_answer_undoes_the_change(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """The change is made, then its answer can't be written: nothing may stay."""

    def broken(*args: object, **options: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr("measures.core.api.answers.MeasureAnswer.get_totals", broken)
    client = Client(raise_request_exception=False)
    client.force_login(scene.world.people["owner"])
    with nothing_changes(scene.world):
        response = scene.send(client, "patch", "/measures/{draft}/", {"name": "New"})
    assert response.status_code == 500
    assert json.dumps("New") not in response.content.decode()
