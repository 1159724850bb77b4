"""Who gets which answer at which address: the table itself is in matrix.txt."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import date
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.template.base import Template
from django.test import Client
from django.urls import reverse
from django.utils.safestring import SafeString

from cat4.accounts.models import ApiToken, Invitation, Membership
from cat4.audit.models import AuditEntry
from cat4.outbox.models import OutboxRow
from hierarchy.models import CommitteeMember, Function, OrganizationSettings, OwnDay, RoleGrant
from tests.api.cases import CASES
from tests.api.scene import NOW, Scene
from tests.security.routes import routes
from tests.world import PERSONAS, World

TABLE = Path(__file__).with_name("matrix.txt")
VISITOR = "visitor"
# What an address points at: by route, else by the part of its name before the dash, else by its namespace.
OBJECTS = {
    "hierarchy": "package",
    "hierarchy:node-move": "other",
    "hierarchy:node-retire": "other",
    "hierarchy:node-restore": "retired",
    "hierarchy:member": "membership",
    "hierarchy:member-edit": "membership",
    "hierarchy:member-deactivate": "membership",
    "hierarchy:role-revoke": "membership",
    "hierarchy:invitation": "invitation",
    "/invitations": "invitation",
    "/mfa_remove_webauthn": "key",
    "/mfa_edit_webauthn": "key",
    "hierarchy:deputy-end": "deputy",
    "hierarchy:token-revoke": "token",
    "hierarchy:committee": "committee",
    "hierarchy:committee-edit": "committee",
    "hierarchy:committee-procedure": "committee",
    "hierarchy:committee-retire": "committee",
    "hierarchy:committee-restore": "committee",
    "hierarchy:unseat": "committee",
    "hierarchy:master-edit": "function",
    "hierarchy:master-retire": "function",
    "hierarchy:master-restore": "function",
    "hierarchy:rate-version": "rate_set",
    "hierarchy:day-remove": "own_day",
    "hierarchy_api": "package",
    "hierarchy_api:end-deputy": "deputy",
    "hierarchy_api:rate-set": "rate_set",
    "hierarchy_api:move-node": "other",
    "hierarchy_api:retire-node": "other",
    "hierarchy_api:restore-node": "retired",
    "measures": "draft",
    "measures:confirm-forecast": "decided",
    "measures:approve-baseline": "baseline",
    "measures:edit-effect": "line",
    "measures:remove-effect": "line",
    "measures:save-months": "line",
    "measures:validate": "decided_line",
    "measures:return": "decided_line",
    "measures:periods": "line",
    "measures:explain-leakage": "decided_line",
    "measures:remove-leakage": "leakage",
    "measures:enter-proof": "decided_line",
    "measures:edit-proof": "proof",
    "measures:remove-proof": "proof",
    "measures:edit-milestone": "milestone",
    "measures:revise-milestone": "milestone",
    "measures:complete-milestone": "milestone",
    "measures:remove-milestone": "milestone",
    "measures:edit-risk": "risk",
    "measures:remove-risk": "risk",
    "measures:document": "document",
    "measures:attach-document": "document",
    "measures:withdraw-document": "document",
    "measures:finding": "finding",
    "measures:ripple": "ripple",
    "measures:answer-ripple": "answer",
    "measures:answer-enabler": "fallen",
    "measures_api:answer-enabler": "fallen",
    "measures:edit-dependency": "dependency",
    "measures:remove-dependency": "dependency",
    "measures:accept-hand-off": "handed",
    "measures:refuse-hand-off": "handed",
    "measures:take-pull-forward": "offer",
    "measures:decline-pull-forward": "offer",
    "measures:correct": "decided",
    "measures:hand-in": "decided",
    "measures:correction-validate": "correction",
    "measures:correction-return": "correction",
    "measures_api": "draft",
    "measures_api:corrections": "decided",
    "measures_api:hand-in": "decided",
    "measures_api:validate-correction": "correction",
    "measures_api:return-correction": "correction",
    "measures_api:finding": "finding",
    "measures_api:withdraw-override": "detailed",
    "measures_api:resolve-finding": "finding",
    "measures_api:confirm-forecast": "decided",
    "measures_api:approve-baseline": "baseline",
    "measures_api:effect-line": "line",
    "measures_api:plan-months": "line",
    "measures_api:forecast-months": "decided_line",
    "measures_api:actuals-months": "decided_line",
    "measures_api:periods": "decided_line",
    "measures_api:proofs": "decided_line",
    "measures_api:proof": "proof",
    "measures_api:leakage": "decided",
    "measures_api:leakage-entry": "leakage",
    "measures_api:validate-actuals": "decided_line",
    "measures_api:return-actuals": "decided_line",
    "measures_api:milestone": "milestone",
    "measures_api:revise-milestone": "milestone",
    "measures_api:complete-milestone": "milestone",
    "measures_api:preview-slip": "before",
    "measures_api:accept-hand-off": "handed",
    "measures_api:refuse-hand-off": "handed",
    "measures_api:dependency": "dependency",
    "measures_api:ripple": "ripple",
    "measures_api:answer-ripple": "answer",
    "measures_api:take-pull-forward": "offer",
    "measures_api:decline-pull-forward": "offer",
    "measures_api:risk": "risk",
    "measures_api:document": "document",
    "measures_api:document-content": "document",
    "measures_api:document-lines": "document",
    "measures_api:document-openings": "document",
    "measures_api:withdraw-document": "document",
    "governance": "hold",
    "governance:stepper": "draft",
    "governance:gate-card": "draft",
    "governance:move": "draft",
    "governance:change-plan": "planned",
    "governance:approve": "gate",
    "governance:closure": "closure",
    "governance:sign": "closure",
    "governance:closure-preview": "closure",
    "governance:closure-return": "closure",
    "governance:deviation": "deviation",
    "governance:deviations-card": "decided",
    "governance:deviation-option-remove": "option",
    "governance:counter-measure": "counter",
    "governance:meeting-call": "committee",
    "governance:motion-put": "committee",
    "governance:circulation-open": "committee",
    "governance:meeting": "meeting",
    "governance:meeting-paper": "session",
    "governance:meeting-move": "meeting",
    "governance:meeting-cancel": "meeting",
    "governance:meeting-start": "due_meeting",
    "governance:meeting-attendance": "session",
    "governance:meeting-note": "session",
    "governance:meeting-close": "session",
    "governance:meeting-reopen": "closed",
    "governance:meeting-sign": "closed",
    "governance:meeting-item": "session",
    "governance:meeting-draft": "meeting",
    "governance:meeting-agenda-file": "session",
    "governance:meeting-minutes-file": "session",
    "governance:meeting-calendar": "meeting",
    "governance:meeting-attach": "meeting",
    "governance:committee-paper": "committee_paper",
    "governance:meeting-vote": "session",
    "governance:meeting-conflict": "session",
    "governance:motion-withdraw": "motion",
    "governance:circulation-conflict": "circulation",
    "governance_api:withdraw-motion": "motion",
    "governance:meeting-decide": "session",
    "governance:committee-offers": "hold",
    "governance:circulation": "circulation",
    "governance:circulation-vote": "circulation",
    "governance:circulation-confirm": "carried",
    "governance:circulation-withdraw": "circulation",
    "governance:condition": "condition",
    "governance:condition-fulfil": "condition",
    "governance:condition-accept": "reported",
    "governance:condition-refuse": "reported",
    "governance:measure-conditions": "draft",
    "governance_api:meeting": "meeting",
    "governance_api:move-meeting": "meeting",
    "governance_api:cancel-meeting": "meeting",
    "governance_api:start-meeting": "due_meeting",
    "governance_api:attendance": "session",
    "governance_api:minute-notes": "session",
    "governance_api:close-meeting": "session",
    "governance_api:reopen-meeting": "closed",
    "governance_api:agenda-file": "session",
    "governance_api:minutes-file": "session",
    "governance_api:committee-paper": "committee_paper",
    "governance_api:minutes": "signed",
    "governance_api:item-votes": "item",
    "governance_api:item-decision": "item",
    "governance_api:circulation": "circulation",
    "governance_api:circulation-votes": "circulation",
    "governance_api:confirm-circulation": "carried",
    "governance_api:withdraw-circulation": "circulation",
    "governance_api:condition": "condition",
    "governance_api:fulfil-condition": "condition",
    "governance_api:accept-condition": "reported",
    "governance_api:refuse-condition": "reported",
    "governance:take-proof": "pack",
    "governance_api": "gate",
    "governance_api:deviation": "deviation",
    "governance_api:deviation-option": "option",
    "governance_api:counter-measure": "counter",
    "governance_api:counter-measure-done": "counter",
    "governance_api:gate": "draft",
    "governance_api:consequences": "draft",
    "governance_api:reopen-causes": "draft",
    "governance_api:plan-versions": "planned",
    "governance_api:plan-changes": "planned",
    "governance_api:sign-closure": "closure",
    "notices": "notice",
    "notices_api": "notice",
    "governance_api:closure": "closure",
    "governance_api:sustain-checks": "draft",
    "governance_api:proof-pack": "pack",
    "governance_api:proof-pack-content": "pack",
    "reporting": "package",
    "reporting_api": "package",
}
# Arguments that are words, not ids.
WORDS = {
    ("hierarchy:master", "kind"): "function",
    ("hierarchy:master-create", "kind"): "function",
    ("hierarchy:master-several", "kind"): "function",
    ("hierarchy:master-edit", "kind"): "function",
    ("hierarchy:master-retire", "kind"): "function",
    ("hierarchy:master-restore", "kind"): "function",
    ("governance:rules-version", "number"): "0",
    ("governance:rules-right-remove", "position"): "0",
    ("governance_api:rule-set", "number"): "0",
    ("governance_api:rule-step", "step"): "gate_1",
    ("governance:move", "kind"): "hold",
    ("governance:meeting-attach", "kind"): "motion",
    ("governance:committee-offers", "kind"): "gate_request",
    ("governance:ledger-entry", "sequence"): "1",
    ("governance_api:ledger-entry", "sequence"): "1",
    ("governance:approve", "kind"): "size_and_timing",
    ("measures:explain-leakage", "month"): "2026-07",
    ("measures:hand-in", "month"): "2026-08",
    ("governance:period", "month"): "2026-08",
    ("governance:period-advance", "month"): "2026-08",
    ("governance:period-step-back", "month"): "2026-09",
    ("governance:period-nudge", "month"): "2026-08",
    ("governance_api:period", "month"): "2026-08",
    ("governance_api:period-advance", "month"): "2026-08",
    ("governance_api:period-step-back", "month"): "2026-09",
    ("governance_api:period-nudges", "month"): "2026-08",
    ("measures:edit-part", "part"): "governance",
}
PARTS = {"subject_id": "motion", "grant_id": "grant", "seat_id": "seat", "item_id": "item", "person": "owner"}


@dataclass(frozen=True)
class Row:
    """One method of one address: the status that each persona gets."""

    key: str
    method: str
    statuses: tuple[tuple[str, int], ...]

    def __str__(self) -> str:
        return f"{self.method} {self.key}"


def rows() -> Iterator[Row]:
    """The table: `route METHOD status who, status who`; `*` is every member, who isn't named gets 403."""
    for line in TABLE.read_text().splitlines():
        text = line.partition("#")[0].strip()
        if text:
            key, method, answers = text.split(maxsplit=2)
            yield Row(key, method.lower(), tuple(_statuses(key, answers).items()))


