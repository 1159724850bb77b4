"""Kill one process after the other under write load, then hold what was acknowledged against rows, audit and ledger.

    make chaos            60 kills, bounded to 20 minutes
    make chaos KILLS=12

It starts a small demo of its own below var/chaos, with three writers that note what was acknowledged. After each kill
it waits until /healthz says that everything lives again. At the end every acknowledged write must be there once, none
twice, the ledger must verify, and each status must be what a recompute gives.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

from cat4.launcher import ports, processes
from cat4.launcher.processes import Identity
from cat4.launcher.state import CHECKOUT, State

KILLS = int(os.environ.get("KILLS") or 60)
MOST_SECONDS = 20 * 60
START_SECONDS = 300
BACK_SECONDS = 120
SETTLE_SECONDS = 120
PARTS = ("web", "worker", "worker child", "beat", "broker", "database", "supervisor")
SLUG = "kestrel"


@dataclass
class Installation:
    """A demo of its own, started as people start it."""

    state: State
    port: int = field(default_factory=ports.free_port)
    launcher: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        env = {
            "PATH": os.environ["PATH"],
            "CAT4_STATE_DIR": str(self.state.root),
            "PORT": str(self.port),
            "DEMO": "small",
        }
        with (self.state.root / "console").open("ab") as output:
            self.launcher = subprocess.Popen(
                [sys.executable, "-m", "cat4.launcher", "demo"],
                cwd=CHECKOUT, env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
            )  # fmt: skip

    def stop(self) -> None:
        if self.launcher is not None:
            self.launcher.terminate()
            self.launcher.wait(60)

    def lives(self) -> bool:
        """Whether every part lives, by its own word."""
        try:
            with opener().open(f"{self.url}/healthz", timeout=3) as answer:
                return bool(json.load(answer)["dead"] == [] and self.state.record().get("ready"))
        except (OSError, ValueError):
            return False

    def kill(self, part: str) -> bool:
        """SIGKILL; False when it isn't running at the moment."""
        pid = self._pid(part)
        if pid is None:
            return False
        os.kill(pid, signal.SIGKILL)
        if part == "supervisor":
            assert self.launcher is not None
            self.launcher.wait()
            processes.wait_until(lambda: not self.state.locked, seconds=30)
            self.start()
        return True

    def _pid(self, part: str) -> int | None:
        if part == "supervisor":
            return self.launcher.pid if self.launcher else None
        if part == "database":
            found = list(self.state.root.glob("services/**/postmaster.pid"))
            return int(found[0].read_text().split("\n", 1)[0]) if found else None
        name = random.choice(["web", "web-2"]) if part == "web" else part.partition(" ")[0]  # noqa: S311  # no secret
        identity = Identity.read(self.state.run / f"{name}.pid")
        if identity is None or not identity.alive:
            return None
        return _child(identity.pid) if part == "worker child" else identity.pid


def _child(pid: int) -> int | None:
    children = Path(f"/proc/{pid}/task/{pid}/children")
    found = children.read_text().split() if children.exists() else []
    return int(found[0]) if found else None


def opener() -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass
class Writer:
    """Writes again and again; what was acknowledged is noted, and what people would have seen otherwise is counted."""

    name: str
    url: str
    token: str
    method: str
    body: Callable[[str], dict[str, Any]]
    acknowledged: list[str] = field(default_factory=list)
    unsure: list[str] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)
    longest: float = 0

    def run(self, stop: threading.Event) -> None:
        while not stop.is_set():
            key = f"{self.name}-{uuid4().hex}"
            began = time.monotonic()
            status = self._write(key)
            self.longest = max(self.longest, time.monotonic() - began)
            self.seen[str(status)] += 1
            (self.acknowledged if status in {200, 201} else self.unsure).append(key)
            stop.wait(0.1 if status in {200, 201} else 0.5)

    def _write(self, key: str) -> int | str:
        request = urllib.request.Request(
            self.url, json.dumps(self.body(key)).encode(), method=self.method,
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"},
        )  # fmt: skip
        try:
            with opener().open(request, timeout=20) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except (OSError, ValueError) as error:
            return type(getattr(error, "reason", error)).__name__


def connect(installation: Installation) -> None:
    """Let this process read what the demo wrote, as its own serving role."""
    os.environ |= installation.state.record()["environment"] | {"DJANGO_SETTINGS_MODULE": "cat4.settings"}
    os.environ.pop("CAT4_ROLE", None)
    import django

    django.setup()


def connect_anew(installation: Installation) -> None:
    """The database was killed meanwhile, and a new supervisor gave it another port."""
    import dj_database_url
    from django.db import connection

    connection.close()
    found = dj_database_url.parse(installation.state.record()["environment"]["DATABASE_URL"])
    connection.settings_dict.update({name: found[name] for name in ("HOST", "PORT", "USER", "PASSWORD", "NAME")})


