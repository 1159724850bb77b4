"""docker-compose.yml runs what the launcher runs, and shows the world the proxy alone."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from cat4.launcher.procfile import PREPARATIONS, PROCESSES
from cat4.launcher.roles import APP, OWNER
from cat4.launcher.state import CHECKOUT

COMPOSE: dict[str, Any] = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
SERVING = ("web", "worker", "beat")


def test_every_process_of_the_launcher_runs_with_the_same_command() -> None:
    assert {process.name for process in PROCESSES} == set(SERVING)
    for process in PROCESSES:
        assert SERVICES[process.name]["command"] == process.command(listen="0.0.0.0:8000")


def test_the_migration_runs_the_preparations_of_the_launcher() -> None:
    shell, flags, script = SERVICES["migrate"]["command"]
    assert (shell, flags) == ("sh", "-ec")
    commands = [tuple(shlex.split(command)[2:]) for command in script.split(";")]
    assert commands == [arguments for _, arguments in PREPARATIONS]


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_service_has_a_health_check_or_runs_once(name: str) -> None:
    service = SERVICES[name]
    assert "healthcheck" in service or service["restart"] == "no"


def test_nothing_serves_before_the_migrations_are_through() -> None:
    for name in SERVING:
        conditions = {other: how["condition"] for other, how in SERVICES[name]["depends_on"].items()}
        assert conditions == {
            "postgres": "service_healthy",
            "valkey": "service_healthy",
            "migrate": "service_completed_successfully",
        }
    assert SERVICES["proxy"]["depends_on"]["web"]["condition"] == "service_healthy"


def test_only_the_proxy_is_published() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    assert COMPOSE["networks"]["inside"]["internal"] is True
    for name in ("postgres", "valkey"):
        assert SERVICES[name]["networks"] == ["inside"]


def test_only_the_migration_gets_the_owner() -> None:
    assert f"//{OWNER}:" in SERVICES["migrate"]["environment"]["DATABASE_OWNER_URL"]
    for name in SERVING:
        environment = SERVICES[name]["environment"]
        assert "DATABASE_OWNER_URL" not in environment
        assert "CAT4_ROLE" not in environment
        assert environment["DATABASE_URL"].startswith(f"postgres://{APP}:")


def test_no_secret_is_in_the_file_and_each_is_in_the_example() -> None:
    text = (CHECKOUT / "docker-compose.yml").read_text()
    example = (CHECKOUT / "deploy" / "env.example").read_text()
    secret_lines = [line for line in text.splitlines() if re.search(r"(PASSWORD|SECRET_KEY|CLI_AUTH):", line)]
    assert secret_lines
    assert all("${" in line for line in secret_lines)
    for name in set(re.findall(r"\$\{(\w+)", text)):
        assert re.search(rf"^#?{name}=", example, re.MULTILINE), f"{name} isn't in deploy/env.example"
    required = re.findall(r"^(\w+)=(.*)$", example, re.MULTILINE)
    assert all(value == "" for _, value in required)


def test_images_are_pinned_and_mounted_files_exist() -> None:
    for service in SERVICES.values():
        assert re.search(r":(\d|local)", service["image"])
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert source in COMPOSE["volumes"] or (CHECKOUT / source).is_file()
    assert (CHECKOUT / SERVICES["web"]["build"]["dockerfile"]).is_file()


def test_the_containers_roles_are_those_of_the_launcher() -> None:
    script = Path(CHECKOUT / "deploy" / "postgres" / "10-roles.sh").read_text()
    for role in (APP, OWNER):
        (line,) = re.findall(rf"CREATE ROLE {role} (.*) PASSWORD", script)
        assert {"LOGIN", "NOSUPERUSER", "NOBYPASSRLS", "NOCREATEROLE"} <= set(line.split())