def _statuses(key: str, answers: str) -> dict[str, int]:
    people = [*PERSONAS, VISITOR] if key.startswith("/") else [*PERSONAS]
    found = dict.fromkeys(people, 403)
    for answer in answers.split(","):
        status, *names = answer.split()
        for name in names:
            found |= dict.fromkeys(PERSONAS if name == "*" else [name], int(status))
    return found


def prepare(scene: Scene) -> Scene:
    """The ids that only addresses of pages name."""
    world = scene.world
    with world.inside():
        scene.ids["grant"] = str(RoleGrant.objects.get(user=world.people["member"]).pk)
        scene.ids["seat"] = str(CommitteeMember.objects.get(user=world.people["member"]).pk)
        own = OwnDay.objects.create(
            settings=OrganizationSettings.objects.get(), on=date(2026, 12, 24), kind="closed", reason="Shutdown"
        )
        scene.ids["own_day"] = str(own.pk)
        scene.ids["function"] = str(Function.objects.get().pk)
    membership = Membership.objects.get(user=world.people["member"], organization=world.organization)
    scene.ids["membership"] = str(membership.pk)
    invited = Invitation.objects.create(
        organization=world.organization, email="invited@x.example", name="Ida Invited",
        invited_by=world.people["admin"], invited_at=NOW,
    )  # fmt: skip
    scene.ids["invitation"] = str(invited.pk)
    scene.ids["key"] = "1"
    token = ApiToken.objects.create(membership=membership, name="ERP", digest=f"digest-{world.organization.slug}")
    scene.ids["token"] = str(token.pk)
    return scene