def writers(installation: Installation) -> list[Writer]:
    from cat4.accounts.models import Membership
    from cat4.accounts.selectors import organization_by_slug
    from cat4.tenancy.context import organization_context
    from hierarchy.people.actions.tokens import issue_token
    from hierarchy.people.selectors.actors import load_actor
    from measures.models import Measure, Milestone

    organization = organization_by_slug(SLUG)

    def token(email: str) -> str:
        found = Membership.objects.select_related("user", "organization")
        with organization_context(organization.pk):
            return issue_token(load_actor(found.get(organization=organization, user__email=email)), name="Chaos")[1]

    with organization_context(organization.pk):
        measure = Measure.objects.get(code="KR-01")
        milestone = Milestone.objects.get(measure=measure, name="Second shift hired")
    api = f"{installation.url}/o/{SLUG}/api/v1"
    grace, adam = token("grace@kestrel.example"), token("adam@alderbrook.example")
    day, turn = date(2027, 1, 15), count(1)
    return [
        Writer(
            "risk", f"{api}/measures/{measure.pk}/risks/", grace, "POST",
            lambda key: {"title": key, "likelihood": "high", "amount": "-1000.00"},
        ),
        Writer(
            "date", f"{api}/milestones/{milestone.pk}/forecast/", grace, "PUT",
            # Another day each time: the same one again changes nothing.
            lambda key: {"forecast_on": (day + timedelta(days=next(turn) % 250)).isoformat(), "reason": key},
        ),
        Writer("name", f"{api}/organization/", adam, "PATCH", lambda key: {"name": key}),
    ]  # fmt: skip


def rehearse(installation: Installation, load: list[Writer]) -> dict[str, list[float]]:
    """Kill the parts in turn; how many seconds each took to be back."""
    back: dict[str, list[float]] = {part: [] for part in PARTS}
    began, killed = time.monotonic(), 0
    while killed < KILLS and time.monotonic() - began < MOST_SECONDS:
        part = PARTS[killed % len(PARTS)]
        if not installation.kill(part):
            continue
        died, killed = time.monotonic(), killed + 1
        # What was killed has to be missed first: a health check may still come from before.
        processes.wait_until(lambda: False, seconds=1)
        if not processes.wait_until(installation.lives, seconds=BACK_SECONDS):
            raise SystemExit(f"{part} wasn't back after {BACK_SECONDS} s; logs: {installation.state.logs}")
        back[part].append(time.monotonic() - died)
        written = sum(len(writer.acknowledged) for writer in load)
        print(f"{killed:3} {part:12} back after {back[part][-1]:5.1f} s, {written} writes acknowledged", flush=True)
    return back


def faults(load: list[Writer]) -> Iterator[str]:
    """What was lost, doubled, or doesn't hold."""
    from cat4.accounts.selectors import organization_by_slug
    from cat4.audit.models import AuditEntry, LedgerEntry
    from cat4.outbox.models import OutboxRow
    from cat4.tenancy.context import organization_context
    from governance.proofs.actions.verifying import verify_now
    from measures.models import Measure, MeasureStatus, Risk
    from measures.status.actions.recompute import recompute_measure

    organization = organization_by_slug(SLUG)

    def settled() -> bool:
        with organization_context(organization.pk):
            return not OutboxRow.objects.exists()

    if not processes.wait_until(settled, seconds=SETTLE_SECONDS):
        yield "the outbox wasn't settled"
    with organization_context(organization.pk):
        titles = Counter(Risk.objects.values_list("title", flat=True))
        told = Counter(AuditEntry.objects.filter(verb="risk.added").values_list("change__title__1", flat=True))
        edits = AuditEntry.objects.filter(verb="milestone.edited")
        reasons = Counter(edits.values_list("reason", flat=True))
        named = " ".join(LedgerEntry.objects.values_list("content", flat=True))
        for writer, there in zip(load, (titles, reasons, Counter()), strict=True):
            for key in (*writer.acknowledged, *writer.unsure):
                times = named.count(f'"{key}"]') if writer.name == "name" else there[key]
                if times > 1:
                    yield f"{key} is there {times} times"
                if times == 0 and key in set(writer.acknowledged):
                    yield f"{key} was acknowledged and is lost"
        if told and told.keys() - {None} and any(times != told[title] for title, times in titles.items()):
            yield "rows and audit of the risks differ"
        found = verify_now()
        if not found.is_intact:
            yield f"the ledger doesn't verify: {found.problem or found.findings[0]}"
        before = dict(MeasureStatus.objects.values_list("pk", "value"))
        for measure_id in Measure.objects.values_list("pk", flat=True):
            recompute_measure(measure_id)
        if before != dict(MeasureStatus.objects.values_list("pk", "value")):
            yield "a status isn't what a recompute gives"


def main() -> int:
    root = CHECKOUT / "var" / "chaos"
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    installation = Installation(State(root))
    installation.start()
    try:
        if not processes.wait_until(installation.lives, seconds=START_SECONDS):
            raise SystemExit(f"The demo didn't start: {(root / 'console').read_text()[-2000:]}")
        connect(installation)
        load, stop = writers(installation), threading.Event()
        threads = [threading.Thread(target=writer.run, args=(stop,)) for writer in load]
        for thread in threads:
            thread.start()
        back = rehearse(installation, load)
        stop.set()
        for thread in threads:
            thread.join()
        connect_anew(installation)
        wrong = list(faults(load))
    finally:
        installation.stop()
    for part, seconds in back.items():
        if seconds:
            print(f"{part:12} {len(seconds):3} kills, back after {min(seconds):.1f} to {max(seconds):.1f} s")
    for writer in load:
        answers = f"{len(writer.acknowledged)} acknowledged; {dict(writer.seen)}"
        print(f"{writer.name:12} {answers}; longest {writer.longest:.1f} s")
    print("\n".join(wrong) or "Nothing was lost, nothing is there twice, the ledger verifies, the statuses are right.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
