"""Who has a part in the gates of a measure."""

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from cat4.accounts.actor import Role
from cat4.accounts.models import User
from cat4.accounts.selectors import active_member_ids, people
from cat4.tenancy.context import current_organization_id
from governance.rulebook.selectors import rules_in_force
from governance.rules.book import RuleBook
from governance.rules.constants import step_of
from governance.rules.facts import Parties, Person
from hierarchy.constants import Level
from hierarchy.models import CommitteeMember, Node, RoleGrant
from measures.facts.corrections import counting_corrections
from measures.models import EffectMonth, Measure

from .acceptors import acceptor_of, leads_above
from .authorities import RECORDING_SEATS, authorities_of

# What is read of a measure with its parties: load it along.
WITH_PARTIES = ("package", "owner", "sponsor", "controller", "committee", "receiving_unit__lead")


def deciders_of(parties: Parties, kind: str, to_doi: int) -> tuple[Person, ...]:
    """Who is waited for: the narrowest limit that covers the measure."""
    authorities = parties.authorities.get(step_of(kind, to_doi), ())
    return tuple(
        dict.fromkeys(person for authority in authorities if authority.is_first for person in authority.people)
    )


def parties_of(measure: Measure, book: RuleBook | None = None) -> Parties:
    """Everybody with a part in the gates of `measure`; people who left are marked, and lead or chair no more.

    `book` are the rules that say who decides; those in force unless given.
    """
    book = book or rules_in_force()
    path = tuple(measure.package.path)
    active = active_member_ids(current_organization_id())
    granted = RoleGrant.objects.filter(node_id__in=path, role__in=(Role.PMO, Role.CONTROLLER))
    grants = list(granted.select_related("user"))
    leads = list(leads_above(path))
    parties = Parties(
        path=path,
        owner=_person(measure.owner, active),
        sponsor=_person(measure.sponsor, active),
        controller=_person(measure.controller, active),
        leads=_people(_who_lead(leads), active),
        managers=_people((grant.user for grant in grants if grant.role == Role.PMO), active),
        chairs=_people(_chairs(measure.committee_id), active),
        acceptors=_people(acceptor_of(measure, leads, active), active),
        controllers=_people((grant.user for grant in grants if grant.role == Role.CONTROLLER), active),
        reporters=_reporters(measure.pk),
        committee=measure.committee.name if measure.committee else "",
        named={user.pk: Person(user.pk, user.name) for pk, user in people(set(book.people)).items() if pk in active},
    )
    return replace(parties, authorities=authorities_of(measure, parties, book, active))


def _who_lead(nodes: Iterable[Node]) -> list[User]:
    """Who lead the program and the project."""
    return [node.lead for node in nodes if node.lead and node.level in {Level.PROGRAM, Level.PROJECT}]


def _chairs(committee_id: UUID | None) -> list[User]:
    if committee_id is None:
        return []
    seats = CommitteeMember.objects.filter(committee_id=committee_id, role__in=RECORDING_SEATS).select_related("user")
    return [seat.user for seat in seats]


def _reporters(measure_id: UUID) -> frozenset[UUID]:
    """Who entered actuals that count, be it only a correction."""
    entered = EffectMonth.objects.filter(measure_id=measure_id, reported_by__isnull=False).order_by()
    corrected = counting_corrections([measure_id]).order_by().values_list("entered_by_id", flat=True)
    return frozenset(entered.values_list("reported_by_id", flat=True).distinct().union(corrected))


def _person(user: object, active: set[UUID]) -> Person | None:
    return Person(user.pk, user.name, user.pk in active) if isinstance(user, User) else None


def _people(users: Iterable[User], active: set[UUID]) -> tuple[Person, ...]:
    """Each once, by name, without those who left."""
    once = {user.pk: Person(user.pk, user.name) for user in users if user.pk in active}
    return tuple(sorted(once.values(), key=lambda person: person.name))
