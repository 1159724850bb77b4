"""Every separation of duty, by every way in: refused with its sentence, and no row of any table moves."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.test import Client
from pytest_django import DjangoDbBlocker

from cat4 import clock
from cat4.accounts.models import Membership
from cat4.errors import Invalid
from cat4.tenancy.models import TenantModel
from hierarchy.people.actions.tokens import issue_token
from integrations.portfolios.mapping import parse_mapping
from measures.models import DocumentOpening
from tests.api.scene import Scene
from tests.integrations.small import FOLDER
from tests.security.duties import DUTIES
from tests.security.duty_scene import duty_scene
from tests.security.ways import Duty, Page, Rest
from tests.world import PERSONAS, TODAY, build_world

# That somebody opened a document is a trace of reading, not a change.
TABLES = sorted(
    model._meta.db_table
    for model in apps.get_models()
    if issubclass(model, TenantModel | Membership) and model is not DocumentOpening
)
EVERY_ROW = " UNION ALL ".join(
    f"SELECT '{table}', md5(string_agg(row::text, chr(10) ORDER BY row::text)) FROM {table} row" for table in TABLES
)
every_duty = pytest.mark.parametrize("duty", DUTIES, ids=str)


class Stage:
    """A scene that every attempt shares, since none changes it; `before` is every row of it."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.clients: dict[tuple[str, bool], Client] = {}
        self.keys = {}
        with scene.world.inside():
            self.keys = {
                person: issue_token(scene.world.actor(person), name="Tool")[1] for person in ("controller", "chair")
            }
        for persona in PERSONAS:
            self.client(persona, by_token=False)
        self.before = self.rows()

    def rows(self) -> dict[str, str]:
        """A digest of every row of each table, in one statement."""
        with self.scene.world.inside(), connection.cursor() as cursor:
            cursor.execute(EVERY_ROW)
            return dict(cursor.fetchall())

    def client(self, persona: str, *, by_token: bool) -> Client:
        if (persona, by_token) not in self.clients:
            headers = {"Authorization": f"Bearer {self.keys[persona]}"} if by_token else {}
            client = self.clients[persona, by_token] = Client(headers=headers)
            if not by_token:
                client.force_login(self.scene.world.people[persona])
        return self.clients[persona, by_token]

    def answer(self, attempt: Page | Rest) -> Any:
        client = self.client(attempt.by, by_token=attempt.by_token)
        if isinstance(attempt, Rest):
            return self.scene.send(client, attempt.method, attempt.path, attempt.body)
        return client.post(self.scene.world.url(self.scene.fill(attempt.path)), self.scene.fill(attempt.form))


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Stage]:
    with django_db_blocker.unblock(), clock.at(TODAY), transaction.atomic():
        yield Stage(duty_scene(build_world()))
        transaction.set_rollback(True)


def attempted(stage: Stage, attempts: tuple[Page, ...] | tuple[Rest, ...]) -> None:
    for attempt in attempts:
        with transaction.atomic():
            answer = stage.answer(attempt)
            said = unescape(answer.content.decode())
            assert answer.status_code == attempt.status, (attempt, said[:2000])
            assert attempt.says in said, (attempt, said[:3000])
            assert stage.rows() == stage.before, attempt
            transaction.set_rollback(True)


@every_duty
def test_no_page_lets_anybody_join_duties(stage: Stage, duty: Duty) -> None:
    attempted(stage, duty.pages)


@every_duty
def test_the_api_lets_nobody_join_duties(stage: Stage, duty: Duty) -> None:
    attempted(stage, duty.rest)


@every_duty
def test_no_file_brings_what_only_a_person_says(duty: Duty) -> None:
    text = (FOLDER / "portfolio.toml").read_text()
    wanted = text.replace("[measure]", f'[measure]\n{duty.column} = {{ column = "number" }}')
    with pytest.raises(Invalid) as refusal:
        parse_mapping("portfolio", wanted)
    said = f"portfolio.toml can't be used: [measure] has the unknown key {duty.column!r}"
    (sentence,) = refusal.value.errors["mapping"]
    assert sentence.startswith(said)


@every_duty
def test_no_sql_of_the_serving_role_joins_duties(stage: Stage, duty: Duty) -> None:
    with stage.scene.world.inside():
        for attempt in duty.sql:
            with pytest.raises(DatabaseError, match=attempt.says), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(stage.scene.fill(attempt.statement))
                pytest.fail(f"{cursor.rowcount} rows: {attempt.statement}")
    assert stage.rows() == stage.before


def test_every_duty_is_tried_by_every_way() -> None:
    """A token is no matter of SQL; every other duty is tried by each way."""
    untried = {(duty.rule, way) for duty in DUTIES for way in ("pages", "rest", "sql") if not getattr(duty, way)}
    assert untried == {("a token neither signs nor closes", "sql")}
    assert len({duty.column for duty in DUTIES}) == len(DUTIES)


@pytest.mark.parametrize("path", ["/admin/", "/o/alder/admin/", "/o/alder/admin/measures/measure/"])
def test_there_is_no_admin_site(stage: Stage, path: str) -> None:
    assert not apps.is_installed("django.contrib.admin")
    assert stage.client("admin", by_token=False).get(path).status_code == 404
