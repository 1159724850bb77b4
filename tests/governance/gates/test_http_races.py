"""The same race from outside: real requests at once, each answered by a thread and a connection of its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from html import unescape
from http.client import HTTPConnection
from threading import Barrier
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from django.test import Client

from cat4.accounts.actor import Role
from cat4.audit.ledger import verify_chain
from governance.gates.models import GateDecision, GateRequest
from hierarchy.people.actions.tokens import issue_token
from measures.models import Measure
from tests.governance.gates.test_decisions import asked
from tests.governance.ready import add_person
from tests.world import World

APPROVERS = 20
CSRF = "c" * 32
Call = Callable[[HTTPConnection], tuple[int, str]]


def send(connection: HTTPConnection, path: str, body: str, **headers: str) -> tuple[int, str]:
    connection.request("POST", path, body, {name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def by_api(world: World, persona: str, request: GateRequest) -> Call:
    with world.inside():
        key = issue_token(world.actor(persona), name="Race")[1]
    body = json.dumps({"request_id": str(request.pk), "outcome": "advance", "reason": f"By {persona}."})
    headers = {"Authorization": f"Bearer {key}", "Content_Type": "application/json"}
    return lambda connection: send(connection, world.url("/api/v1/decisions/"), body, **headers)


def by_page(world: World, persona: str, request: GateRequest) -> Call:
    client = Client()
    client.force_login(world.people[persona])
    body = urlencode({"outcome": "advance", "reason": f"By {persona}.", "csrfmiddlewaretoken": CSRF})
    headers = {
        "Cookie": f"sessionid={client.cookies['sessionid'].value}; csrftoken={CSRF}",
        "Content_Type": "application/x-www-form-urlencoded",
    }
    return lambda connection: send(connection, world.url(f"/requests/{request.pk}/decide/"), body, **headers)


def at_once(server: str, calls: list[Call]) -> list[tuple[int, str]]:
    """Every connection is open before the first request is sent."""
    start = Barrier(len(calls))
    connections = [HTTPConnection(urlsplit(server).netloc, timeout=60) for _ in calls]
    for connection in connections:
        connection.connect()

    def call_when_all_are_ready(call: Call, connection: HTTPConnection) -> tuple[int, str]:
        start.wait()
        with closing(connection):
            return call(connection)

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(call_when_all_are_ready, calls, connections))


@pytest.mark.django_db(transaction=True)
def test_of_twenty_approvers_over_http_one_decides_and_the_others_read_who_did(live_server: Any, world: World) -> None:
    """Half of them by the page, half over REST."""
    people = [add_person(world, f"Manager{number}", Role.PMO) for number in range(APPROVERS)]
    with world.inside():
        request = asked(world, 1)
    ways = (by_page, by_api)
    calls = [ways[number % 2](world, person, request) for number, person in enumerate(people)]
    answers = at_once(live_server.url, calls)
    with world.inside():
        decision = GateDecision.objects.select_related("decided_by").get()
        assert Measure.objects.get().doi == 2
        assert verify_chain().intact
    winner = people.index(decision.decided_by.name.lower())
    said = f"{decision.decided_by.name} decided this request in the meantime: advance (decision {decision.number})."
    assert answers.pop(winner)[0] == (201 if winner % 2 else 302)
    assert [status for status, _ in answers] == [409] * (APPROVERS - 1)
    assert all(said in unescape(body) for _, body in answers)
