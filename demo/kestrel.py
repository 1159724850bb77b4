"""Kestrel Rail: a small client of the consultant, with pounds and a fiscal year from April."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from cat4 import clock
from cat4.accounts.actor import Actor, Role
from cat4.accounts.models import Membership
from cat4.tenancy.models import Organization
from hierarchy.committees.actions.committees import create_committee, seat_member
from hierarchy.constants import TargetKind
from hierarchy.master.actions import create_master
from hierarchy.nodes.actions.nodes import create_node
from hierarchy.nodes.actions.targets import set_target
from hierarchy.nodes.selectors.nodes import root_node
from hierarchy.people.actions.roles import grant_role
from hierarchy.people.selectors.actors import load_actor
from measures.constants import EffectKind
from measures.core.actions.measures import create_measure
from measures.models import Measure
from measures.schedule.actions.dependencies import add_dependency
from measures.schedule.actions.milestones import add_milestone

from .people import let_in, let_sign_in

_MEMBERS = [
    ("tess@alderbrook.example", "Tess Marlow", "Consultant, portfolio manager", Role.PMO),
    ("grace@kestrel.example", "Grace Ward", "Head of depots", Role.OWNER),
    ("ewan@kestrel.example", "Ewan Blake", "Operations director", Role.SPONSOR),
    ("moira@kestrel.example", "Moira Keith", "Financial controller", Role.CONTROLLER),
]
_MEASURES = [
    (
        "KR-01",
        "Wheel lathe in two shifts",
        "Run the wheel lathe at Crewe in two shifts and stop paying for outside turning.",
        640_000,
    ),
    (
        "KR-02",
        "Train cleaning contract",
        "Merge four cleaning contracts into one with quality measured at the platform.",
        410_000,
    ),
    (
        "KR-03",
        "Driver rostering",
        "Plan rosters over four weeks instead of one, so that fewer rest days are bought back.",
        0,
    ),
]
_MILESTONES = {
    "KR-01": {"Second shift hired": date(2027, 1, 15), "Lathe runs in two shifts": date(2027, 3, 1)},
    "KR-02": {"Cleaning tender awarded": date(2027, 2, 12), "One contract in force": date(2027, 4, 1)},
    "KR-03": {"Rosters planned over four weeks": date(2027, 5, 10)},
}
# Predecessor, successor, and the working days between them.
_WAITS = [
    ("Second shift hired", "Lathe runs in two shifts", 30),
    ("Cleaning tender awarded", "One contract in force", 20),
    ("Lathe runs in two shifts", "Rosters planned over four weeks", 40),
]


def set_up_kestrel(organization: Organization, admin: Actor) -> None:
    """A portfolio in its first weeks: three measures, two of them with everything that makes them governable."""
    with clock.at(date(2026, 9, 1)):
        people = _add_people(organization, admin)
        ids = {
            kind: create_master(admin, kind, code=code, name=name).pk
            for kind, code, name in (
                ("business_unit", "B1", "Fleet"),
                ("function", "F1", "Engineering"),
                ("account", "4100", "Operating cost"),
            )
        }
        ids["legal_entity"] = create_master(
            admin, "legal_entity", code="K1", name="Kestrel Rail Ltd", currency="GBP", country="GB"
        ).pk
        portfolio = create_node(people["Tess Marlow"], parent_id=root_node().pk, name="Fit for franchise", code="KR")
        parent = portfolio
        for name in ("Fleet", "Depots", "Crewe"):
            parent = create_node(people["Tess Marlow"], parent_id=parent.pk, name=name)
        set_target(
            people["Tess Marlow"],
            node_id=portfolio.pk,
            kind=TargetKind.RUN_RATE,
            fiscal_year=2028,
            amount=Decimal(1_500_000),
        )
        committee = create_committee(admin, name="Executive committee", node_id=portfolio.pk)
        seat_member(admin, committee.pk, user_id=people["Ewan Blake"].user_id, role=Role.CHAIR)
        milestones: dict[str, UUID] = {}
        for code, name, description, target in _MEASURES:
            facts = _governable(people, ids, committee.pk, Decimal(target)) if target else {}
            measure = create_measure(
                people["Tess Marlow"],
                package_id=parent.pk,
                code=code,
                name=name,
                description=description,
                business_reason="The franchise pays less per kilometre from 2028 on.",
                kind=EffectKind.EBITDA_COST,
                owner_id=people["Grace Ward"].user_id,
                **facts,
            )
            milestones |= _add_milestones(people["Grace Ward"], measure)
        for predecessor, successor, lag in _WAITS:
            add_dependency(
                people["Grace Ward"],
                predecessor_id=milestones[predecessor],
                successor_id=milestones[successor],
                lag_days=lag,
            )


def _add_milestones(owner: Actor, measure: Measure) -> dict[str, UUID]:
    return {
        name: add_milestone(owner, measure.pk, name=name, baseline_on=day, responsible_id=owner.user_id).pk
        for name, day in _MILESTONES[measure.code].items()
    }


def _add_people(organization: Organization, admin: Actor) -> dict[str, Actor]:
    for email, name, title, role in _MEMBERS:
        membership = let_in(admin, email=email, name=name, title=title)
        grant_role(admin, user_id=membership.user_id, node_id=root_node().pk, role=role)
    let_sign_in(email for email, *_ in _MEMBERS)
    memberships = Membership.objects.select_related("user", "organization").filter(organization=organization)
    return {membership.user.name: load_actor(membership) for membership in memberships}


def _governable(people: dict[str, Actor], ids: dict[str, UUID], committee_id: UUID, target: Decimal) -> dict[str, Any]:
    return {
        "sponsor_id": people["Ewan Blake"].user_id,
        "controller_id": people["Moira Keith"].user_id,
        "business_unit_id": ids["business_unit"],
        "function_id": ids["function"],
        "legal_entity_id": ids["legal_entity"],
        "committee_id": committee_id,
        "target_amount": target,
    }
