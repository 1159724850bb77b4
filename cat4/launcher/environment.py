"""The environment of the Django processes: what the caller gave, the rest from our own services."""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from cat4.launcher import roles
from cat4.launcher.broker import Broker
from cat4.launcher.postgres import Postgres
from cat4.launcher.roles import DatabaseUrls
from cat4.launcher.state import CHECKOUT, State

DATABASE = "cat4"
# The fictional portfolio of the demo reads the same every year.
DEMO_CLOCK = "2026-10-15"


def demo_clock(state: State) -> Path:
    """The file that says which day the demo has; `make day` turns it on."""
    path = state.root / "clock"
    if not path.exists():
        path.write_text(DEMO_CLOCK)
    return path


@dataclass(frozen=True)
class Services:
    """Database and broker of one installation. Those that are ours are there to be watched."""

    databases: DatabaseUrls
    redis_url: str
    own: tuple[Postgres | Broker, ...] = ()


def open_services(state: State, stack: ExitStack) -> Services:
    """Start what the caller's environment doesn't name; the stack stops it, the database last."""
    own: list[Postgres | Broker] = []
    given, owner = os.environ.get("DATABASE_URL"), os.environ.get("DATABASE_OWNER_URL")
    if given and owner:
        databases = DatabaseUrls(app=given, owner=owner)
    elif given:
        databases = roles.prepare(state, given, roles.database_name(given))
    else:
        postgres = Postgres(state)
        stack.callback(postgres.stop)
        postgres.start()
        own.append(postgres)
        databases = roles.prepare(state, postgres.admin_url, DATABASE)
    redis_url = os.environ.get("REDIS_URL")
    if not redis_url:
        broker = Broker(state)
        stack.callback(broker.stop)
        broker.start()
        own.append(broker)
        redis_url = broker.url
    return Services(databases, redis_url, tuple(own))


def serving_environment(state: State, services: Services, url: str = "") -> dict[str, str]:
    """What web, worker and beat get. The owner's login isn't among it: they must not be able to use it.

    Links in mails begin with `url`, where this start is reached, unless CAT4_PUBLIC_URL says where people reach it.
    """
    given = {name: value for name, value in os.environ.items() if name not in {"DATABASE_OWNER_URL", "CAT4_ROLE"}}
    defaults = {
        "SECRET_KEY": state.secret("django-secret-key"),
        "CAT4_CLOCK": f"@{demo_clock(state)}",
        "CAT4_DEMO": "1",
        "WEB_CONCURRENCY": "2",
    }
    ours = {
        "DJANGO_SETTINGS_MODULE": "cat4.settings",
        "DATABASE_URL": services.databases.app,
        "REDIS_URL": services.redis_url,
        "CAT4_STATE_DIR": str(state.root),
        "PYTHONPATH": str(CHECKOUT),
        "PYTHONUNBUFFERED": "1",
    }
    return ({"CAT4_PUBLIC_URL": url} if url else {}) | defaults | given | ours


def owning_environment(state: State, services: Services, url: str = "") -> dict[str, str]:
    """What the migrations get."""
    owner = {"DATABASE_OWNER_URL": services.databases.owner, "CAT4_ROLE": "owner"}
    return serving_environment(state, services, url) | owner
