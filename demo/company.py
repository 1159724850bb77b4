"""The demo group itself: its tree, its master data, its people and their actors."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from cat4.accounts.actor import Actor, Role
from cat4.accounts.models import Membership
from cat4.accounts.selectors import members
from cat4.tenancy.models import Organization
from hierarchy.committees.actions.committees import create_committee, seat_member
from hierarchy.constants import RateKind, TargetKind
from hierarchy.master.actions import create_master
from hierarchy.nodes.actions.nodes import create_node
from hierarchy.nodes.actions.targets import set_target
from hierarchy.nodes.selectors.nodes import root_node
from hierarchy.people.actions.roles import grant_role
from hierarchy.people.selectors.actors import load_actor
from hierarchy.rates.actions import set_exchange_rate

from .people import CONTROLLER_OF, PEOPLE, SPONSOR_OF, let_in, let_sign_in
from .sketches import Sketch, sketches

PORTFOLIO = "Value Plan 2028"
TARGET = Decimal(115_000_000)
ENTITIES = [
    ("1000", "Alderbrook Drives GmbH", "EUR", "DE"),
    ("2000", "Alderbrook Brno s.r.o.", "CZK", "CZ"),
    ("3000", "Alderbrook Services Sp. z o.o.", "PLN", "PL"),
]
# One unit in euro, for every fiscal year of the plan.
PLAN_RATES = {"CZK": Decimal("0.04"), "PLN": Decimal("0.25")}
UNITS = {
    "Procurement": "Group Procurement",
    "Operations": "Manufacturing",
    "Commercial": "Drive Systems",
    "Overheads": "Group Functions",
}
# Who accepts what measures hand over to the unit: never the sponsor, who decides that gate.
UNIT_LEADS = {"Procurement": "anders", "Operations": "helena", "Commercial": "viktor", "Overheads": "anders"}
FUNCTIONS = {
    "Procurement": "Purchasing",
    "Operations": "Production",
    "Commercial": "Sales",
    "Overheads": "Administration",
}
ACCOUNTS = {
    "Procurement": ("400", "Material and services"),
    "Operations": ("480", "Manufacturing cost"),
    "Commercial": ("800", "Net sales margin"),
    "Overheads": ("620", "Personnel and administration"),
}
COMMITTEE_OF = {program: f"{program} committee" for program in UNITS}
# Measures that book in another currency than the reporting one.
_ENTITY_OF = {"OPS-011": "2000", "OPS-022": "2000", "SGA-011": "3000", "SGA-012": "3000"}


@dataclass
class Company:
    """What the story needs at hand: ids by name, and who acts."""

    organization: Organization
    actors: dict[str, Actor] = field(default_factory=dict)
    nodes: dict[tuple[str, ...], UUID] = field(default_factory=dict)
    ids: dict[str, UUID] = field(default_factory=dict)

    def entity_id(self, sketch: Sketch) -> UUID:
        """The company that books the measure."""
        return self.ids[f"entity {_ENTITY_OF.get(sketch.code, '1000')}"]

    def currency(self, sketch: Sketch) -> str:
        """The currency of that company."""
        code = _ENTITY_OF.get(sketch.code, "1000")
        return next(currency for entity, _, currency, _ in ENTITIES if entity == code)

    def factor(self, sketch: Sketch) -> Decimal:
        """Units of the measure's currency for one euro at plan rate; exact."""
        return 1 / PLAN_RATES.get(self.currency(sketch), Decimal(1))

    def person(self, key: str) -> UUID:
        """The user id of a person of the cast."""
        return self.actors[key].user_id

    def sponsor(self, sketch: Sketch) -> Actor:
        return self.actors[SPONSOR_OF[sketch.program]]

    def controller(self, sketch: Sketch) -> Actor:
        return self.actors[CONTROLLER_OF[sketch.program]]