def address(world: World, key: str, ids: dict[str, str]) -> str:
    """The whole path of a route, pointing at what `ids` names."""
    route = routes()[key]
    arguments = {name: _argument(key, name, ids) for name in route.arguments}
    urlconf = settings.ORGANIZATION_URLCONF if route.inside else settings.ROOT_URLCONF
    path = reverse(route.name, urlconf=urlconf, kwargs=arguments)
    return world.url(path) if route.inside else path


def _argument(key: str, name: str, ids: dict[str, str]) -> str:
    if (key, name) in WORDS:
        return WORDS[key, name]
    if name in PARTS:
        return ids[PARTS[name]]
    if name == "pk":
        return ids[OBJECTS.get(key) or OBJECTS.get(key.partition("-")[0]) or OBJECTS[key.partition(":")[0]]]
    return "x"


@contextmanager
def without_templates() -> Iterator[None]:
    """Who may enter is settled before a page is drawn, and drawing takes most of the time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "render", lambda *_: SafeString(""))
        yield


class Asker:
    """Asks as one persona again and again; whatever an answer changed is undone."""

    def __init__(self, scene: Scene, persona: str) -> None:
        self.scene = scene
        self.client = Client(raise_request_exception=False)
        if persona != VISITOR:
            self.client.force_login(scene.world.people[persona])
        self.session = {name: cookie.value for name, cookie in self.client.cookies.items()}

    def status(self, row: Row, path: str, *, meant: str = "", rendered: bool = True) -> int:
        """The status of the answer to the row's method, with a valid body where the API needs one.

        `meant` is the address whose body is sent when `path` points elsewhere. Not `rendered`, pages stay empty.
        """
        self.client.cookies = SimpleCookie(self.session)
        with transaction.atomic(), nullcontext() if rendered else without_templates():
            before = self._traces(row)
            response = getattr(self.client, row.method)(path, **self._body(row, meant or path))
            if response.status_code >= 400:
                assert self._traces(row) == before, f"{row} was refused and left traces"
            transaction.set_rollback(True)
        return response.status_code  # type: ignore[no-any-return]

    def _traces(self, row: Row) -> tuple[int, int]:
        """What every change leaves behind; a read is not asked."""
        if row.method == "get":
            return 0, 0
        with self.scene.world.inside():
            return AuditEntry.objects.count(), OutboxRow.objects.count()

    def _body(self, row: Row, path: str) -> dict[str, Any]:
        case = next((case for case in CASES if self._fits(case, row, path)), None)
        if case is None or case.body is None:
            return {"data": {}, "content_type": "application/json"} if "/api/" in path and row.method != "get" else {}
        body = self.scene.fill(case.body)
        return {"data": body} if "file" in case.body else {"data": body, "content_type": "application/json"}

    def _fits(self, case: Any, row: Row, path: str) -> bool:
        return case.method == row.method and path.endswith(self.scene.fill(f"/api/v1{case.path}"))
