"""Who may decide each step on a measure: the decision rights of the rules, filled with people."""

from collections.abc import Iterable
from decimal import Decimal
from uuid import UUID

from cat4.wording import money
from governance.rules.book import Amounts, Right, RuleBook
from governance.rules.constants import Basis, Decider, Step
from governance.rules.facts import Authority, Parties, Person
from governance.rules.results import names
from hierarchy.constants import SeatRole
from hierarchy.models import Committee, CommitteeMember
from hierarchy.organization.selectors import organization
from measures.models import Measure

from .amounts import amounts_for, amounts_of, own_amounts

# Who records what a committee decides: the deputy chair as well as the chair.
RECORDING_SEATS = (SeatRole.CHAIR, SeatRole.DEPUTY)


class _Body:
    """A committee with whoever may speak for it."""

    def __init__(self, name: str, *, is_escalation: bool) -> None:
        self.name, self.is_escalation = name, is_escalation
        self.chairs: list[Person] = []


def authorities_of(
    measure: Measure, parties: Parties, book: RuleBook, active: set[UUID]
) -> dict[str, tuple[Authority, ...]]:
    """By step, the narrowest limit first. Amounts are computed only where a limit asks for them."""
    usual = amounts_of(measure) if book.has_limits else Amounts()
    others = {step: amounts_for(step)(measure) for step in own_amounts() if book.limits(step)}
    bodies = _bodies(book, measure, active)
    currency = organization().currency if book.has_limits else ""
    found: dict[str, tuple[Authority, ...]] = {}
    for step in Step.values:
        rights = book.authorities(step, measure.kind, others.get(step, usual))
        narrowest = rights[0].up_to if rights else None
        found[step] = tuple(
            Authority(
                right.decider,
                *_who(right, parties, bodies),
                _limit(right, currency),
                is_first=right.up_to == narrowest,
                committee_id=_committee_of(right, measure),
            )
            for right in rights
        )
    return found


def _committee_of(right: Right, measure: Measure) -> UUID | None:
    """The committee for which a right speaks; None of what one person holds in their own name."""
    if right.decider == Decider.CHAIR:
        return measure.committee_id
    if right.decider == Decider.ESCALATION:
        return getattr(measure.committee, "escalation_id", None)
    return right.committee_id if right.decider == Decider.BODY else None


def _who(right: Right, parties: Parties, bodies: dict[UUID, _Body]) -> tuple[str, tuple[Person, ...]]:
    """The words of a refusal, and the people."""
    if right.decider in {Decider.BODY, Decider.ESCALATION}:
        return _chair_of(right, bodies)
    if right.decider in {Decider.SPONSOR, Decider.CONTROLLER, Decider.DELEGATE}:
        return _one_person(right, parties)
    if right.decider == Decider.LEAD:
        leads = parties.leads
        return f"the program or project lead {names(leads)}" if leads else "the program or project lead", leads
    if right.decider == Decider.PMO:
        return f"a portfolio manager ({names(parties.managers)})", parties.managers
    committee = parties.committee or "committee, which is not named yet"
    return f"the chair of the {committee} ({names(parties.chairs)})", parties.chairs


def _one_person(right: Right, parties: Parties) -> tuple[str, tuple[Person, ...]]:
    if right.decider == Decider.DELEGATE:
        delegate = parties.named.get(right.person_id) if right.person_id else None
        return delegate.name if delegate else "a person who has left", (delegate,) if delegate else ()
    person = parties.sponsor if right.decider == Decider.SPONSOR else parties.controller
    role = str(right.decider)
    words = f"the {role} {person.name}" if person else f"the {role}, who is not named yet,"
    return words, (person,) if person else ()


def _chair_of(right: Right, bodies: dict[UUID, _Body]) -> tuple[str, tuple[Person, ...]]:
    if right.decider == Decider.BODY:
        body, missing = bodies.get(right.committee_id) if right.committee_id else None, "a committee that is retired"
    else:
        body, missing = (
            next((committee for committee in bodies.values() if committee.is_escalation), None),
            "escalation body",
        )
    if body is None:
        return f"the chair of {missing}", ()
    return f"the chair of the {body.name} ({names(body.chairs)})", tuple(body.chairs)


def _bodies(book: RuleBook, measure: Measure, active: set[UUID]) -> dict[UUID, _Body]:
    """The committees that the rules name, and the one that the measure's committee escalates to."""
    above = getattr(measure.committee, "escalation_id", None)
    escalates = any(right.decider == Decider.ESCALATION for right in book.rights)
    wanted = set(book.committees) | ({above} if escalates and above else set())
    if not wanted:
        return {}
    found = {
        committee.pk: _Body(committee.name, is_escalation=committee.pk == above)
        for committee in Committee.objects.filter(pk__in=wanted, retired_at__isnull=True)
    }
    for seat in _chairs_of(found):
        if seat.user_id in active:
            found[seat.committee_id].chairs.append(Person(seat.user_id, seat.user.name))
    return found


def _chairs_of(committees: Iterable[UUID]) -> list[CommitteeMember]:
    seats = CommitteeMember.objects.filter(committee_id__in=list(committees), role__in=RECORDING_SEATS)
    return list(seats.select_related("user").order_by("user__name"))


def _limit(right: Right, currency: str) -> str:
    """`up to 500,000 EUR a year`; empty without a limit."""
    if right.up_to is None:
        return ""
    worth = money(Decimal(right.up_to), currency)
    return f"up to {worth} a year" if right.basis == Basis.ANNUAL_EFFECT else f"up to {worth} of cost"
