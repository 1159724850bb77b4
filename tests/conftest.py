"""Every test talks to its own database as cat4_app, the role that serves; see tests/databases.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.db import connections
from django.test import TransactionTestCase, override_settings
from hypothesis import HealthCheck, settings
from pytest_django import DjangoDbBlocker

from cat4 import clock
from cat4.circuit import BROKER
from cat4.heap import freeze_heap
from tests import databases
from tests.passwords import QuickArgon2
from tests.world import TODAY, World, build_world

# How long a busy machine takes to draw an example says nothing about the rule under test.
settings.register_profile("cat4", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("cat4")


def pytest_collection_finish() -> None:
    """The thousands of collected tests and all that they import live as long as the process: a tenth of its time."""
    freeze_heap()


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_test_environment: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """A database of this process from the migrated template; `--create-db` migrates afresh."""
    template = databases.ensure_template(afresh=bool(request.config.getvalue("create_db")))
    name = databases.database_name()
    databases.copy_template(template, name)
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        connection = connections["default"]
        _disconnect()
        # settings.DATABASES is the same dictionary, which other threads and the tests' workers read.
        patch.setitem(connection.settings_dict, "NAME", name)
        patch.setattr(TransactionTestCase, "_fixture_teardown", _restore(template, name))
        yield
        _disconnect()
    with databases.as_owner() as owner:
        databases.drop(owner, name)


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Signing in and signing cost the work of a hash each; how strong it is, is a setting and no rule."""
    with override_settings(PASSWORD_HASHERS=[f"{QuickArgon2.__module__}.{QuickArgon2.__qualname__}"]):
        yield


def _restore(template: str, name: str) -> Callable[[TransactionTestCase], None]:
    """In place of Django's flush, which the serving role may not do, and which would lose migrated rows."""

    def restore(case: TransactionTestCase) -> None:
        _disconnect()
        databases.copy_template(template, name)

    return restore


def _disconnect() -> None:
    for connection in connections.all(initialized_only=True):
        connection.close()
        # With psycopg's pool on, close() only hands the connection back.
        if hasattr(connection, "close_pool"):
            connection.close_pool()


@pytest.fixture(autouse=True)
def broker_that_is_asked() -> None:
    """A broker that an earlier test took away is asked again at once."""
    BROKER.rests_until = 0


@pytest.fixture(autouse=True)
def fixed_clock() -> Iterator[None]:
    """Today is Thursday 15 October 2026 in every test that doesn't travel."""
    with clock.at(TODAY):
        yield


@pytest.fixture
def world(db: None) -> World:
    """An organization with one person per persona."""
    return build_world()


@pytest.fixture
def inside(world: World) -> Iterator[World]:
    """The same, with its organization entered."""
    with world.inside():
        yield world


@pytest.fixture
def twin(db: None) -> World:
    """Another organization with the same personas, which must stay invisible to the first."""
    return build_world("twin")