def set_up(company: Company, admin: Actor) -> None:
    """Members, roles, master data, tree, committees, rates and targets, as an administrator would enter them."""
    _add_people(company, admin)
    reload_actors(company)
    _add_master_data(company, admin)
    _grow_tree(company)
    _grant_roles(company, admin)
    _seat_committees(company, admin)
    reload_actors(company)
    set_target(
        company.actors["ines"],
        node_id=company.nodes[(PORTFOLIO,)],
        kind=TargetKind.RUN_RATE,
        fiscal_year=2028,
        amount=TARGET,
    )


def reload_actors(company: Company) -> None:
    """Read everybody's grants and seats anew."""
    names = {person.email: person.key for person in PEOPLE}
    for membership in members(company.organization.pk).select_related("organization"):
        key = names.get(membership.user.email)
        if key:
            company.actors[key] = load_actor(membership)


def _add_people(company: Company, admin: Actor) -> None:
    for person in PEOPLE:
        if not person.is_admin:
            let_in(admin, email=person.email, name=person.name, title=person.title)
    let_sign_in(person.email for person in PEOPLE)
    _grant_at_root(company, admin)


def _grant_at_root(company: Company, admin: Actor) -> None:
    users = {
        membership.user.email: membership for membership in Membership.objects.filter(organization=company.organization)
    }
    root = root_node()
    for person in PEOPLE:
        for role in person.roles:
            if "@" not in role and role not in {Role.CHAIR, Role.MEMBER}:
                grant_role(admin, user_id=users[person.email].user_id, node_id=root.pk, role=role)


def _add_master_data(company: Company, admin: Actor) -> None:
    for code, name, currency, country in ENTITIES:
        entity = create_master(admin, "legal_entity", code=code, name=name, currency=currency, country=country)
        company.ids[f"entity {code}"] = entity.pk
    for number, program in enumerate(UNITS, start=1):
        lead_id = company.person(UNIT_LEADS[program])
        unit = create_master(admin, "business_unit", code=f"BU{number}", name=UNITS[program], lead_id=lead_id)
        function = create_master(admin, "function", code=f"F{number}", name=FUNCTIONS[program])
        code, name = ACCOUNTS[program]
        account = create_master(admin, "account", code=code, name=name)
        company.ids |= {
            f"unit {program}": unit.pk,
            f"function {program}": function.pk,
            f"account {program}": account.pk,
        }
    one_time = create_master(admin, "account", code="690", name="Restructuring and one-time cost")
    company.ids["account one-time"] = one_time.pk
    for currency, rate in PLAN_RATES.items():
        for year in range(2024, 2030):
            set_exchange_rate(admin, kind=RateKind.PLAN, currency=currency, month=date(year, 1, 1), rate=rate)


def _grow_tree(company: Company) -> None:
    pmo, root = company.actors["ines"], root_node()
    company.nodes[()] = root.pk
    for sketch in sketches():
        path: tuple[str, ...] = ()
        for name in (PORTFOLIO, sketch.program, sketch.project, sketch.package):
            parent, path = path, (*path, name)
            if path not in company.nodes:
                code = sketch.code[:3] if len(path) == 2 else ""
                node = create_node(pmo, parent_id=company.nodes[parent], name=name, code=code)
                company.nodes[path] = node.pk


def _grant_roles(company: Company, admin: Actor) -> None:
    for person in PEOPLE:
        for role in person.roles:
            name, _, program = role.partition("@")
            if program:
                node_id = company.nodes[(PORTFOLIO, program)]
                grant_role(admin, user_id=company.person(person.key), node_id=node_id, role=name)


def _seat_committees(company: Company, admin: Actor) -> None:
    for program, name in COMMITTEE_OF.items():
        committee = create_committee(admin, name=name, node_id=company.nodes[(PORTFOLIO, program)])
        company.ids[f"committee {program}"] = committee.pk
        seat_member(admin, committee.pk, user_id=company.person("helena"), role=Role.CHAIR)
        seat_member(admin, committee.pk, user_id=company.person("anders"), role=Role.MEMBER)
