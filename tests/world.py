"""A small organization with one person per persona, for tests of every layer.

Rows are set up directly, so that a test of one action doesn't depend on the others. Facts of the
world: fiscal year from January, reporting currency EUR, today is Thursday 15 October 2026, the months
January to August 2026 may be locked with `lock_months`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import make_password

from cat4.accounts.actor import Actor, Role
from cat4.accounts.models import Membership, User
from cat4.tenancy.context import organization_context
from cat4.tenancy.models import Organization
from hierarchy.constants import Level, PeriodState
from hierarchy.models import (
    Account,
    BusinessUnit,
    Committee,
    CommitteeMember,
    Function,
    LegalEntity,
    Node,
    OrganizationSettings,
    ReportingPeriod,
    RoleGrant,
)
from hierarchy.people.selectors.actors import load_actor
from measures.constants import EffectKind
from measures.models import Measure

TODAY = date(2026, 10, 15)
PASSWORD = "correct horse battery"
PERSONAS: dict[str, Role | None] = {
    "pmo": Role.PMO,
    "owner": Role.OWNER,
    "sponsor": Role.SPONSOR,
    "controller": Role.CONTROLLER,
    "chair": Role.CHAIR,
    "member": Role.MEMBER,
    "reader": Role.VIEWER,
    "admin": None,
}


@dataclass
class World:
    """An organization, its people by persona, one node per level and one entry per master list."""

    organization: Organization
    people: dict[str, User]
    nodes: dict[Level, Node] = field(default_factory=dict)
    entity: LegalEntity = None  # type: ignore[assignment]
    unit: BusinessUnit = None  # type: ignore[assignment]
    function: Function = None  # type: ignore[assignment]
    account: Account = None  # type: ignore[assignment]
    committee: Committee = None  # type: ignore[assignment]

    @contextmanager
    def inside(self) -> Iterator[None]:
        """The organization's context."""
        with organization_context(self.organization.pk):
            yield

    @property
    def package(self) -> Node:
        return self.nodes[Level.PACKAGE]

    def actor(self, persona: str) -> Actor:
        """The persona as actions and policies see it."""
        membership = Membership.objects.select_related("user", "organization").get(
            organization=self.organization, user=self.people[persona]
        )
        with self.inside():
            return load_actor(membership)

    def url(self, path: str) -> str:
        """The address of a page of this organization; `path` starts with a slash."""
        return f"/o/{self.organization.slug}{path}"

    def measure(self, code: str = "M-1", **changes: Any) -> Measure:
        """A governable measure at DoI 0, changed as asked. Call it inside the context."""
        facts: dict[str, Any] = {
            "code": code,
            "package": self.package,
            "name": f"Measure {code}",
            "description": "Bundle the steel volumes of both plants and tender them again in Europe.",
            "business_reason": "Two plants buy the same grades at different prices.",
            "kind": EffectKind.EBITDA_COST,
            "owner": self.people["owner"],
            "sponsor": self.people["sponsor"],
            "controller": self.people["controller"],
            "business_unit": self.unit,
            "function": self.function,
            "legal_entity": self.entity,
            "committee": self.committee,
            "receiving_unit": self.unit,
            "target_amount": Decimal("1200.00"),
            "governable": True,
        }
        return Measure.objects.create(**{**facts, **changes})


@cache
def _hashed_password() -> str:
    """Hashed once per run: hashing is slow on purpose."""
    return make_password(PASSWORD)


def build_world(slug: str = "alder", *, currency: str = "EUR") -> World:
    """Create an organization with every persona; two worlds share no row."""
    organization = Organization.objects.create(name=slug.title(), slug=slug, currency=currency)
    people = {}
    for persona in PERSONAS:
        user = User.objects.create(
            email=f"{persona}@{slug}.example", name=f"{persona.title()} {slug.title()}", password=_hashed_password()
        )
        Membership.objects.create(user=user, organization=organization, is_admin=persona == "admin")
        people[persona] = user
    world = World(organization, people)
    with world.inside():
        _build_tree(world)
        _build_master_data(world)
        _grant_roles(world)
    return world


def _build_tree(world: World) -> None:
    parent: Node | None = None
    path: list[UUID] = []
    for level in Level:
        node = Node(level=level, parent=parent, name=f"{level.label} of {world.organization.name}")
        path = [*path, node.pk]
        node.path = path
        node.save()
        world.nodes[level] = parent = node
    OrganizationSettings.objects.create(first_month=date(2024, 1, 1), last_month=date(2029, 12, 1))


def _build_master_data(world: World) -> None:
    world.entity = LegalEntity.objects.create(code="E1", name="Drives GmbH", currency="EUR", country="DE")
    world.unit = BusinessUnit.objects.create(code="U1", name="Drive Systems", lead=world.people["pmo"])
    world.function = Function.objects.create(code="F1", name="Procurement")
    world.account = Account.objects.create(code="400", name="Material")
    world.committee = Committee.objects.create(name="Commercial committee", node=world.nodes[Level.ORGANIZATION])
    for persona in ("chair", "member"):
        CommitteeMember.objects.create(committee=world.committee, user=world.people[persona], role=persona)


def _grant_roles(world: World) -> None:
    for persona, role in PERSONAS.items():
        if role is not None:
            RoleGrant.objects.create(user=world.people[persona], node=world.nodes[Level.ORGANIZATION], role=role)


def lock_months(*months: date) -> None:
    """Lock reporting months of the current organization, as its controller."""
    locked = {"state": PeriodState.LOCKED, "locked_by": who_locks()}
    for month in months:
        ReportingPeriod.objects.update_or_create(month=month, defaults=locked)


def who_locks() -> User | None:
    """A controller of the whole organization; nobody outside of one."""
    grants = RoleGrant.objects.filter(role=Role.CONTROLLER, node__parent__isnull=True)
    grant = grants.select_related("user").order_by("id").first()
    return grant.user if grant else None
