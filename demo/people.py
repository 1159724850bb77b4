"""Who works in the demo organizations. All of them are invented."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, make_password

from cat4.accounts.actor import Actor, Role
from cat4.accounts.addresses import prove
from cat4.accounts.models import Membership, User
from cat4.accounts.selectors import user_of_address
from hierarchy.people.actions.invitations import accept_invitation, invite_member

PASSWORD = settings.DEMO_PASSWORD


@dataclass(frozen=True, slots=True)
class Person:
    """A member: `roles` are granted at the root, or at the program named after "@"."""

    key: str
    name: str
    title: str
    roles: tuple[str, ...] = ()
    is_admin: bool = False

    @property
    def email(self) -> str:
        return f"{self.key}@alderbrook.example"


_OWNERS = [
    ("jonas", "Jonas Lindqvist", "Lead buyer, castings", "Procurement"),
    ("hanna", "Hanna Okafor", "Lead buyer, electronics", "Procurement"),
    ("emil", "Emil Sandor", "Head of logistics", "Procurement"),
    ("tomas", "Tomas Novak", "Plant manager, Brno", "Operations"),
    ("rafael", "Rafael Ortega", "Head of network planning", "Operations"),
    ("sofia", "Sofia Brandl", "Lean manager", "Operations"),
    ("clara", "Clara Weiss", "Head of pricing", "Commercial"),
    ("priya", "Priya Raman", "Head of contracts", "Commercial"),
    ("leon", "Leon Fischer", "Head of service", "Commercial"),
    ("amelie", "Amelie Fournier", "Head of shared services", "Overheads"),
    ("marek", "Marek Zielinski", "Head of applications", "Overheads"),
    ("oliver", "Oliver Kent", "Head of organisation", "Overheads"),
]

PEOPLE = [
    Person("ines", "Ines Halloran", "Portfolio manager", (Role.PMO,)),
    Person("nina", "Nina Petersen", "Chief commercial officer, sponsor", (Role.SPONSOR,)),
    Person("viktor", "Viktor Lang", "Chief operating officer, sponsor", (Role.SPONSOR,)),
    Person("lucia", "Lucia Moretti", "Group controller", (Role.CONTROLLER,)),
    Person("stefan", "Stefan Brandt", "Plant controller", (Role.CONTROLLER,)),
    Person("helena", "Helena Vogt", "Chief executive, committee chair", (Role.CHAIR,)),
    Person("anders", "Anders Holm", "Chief financial officer, committee member", (Role.MEMBER,)),
    Person("rita", "Rita Sommer", "Supervisory board, reader", (Role.VIEWER,)),
    Person("adam", "Adam Novy", "Administrator", (), is_admin=True),
    Person("greta", "Greta Lindholm", "Internal auditor", (Role.AUDITOR,)),
    Person("tess", "Tess Marlow", "Consultant", (Role.VIEWER,)),
    *(Person(key, name, title, (f"{Role.OWNER}@{program}",)) for key, name, title, program in _OWNERS),
]

# What the start of the demo prints, in this order.
LOGINS = [
    ("ines", "portfolio manager; also administers Solveig Foods, which is empty"),
    ("clara", "measure owner"),
    ("nina", "sponsor"),
    ("lucia", "controller"),
    ("helena", "committee chair"),
    ("rita", "reader"),
    ("adam", "administrator"),
    ("greta", "auditor: reads everything, changes nothing"),
    ("tess", "consultant in Alderbrook Group and Kestrel Rail"),
]

SPONSOR_OF = {"Procurement": "viktor", "Operations": "viktor", "Commercial": "nina", "Overheads": "nina"}
CONTROLLER_OF = {"Procurement": "stefan", "Operations": "stefan", "Commercial": "lucia", "Overheads": "lucia"}


def let_in(admin: Actor, *, email: str, name: str, title: str) -> Membership:
    """Invited and accepted at once: an invented person opens no letter."""
    person = user_of_address(email) or User.objects.create_user(email, name)
    prove(person)
    invitation = invite_member(admin, email=email, name=name, title=title)
    return accept_invitation(invitation.pk, person)


def let_sign_in(emails: Iterable[str]) -> None:
    """Give those who have no password the demo's, hashed once: one by one it would take half a second each.

    It is public and opens accounts only while CAT4_DEMO is on.
    """
    without = User.objects.filter(email__in=emails, password__startswith=UNUSABLE_PASSWORD_PREFIX)
    without.update(password=make_password(PASSWORD))
