"""The ways in by which each duty is tried, and how the table of duties writes them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Page:
    """A form of a page, posted by a persona. By token: the key is sent and there is no session."""

    by: str
    path: str
    form: dict[str, str] = field(default_factory=dict)
    status: int = 403
    says: str = ""
    by_token: bool = False


@dataclass(frozen=True)
class Rest:
    """A call of the API."""

    by: str
    method: str
    path: str
    body: dict[str, Any] = field(default_factory=dict)
    status: int = 403
    says: str = ""
    by_token: bool = False


@dataclass(frozen=True)
class Sql:
    """A statement of the serving role, inside the organization."""

    statement: str
    says: str


@dataclass(frozen=True)
class Duty:
    """A rule, and every way in. `column` is what a file would have to bring; no mapping takes it."""

    rule: str
    pages: tuple[Page, ...]
    rest: tuple[Rest, ...]
    column: str
    sql: tuple[Sql, ...]

    def __str__(self) -> str:
        return self.rule


def no_page(path: str, status: int = 404) -> Page:
    """There is no such page, or it takes nothing."""
    return Page("pmo", path, status=status)


def no_rest(method: str, path: str, status: int = 405) -> Rest:
    """The API has no such operation."""
    return Rest("pmo", method, path, status=status)


def update(table: str, change: str, where: str, says: str) -> Sql:
    return Sql(f"UPDATE {table} SET {change} WHERE {where}", says)


def insert(table: str, says: str, rows: str = "", **values: str) -> Sql:
    """A row written by hand; each value is an expression, of a row of `rows` where that is given."""
    columns, expressions = ", ".join(values), ", ".join(values.values())
    origin = f" FROM {rows}" if rows else ""
    return Sql(
        f"INSERT INTO {table} (id, organization_id, {columns})"
        f" SELECT gen_random_uuid(), '{{organization}}'::uuid, {expressions}{origin}",
        says,
    )


def decision(on: str, by: str, outcome: str, degrees: tuple[int, int], says: str) -> Sql:
    """A decision on the request `on` of the scene."""
    return insert(
        "governance_gatedecision",
        says,
        f"governance_gaterequest request WHERE id = '{{{on}}}'",
        number="999",
        measure_id="measure_id",
        request_id="request.id",
        outcome=f"'{outcome}'",
        from_doi=str(degrees[0]),
        to_doi=str(degrees[1]),
        reason="'So be it'",
        rule_results="'[]'::jsonb",
        is_gate="true",
        rule_set_number="0",
        decided_by_id=f"'{{{by}}}'::uuid",
        decided_at="now()",
    )


def confirmation(kind: str, by: str, says: str) -> Sql:
    return insert(
        "governance_gateapproval",
        says,
        request_id="'{gate}'::uuid",
        kind=f"'{kind}'",
        person_id=f"'{{{by}}}'::uuid",
        granted="true",
        comment="''",
        at="now()",
    )


def signature(on: str, by: str, position: int, says: str) -> Sql:
    return insert(
        "governance_closuresignature",
        says,
        request_id=f"'{{{on}}}'::uuid",
        number="9",
        position=str(position),
        person_id=f"'{{{by}}}'::uuid",
        comment="''",
        run_rate="0",
        amount="0",
        needs_second="false",
        unopened="'[]'::jsonb",
        books="''",
        at="now()",
    )


def vote(table: str, column: str, on: str, by: str) -> Sql:
    return insert(
        table,
        "owner, sponsor and controller of a measure do not vote on it",
        **{column: f"'{{{on}}}'::uuid"},
        member_id=f"'{{{by}}}'::uuid",
        outcome="'agreed'",
        choice="'for'",
        comment="''",
        cast_by_id=f"'{{{by}}}'::uuid",
        cast_at="now()",
    )


def decides(by: str, says: str, *, request: str = "gate", outcome: str = "advance") -> tuple[Page, Rest]:
    """Deciding a request by its page and over REST."""
    return (
        Page(by, f"/requests/{{{request}}}/decide/", {"outcome": outcome, "reason": "Agreed"}, says=says),
        Rest(
            by,
            "post",
            "/decisions/",
            {"request_id": f"{{{request}}}", "outcome": outcome, "reason": "Agreed"},
            says=says,
        ),
    )


def confirms(by: str, kind: str, says: str) -> tuple[Page, Rest]:
    return (
        Page(by, f"/requests/{{gate}}/confirm/{kind}/", {f"{kind}-granted": "yes"}, says=says),
        Rest(by, "post", "/gate-requests/{gate}/approvals/", {"kind": kind}, says=says),
    )


def names(field_name: str, person: str, says: str) -> tuple[Page, Rest]:
    """Naming somebody in the draft, by its form and over REST."""
    people = {"owner_id": "{owner}", "sponsor_id": "{sponsor}", "controller_id": "{controller}", "version": "1"}
    return (
        Page("pmo", "/measures/{draft}/edit/governance/", people | {field_name: f"{{{person}}}"}, 422, says),
        Rest("pmo", "patch", "/measures/{draft}/", {field_name: f"{{{person}}}"}, 422, says),
    )


def duty(rule: str, *ways: Page | Rest | Sql, column: str) -> Duty:
    return Duty(
        rule,
        tuple(way for way in ways if isinstance(way, Page)),
        tuple(way for way in ways if isinstance(way, Rest)),
        column,
        tuple(way for way in ways if isinstance(way, Sql)),
    )
